from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cells import csv_cell, markdown_table, printable, text_of_cell
from app.files import csv_records, csv_text
from app.tables.sheet import LONGEST_TEXT, fitting

FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[-+]?[0-9.,eE+-]+")
TEXTS = st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet="=+-@ '\t\r\n1A(\uff1d", max_size=8)


@given(TEXTS)
def test_no_text_of_a_table_starts_a_formula_or_ends_its_record(text: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_text([[text, "end"]]), newline=""))
    cell, end = row
    assert end == "end"
    assert FORMULA.match(cell) is None or NUMBER.fullmatch(cell)
    assert not cell.startswith(("\t", "\r"))


@given(TEXTS)
def test_the_program_reads_its_own_cells_as_they_were(text: str) -> None:
    assert text_of_cell(str(csv_cell(text))) == printable(text)


@pytest.mark.parametrize("number", ["-0.25", "+3", "-1e-05", "-1,5", "0"])
def test_numbers_stay_numbers(number: str) -> None:
    assert csv_cell(number) == number


@given(name=st.text(alphabet="=-@+'ab \u8ee2\n", min_size=1))
def test_a_table_comes_back_as_it_was_written_whatever_stands_in_it(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    path: Path = tmp_path_factory.mktemp("tables") / "table.csv"
    path.write_bytes(csv_text([("case", "number"), (name, 3)]).encode())
    assert csv_records(path) == [{"case": name, "number": "3"}]


def test_a_text_too_long_for_a_sheet_says_that_it_is_cut() -> None:
    assert fitting("x" * LONGEST_TEXT, "the CSV file") == "x" * LONGEST_TEXT
    cut = fitting("x" * 100_000, "the CSV file")
    assert len(cut) == LONGEST_TEXT
    assert cut.endswith("[cut here; the CSV file has the whole text]")


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert markdown_table(("what", ""), [("a|b", "1"), ("", "2")]) == [
        "| what | |", "|---|---|", "| a/b | 1 |", "| | 2 |",
    ]  # fmt: skip
