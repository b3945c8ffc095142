"""What a clinical table says of the cases, kept with the coordinator until the protocol asks for it."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.errors import AppError
from app.files import csv_records, csv_text, write_whole
from app.store.folder import StudyFolder
from app.study.aside_rules import AsideRules, clinical_fields
from app.study.case import StudyCase
from app.tables.ids import unmatched
from app.tables.names import spelled
from app.tables.read import read_table
from app.wording import counted
from app.workflows.study.truth import private_folder

_INFORMATION = "clinical_information"


@dataclass(frozen=True)
class ClinicalTable:
    """`text`: the free text of each case. `values`: by case, then by column, as the table spells it."""

    text: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def renamed(self, codes: Mapping[str, str]) -> ClinicalTable:
        """The same under the study's codes, without cases that it has not."""
        return ClinicalTable(
            {codes[case]: text for case, text in self.text.items() if case in codes},
            {codes[case]: told for case, told in self.values.items() if case in codes},
            self.notes,
        )


def read_clinical(path: Path | None, cases: Collection[str]) -> ClinicalTable:
    """The table `case,clinical_information`, with columns for the protocol's fields, or with these alone.

    Raises AppError for two lines of one case that differ, and when not one line is of a case here.
    """
    if path is None:
        return ClinicalTable()
    table = read_table(path, "clinical")
    table.require("case")
    more = [header for header in table.headers if header and header != table.find("case")]
    if not more:
        table.require("case", _INFORMATION)
    texts = table.column(_INFORMATION) if table.find(_INFORMATION) else [""] * len(table.lines)
    found: dict[str, tuple[str, dict[str, str]]] = {}
    lines: dict[str, int] = {}
    for row, (case, text, line) in enumerate(zip(table.ids("case"), texts, table.lines, strict=True)):
        entry = (text, {header: table.columns[header][row] for header in more})
        if found.setdefault(case, entry) != entry:
            raise AppError(
                f"{table.name}, line {line}: case {case} has another text on line {lines[case]}.",
                "Keep one line per case.",
            )
        lines.setdefault(case, line)
    note = unmatched(table.name, found, cases, "the study")
    return ClinicalTable(
        {case: text for case, (text, _) in found.items()},
        {case: told for case, (_, told) in found.items() if told},
        (note,) if note else (),
    )


def keep_clinical(folder: StudyFolder, told: ClinicalTable) -> None:
    """Keep the values where only the coordinator looks: the protocol decides what readers see of them."""
    if not told.values:
        return
    columns = list(dict.fromkeys(column for values in told.values.values() for column in values))
    rows = [[case, *(values.get(column, "") for column in columns)] for case, values in told.values.items()]
    private_folder(folder)
    content = csv_text([["case", *columns], *rows], "\r\n")
    write_whole(_file(folder), content, "Check that you may write in that folder.", private=True)


def kept_clinical(folder: StudyFolder) -> dict[str, dict[str, str]]:
    """What was kept, by case and column; empty where nothing was. Raises AppError for a damaged file."""
    path = _file(folder)
    if not path.is_file():
        return {}
    try:
        return {row["case"]: dict(row) for row in csv_records(path)}
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise AppError(f"{path.name} cannot be read.", "It has the clinical values of the cases.") from error


def with_fields(
    cases: Sequence[StudyCase], kept: Mapping[str, Mapping[str, str]], rules: AsideRules
) -> list[StudyCase]:
    """The cases with what the protocol shows of each, and nothing else."""
    told = []
    for case in cases:
        known = {spelled(column): value.strip() for column, value in kept.get(case.code, {}).items()}
        values = {field.key: known.get(spelled(field.key), "") for field in clinical_fields(rules)}
        fields = {key: value for key, value in values.items() if value}
        told.append(replace(case, beside=replace(case.beside, fields=fields)))
    return told


def without_values(cases: Sequence[StudyCase], rules: AsideRules) -> list[str]:
    """A sentence per field that some cases have no value of."""
    notes = []
    for each in clinical_fields(rules):
        lack = sum(each.key not in case.beside.fields for case in cases)
        if lack:
            have = counted(lack, "case has", "cases have")
            notes.append(f"{have} no value of {each.name} (column {each.key} of the clinical table).")
    return notes


def _file(folder: StudyFolder) -> Path:
    return folder.truth.with_name("clinical.csv")
