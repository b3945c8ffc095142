"""Exports: complete, typed, and harmless in a spreadsheet program."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cells import Cell, csv_cell
from app.exports import EXPORTS, csv_table, spreadsheet
from app.exports.detail_tables import amendments_table, attempts_table, events_table, marks_table
from app.exports.export import StudyExport
from app.exports.questionnaire_table import questionnaire_table
from app.exports.readings_table import readings_table
from app.exports.reads import study_reads
from app.exports.summary_table import summary_table
from app.exports.table import Column, ExportTable
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.reading import Reading
from app.study.truth import CaseTruth
from tests.study.helpers import DISPLAY, START, ListJournal, mark, protocol, session, show

NASTY = (
    "=1+1",
    "+49 30",
    "-5 mm",
    "@cmd",
    "\tx",
    'a\nb, "c"',
    "Größe ≥ 3",
    "\x00\x07",
    "x" * 40_000,
    "'ok",
    "",
)
ASKED = {
    *("study", "protocol_sha256", "reader", "arm", "case", "truth", "call", "rating", "scale"),
    *("load_seconds", "raw_seconds", "active_seconds", "pauses", "focus_losses", "read_position"),
    *("attempt", "submitted_utc", "comment", "recognised", "technical_problem", "skipped", "hash"),
}


def export_of(rows: list[tuple[Cell, ...]]) -> StudyExport:
    columns = tuple(Column(f"c{index}", "a cell", "s") for index in range(len(rows[0])))
    table = ExportTable("things", columns, (lambda: iter(rows),))
    return StudyExport((table,), lambda: study_reads([], {}), (("study", "=T"),), ("-remark",))


def readings() -> list[Reading]:
    clock = SimulatedClock(START)
    journal = ListJournal()
    sitting = session(protocol(), clock, journal, count=3)
    answers = [
        Answer(call=True, rating=90, regions=(mark(80), mark(20)), comment="=HYPERLINK(1)\nzweite Zeile äöü"),
        Answer(call=False, rating=5, no_lesion=True),
    ]
    for answer in answers:
        show(sitting, clock)
        clock.advance(10)
        sitting.submit(answer, DISPLAY)
    show(sitting, clock)
    sitting.skip("-not a bone scan")
    return journal.readings


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@x", "\tx", "\r=x", " =1"])
def test_no_text_in_a_csv_file_starts_a_formula(text: str) -> None:
    assert str(csv_cell(text)).startswith("'")


def test_negative_numbers_stay_numbers() -> None:
    assert csv_cell(-2.5) == -2.5
    assert (csv_cell(True), csv_cell(None)) == (1, "")


def test_csv_keeps_line_breaks_quotes_and_umlauts(tmp_path: Path) -> None:
    csv_table.write(export_of([(text,) for text in NASTY]), tmp_path)
    with (tmp_path / "things.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[0] if row else "" for row in csv.reader(file)][1:]
    assert rows[5] == 'a\nb, "c"'
    assert rows[6] == "Größe ≥ 3"
    assert rows[0] == "'=1+1"
    assert len(rows) == len(NASTY)


def test_the_workbook_keeps_texts_as_texts_and_numbers_as_numbers(tmp_path: Path) -> None:
    spreadsheet.write(export_of([(text, -2.5, True, None) for text in NASTY]), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "results.xlsx")
    sheet = book["things"]
    cells = list(sheet.iter_rows(min_row=2))
    assert [row[0].data_type for row in cells if row[0].value is not None] == ["s"] * (len(NASTY) - 1)
    assert cells[0][0].value == "=1+1"
    assert cells[6][0].value == "Größe ≥ 3"
    assert (cells[0][1].value, cells[0][2].value, cells[0][3].value) == (-2.5, 1, None)
    assert book["about"]["B1"].value == "=T"
    assert book["about"]["B1"].data_type == "s"


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1, max_size=8))
def test_any_text_can_be_written_and_read_back_as_a_row(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    csv_table.write(export_of([tuple(texts)]), folder)
    with (folder / "things.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 2
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in rows[-1])


def test_readings_have_the_columns_that_were_asked_for_and_more() -> None:
    table = readings_table([lambda: iter(readings())], {"C001": CaseTruth("C001", True)})
    names = [column.name for column in table.columns]
    assert set(names) >= ASKED
    assert len(names) == len(set(names))
    assert all(column.meaning for column in table.columns)
    rows = [dict(zip(names, row, strict=True)) for row in table.rows()]
    assert [row["call"] for row in rows] == [True, False, None]
    assert [row["skipped"] for row in rows] == [False, False, True]
    assert rows[0]["raw_seconds"] == pytest.approx(10)
    assert rows[2]["reason"] == "-not a bone scan"
    assert {row["case"]: row["truth"] for row in rows}["C001"] is True
    assert {row["case"]: row["truth"] for row in rows}["C002"] is None


def test_without_truth_there_is_no_truth_column() -> None:
    assert "truth" not in [column.name for column in readings_table([], {}).columns]
    assert "sensitivity" not in [column.name for column in summary_table([], {}).columns]


def test_marks_carry_their_vertices_in_image_pixels() -> None:
    table = marks_table([lambda: iter(readings())])
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows()]
    assert [row["mark"] for row in rows] == [1, 2]
    assert rows[0]["vertices"] == "10.5 20.5;14.5 20.5;12.5 25.0"
    assert (rows[0]["kind"], rows[0]["view"], rows[0]["rating"]) == ("polygon", "anterior", 80)


def test_the_summary_counts_against_truth() -> None:
    found = readings()
    truths = {reading.identity.case: CaseTruth(reading.identity.case, True) for reading in found}
    table = summary_table([lambda: iter(found)], truths)
    names = [column.name for column in table.columns]
    (row,) = [dict(zip(names, row, strict=True)) for row in table.rows()]
    assert (row["readings"], row["answered"], row["skipped"]) == (3, 2, 1)
    assert (row["true_positive"], row["false_negative"], row["sensitivity"]) == (1, 1, 0.5)
    assert row["specificity"] is None
    assert row["median_active_seconds"] == pytest.approx(10)


def test_the_data_dictionary_explains_every_column_of_every_table() -> None:
    export = StudyExport((readings_table([], {}), marks_table([])), lambda: study_reads([], {}))
    listed = {(row[0], row[1]) for row in export.dictionary.rows()}
    assert listed == {(table.name, column.name) for table in export.tables for column in table.columns}


def test_every_format_has_a_name_of_its_own() -> None:
    names = [each.name for each in EXPORTS]
    assert names[:2] == ["csv", "xlsx"]
    assert len(set(names)) == len(names)


def test_the_documents_explain_every_column() -> None:
    def nothing() -> Iterator[Any]:
        return iter(())

    known = {"C1": CaseTruth("C1", True)}
    tables = (
        *(readings_table([], known), marks_table([]), events_table([])),
        *(make(nothing) for make in (attempts_table, amendments_table)),
        summary_table([], known),
        questionnaire_table(protocol(), nothing),
    )
    text = (Path(__file__).parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
    for table in tables:
        part = text.partition(f"\n### {table.name}\n")[2].partition("\n### ")[0]
        told = [line for line in part.split("\n") if line.startswith("| `")]
        assert told == [f"| `{each.name}` | {each.unit} | {each.meaning} |" for each in table.columns]
