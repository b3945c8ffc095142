"""CDISC ODM 1.3.2: the readings as clinical data with their metadata, one subject per case.

Structure after CDISC, Operational Data Model 1.3.2 (2013): a snapshot with one MetaDataVersion; a reading is
a repeating study event of its case, keyed by reader, place in the list and arm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from app.cells import Cell
from app.exports.export import Export, StudyExport
from app.exports.kinds import CellKind, ColumnKind, column_kinds, plain_cell
from app.exports.table import ExportTable

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
EVENT, FORM, GROUP = "SE.READING", "F.READING", "IG.READING"
_TYPES = {
    CellKind.FLAG: "boolean",
    CellKind.WHOLE: "integer",
    CellKind.DECIMAL: "float",
    CellKind.TEXT: "text",
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no word for."""


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write `readings.odm.xml`; raises OSError when the disk refuses."""
    path = folder / "readings.odm.xml"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for part in odm_parts(export):
            file.write(part)
    return [path]


def odm_parts(export: StudyExport) -> Iterator[str]:
    """The whole file, piece by piece."""
    table = next(table for table in export.tables if table.name == "readings")
    about = dict(export.about)
    code, version = about.get("code", "study"), about.get("protocol version", "1")
    words = {
        "xmlns": NAMESPACE,
        "ODMVersion": "1.3.2",
        "FileType": "Snapshot",
        "FileOID": f"{code}.readings",
        "CreationDateTime": about.get("written", ""),
        "Description": about.get("use", ""),
        "SourceSystem": "ScintiRead",
        "SourceSystemVersion": about.get("program", "").removeprefix("ScintiRead ") or "0",
    }
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + _tag("ODM", words) + "\n"
    yield _metadata(table, column_kinds(table), about, f"ST.{code}", f"MDV.{version}")
    yield _tag("ClinicalData", {"StudyOID": f"ST.{code}", "MetaDataVersionOID": f"MDV.{version}"}) + "\n"
    yield from _subjects(table)
    yield "</ClinicalData>\n</ODM>\n"


def _metadata(
    table: ExportTable,
    kinds: Sequence[ColumnKind],
    about: Mapping[str, str],
    study: str,
    version: str,
) -> str:
    text: list[str] = []
    with _inside(text, "Study", OID=study):
        with _inside(text, "GlobalVariables"):
            for name, value in (
                ("StudyName", about.get("study", "")),
                ("StudyDescription", f"Reader study, {about.get('mode', '')}"),
                ("ProtocolName", about.get("code", "")),
            ):
                text.append(_full(name, value))
        with _inside(text, "BasicDefinitions"):
            for unit in sorted({column.unit for column in table.columns if column.unit}):
                with (
                    _inside(text, "MeasurementUnit", OID=f"MU.{unit}", Name=unit),
                    _inside(text, "Symbol"),
                ):
                    text.append(_full("TranslatedText", unit))
        with _inside(text, "MetaDataVersion", OID=version, Name=f"Protocol {version}"):
            with _inside(text, "Protocol"):
                text.append(_full("StudyEventRef", StudyEventOID=EVENT, Mandatory="No"))
            with _inside(text, "StudyEventDef", OID=EVENT, Name="Reading", Repeating="Yes", Type="Scheduled"):
                text.append(_full("FormRef", FormOID=FORM, Mandatory="Yes"))
            with _inside(text, "FormDef", OID=FORM, Name="Reading", Repeating="No"):
                text.append(_full("ItemGroupRef", ItemGroupOID=GROUP, Mandatory="Yes"))
            with _inside(text, "ItemGroupDef", OID=GROUP, Name="Reading", Repeating="No"):
                text += [
                    _full("ItemRef", ItemOID=f"I.{column.name}", Mandatory="No") for column in table.columns
                ]
            for column, kind in zip(table.columns, kinds, strict=True):
                words = {"OID": f"I.{column.name}", "Name": column.name, "DataType": _TYPES[kind.kind]}
                words |= {} if kind.kind is CellKind.FLAG else {"Length": str(kind.longest)}
                words |= {"SignificantDigits": "17"} if kind.kind is CellKind.DECIMAL else {}
                with _inside(text, "ItemDef", **words):
                    with _inside(text, "Description"):
                        text.append(_full("TranslatedText", column.meaning))
                    if column.unit:
                        text.append(_full("MeasurementUnitRef", MeasurementUnitOID=f"MU.{column.unit}"))
    return "".join(text)


def _subjects(table: ExportTable) -> Iterator[str]:
    """Each case with its readings, in the order in which they are met."""
    names = [column.name for column in table.columns]
    case = names.index("case")
    key = [names.index(name) for name in ("reader", "read_position", "arm")]
    by_case: dict[Cell, list[Sequence[Cell]]] = {}
    for row in table.rows():
        by_case.setdefault(row[case], []).append(row)
    for subject, rows in by_case.items():
        text: list[str] = []
        with _inside(text, "SubjectData", SubjectKey=plain_cell(subject)):
            for row in rows:
                repeat = ".".join(plain_cell(row[place]) for place in key)
                with (
                    _inside(text, "StudyEventData", StudyEventOID=EVENT, StudyEventRepeatKey=repeat),
                    _inside(text, "FormData", FormOID=FORM),
                    _inside(text, "ItemGroupData", ItemGroupOID=GROUP),
                ):
                    for name, cell in zip(names, row, strict=True):
                        if cell is not None and cell != "":
                            text.append(_full("ItemData", ItemOID=f"I.{name}", Value=plain_cell(cell)))
        yield "".join(text)


def _tag(name: str, words: Mapping[str, str], closed: bool = False) -> str:
    said = "".join(f" {key}={quoteattr(_FORBIDDEN.sub('', value))}" for key, value in words.items())
    return f"<{name}{said}{'/' if closed else ''}>"


def _full(name: str, content: str = "", /, **words: str) -> str:
    """A whole element with a text, or with none."""
    if not content:
        return _tag(name, words, closed=True) + "\n"
    return f"{_tag(name, words)}{escape(_FORBIDDEN.sub('', content))}</{name}>\n"


@contextmanager
def _inside(text: list[str], name: str, /, **words: str) -> Iterator[None]:
    """What is added meanwhile stands inside this element."""
    text.append(_tag(name, words) + "\n")
    yield
    text.append(f"</{name}>\n")


ODM = Export("odm", "CDISC ODM 1.3.2: readings with their metadata", write)
