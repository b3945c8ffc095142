"""Exports for data capture systems: CDISC ODM by its own structure, REDCap by its data dictionary."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.exports.kinds import CellKind, column_kinds
from app.exports.odm import NAMESPACE
from app.exports.redcap import DICTIONARY, RECORD
from app.exports.table import Column, ExportTable
from app.workflows.study.export import study_export
from tests.study.helpers import NO, YES, protocol
from tests.workflows.studies import make_study, read_all

SAID = 'left "hip" <5 mm & rising\x07,\nsee report = yes'
CHILDREN = {
    "ODM": ("Study", "ClinicalData"),
    "Study": ("GlobalVariables", "BasicDefinitions", "MetaDataVersion"),
    "GlobalVariables": ("StudyName", "StudyDescription", "ProtocolName"),
    "BasicDefinitions": ("MeasurementUnit",),
    "MeasurementUnit": ("Symbol",),
    "MetaDataVersion": ("Protocol", "StudyEventDef", "FormDef", "ItemGroupDef", "ItemDef"),
    "ItemDef": ("Description", "MeasurementUnitRef"),
    "ClinicalData": ("SubjectData",),
    "SubjectData": ("StudyEventData",),
    "StudyEventData": ("FormData",),
    "FormData": ("ItemGroupData",),
    "ItemGroupData": ("ItemData",),
}
"""What may stand in an element, in this order (ODM 1.3.2)."""
NEEDED = {
    "ODM": ("ODMVersion", "FileType", "FileOID", "CreationDateTime"),
    "Study": ("OID",),
    "MetaDataVersion": ("OID", "Name"),
    "StudyEventDef": ("OID", "Name", "Repeating", "Type"),
    "FormDef": ("OID", "Name", "Repeating"),
    "ItemGroupDef": ("OID", "Name", "Repeating"),
    "ItemDef": ("OID", "Name", "DataType"),
    "ItemRef": ("ItemOID", "Mandatory"),
    "ClinicalData": ("StudyOID", "MetaDataVersionOID"),
    "SubjectData": ("SubjectKey",),
    "ItemData": ("ItemOID", "Value"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exports of a study of two readers, one of whom wrote what no file likes."""
    folder = tmp_path_factory.mktemp("capture")
    study = make_study(folder, protocol(readers=("R1", "R2")), truth=True).path
    read_all(study, replace(YES, comment=SAID), "R1")
    read_all(study, NO, "R2")
    study_export(study, folder / "out", ("csv", "odm", "redcap"))
    return folder / "out"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def local(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def test_the_odm_file_keeps_the_structure_of_odm(written: Path) -> None:
    root = ET.parse(written / "readings.odm.xml").getroot()
    assert root.tag == f"{{{NAMESPACE}}}ODM" and root.get("ODMVersion") == "1.3.2"
    for element in root.iter():
        name, order = local(element), CHILDREN.get(local(element))
        if order:
            places = [order.index(local(child)) for child in element]
            assert places == sorted(places), name
        for needed in NEEDED.get(name, ()):
            assert element.get(needed), (name, needed)
    find = {"o": NAMESPACE}
    oids = Counter(
        (local(element), element.get("OID")) for element in root.iter() if element.get("OID") is not None
    )
    assert max(oids.values()) == 1
    for reference, definition in (
        ("StudyEventRef/StudyEventOID", "StudyEventDef"),
        ("FormRef/FormOID", "FormDef"),
        ("ItemGroupRef/ItemGroupOID", "ItemGroupDef"),
        ("ItemRef/ItemOID", "ItemDef"),
        ("MeasurementUnitRef/MeasurementUnitOID", "MeasurementUnit"),
        ("StudyEventData/StudyEventOID", "StudyEventDef"),
        ("FormData/FormOID", "FormDef"),
        ("ItemGroupData/ItemGroupOID", "ItemGroupDef"),
        ("ItemData/ItemOID", "ItemDef"),
    ):
        name, attribute = reference.split("/")
        used = {element.get(attribute) for element in root.iterfind(f".//o:{name}", find)}
        assert used and used <= {oid for kind, oid in oids if kind == definition}, reference
    data = root.find("o:ClinicalData", find)
    study, version = root.find("o:Study", find), root.find("o:Study/o:MetaDataVersion", find)
    assert data is not None and study is not None and version is not None
    assert (data.get("StudyOID"), data.get("MetaDataVersionOID")) == (study.get("OID"), version.get("OID"))


def test_the_odm_file_says_what_the_table_says(written: Path) -> None:
    root, find = ET.parse(written / "readings.odm.xml").getroot(), {"o": NAMESPACE}
    kinds = {item.get("OID"): item.attrib for item in root.iterfind(".//o:ItemDef", find)}
    types = {name: kinds[f"I.{name}"]["DataType"] for name in ("call", "rating", "active_seconds", "comment")}
    assert types == {"call": "boolean", "rating": "integer", "active_seconds": "float", "comment": "text"}
    told: dict[tuple[str, str], dict[str, str]] = {}
    for subject in root.iterfind(".//o:SubjectData", find):
        for event in subject.iterfind("o:StudyEventData", find):
            items = {
                str(item.get("ItemOID")): str(item.get("Value")) for item in event.iter() if item.get("Value")
            }
            assert event.get("StudyEventRepeatKey") not in {key[1] for key in told}
            told[str(subject.get("SubjectKey")), str(event.get("StudyEventRepeatKey"))] = items
    table = rows(written / "readings.csv")
    assert len(told) == len(table) == 6
    for row in table:
        items = told[row["case"], f"{row['reader']}.{row['read_position']}.{row['arm']}"]
        for name in ("truth", "call", "rating", "hash", "active_seconds"):
            assert items[f"I.{name}"] == row[name]
        for item, value in items.items():
            assert len(value) <= int(kinds[item].get("Length", 1))
        assert ("I.comment" in items) == (row["reader"] == "R1")
    comment = next(items["I.comment"] for items in told.values() if "I.comment" in items)
    assert comment.split() == SAID.replace("\x07", "").split()  # an attribute knows no line ends


def test_redcap_takes_names_types_and_records(written: Path) -> None:
    dictionary = rows(written / "redcap_dictionary.csv")
    assert tuple(dictionary[0]) == DICTIONARY
    fields = {row[DICTIONARY[0]]: row for row in dictionary}
    assert len(fields) == len(dictionary) and next(iter(fields)) == RECORD
    for name, row in fields.items():
        assert name.islower() and name[0].isalpha() and name.replace("_", "").isalnum() and "__" not in name
        assert row["Field Type"] in ("text", "notes", "yesno") and row["Field Label"] and row["Form Name"]
        assert row[DICTIONARY[7]] in ("", "integer", "number")
    kinds = {name: (fields[name]["Field Type"], fields[name][DICTIONARY[7]]) for name in fields}
    assert kinds["call"] == ("yesno", "") and kinds["rating"] == ("text", "integer")
    assert kinds["comment"] == ("notes", "") and kinds["active_seconds"] == ("text", "number")
    data, table = rows(written / "redcap_data.csv"), rows(written / "readings.csv")
    assert list(data[0]) == list(fields)
    assert len({row[RECORD] for row in data}) == len(data) == 6
    assert data[0][RECORD].startswith("R1-00001-")
    for own, theirs in zip(table, data, strict=True):
        assert [own[name] for name in own] == [theirs[name] for name in list(theirs)[1:]]


def test_the_kind_of_a_column_is_that_of_all_its_cells() -> None:
    cells = [(True, 1, None, 2), (False, 0.5, None, "a\nb"), (None, 3, None, 1)]
    columns = tuple(Column(name, name) for name in "abcd")
    kinds = column_kinds(ExportTable("t", columns, (lambda: iter(cells),)))
    assert [kind.kind for kind in kinds] == [
        CellKind.FLAG,
        CellKind.DECIMAL,
        CellKind.TEXT,
        CellKind.TEXT,
    ]
    assert (kinds[3].several_lines, kinds[3].longest, kinds[1].longest) == (True, 3, 3)
