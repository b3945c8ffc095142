"""A table is read whichever program wrote it, and what can be meant in two ways is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from app.errors import AppError
from app.tables.ids import cause, unmatched
from app.tables.numbers import stand_in
from app.tables.read import as_table, read_table
from app.tables.table import Table


def table(text: str, encoding: str = "utf-8") -> Table:
    return as_table("t.csv", text.encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("reader,case\nMüller,1\n", "utf-8"),
        ("reader,case\nMüller,1\n", "utf-8-sig"),
        ("reader;case\r\nMüller;1\r\n", "cp1252"),
        ("reader\tcase\r\nMüller\t1\r\n", "utf-16"),
        ("reader,case\nMüller,1\n", "utf-16-le"),
        ("reader,case\nMüller,1\n", "utf-16-be"),
        ("reader|case\nMüller|1\n", "utf-8"),
        ("sep=;\r\nreader;case\r\nMüller;1\r\n", "utf-8-sig"),
        ('"sep=,"\nreader,case\nMüller,1\n', "utf-8"),
        ("Reader study 2024,\nreader,case\nMüller,1\n", "utf-8"),
        ("# exported yesterday\nreader, case\nMüller, 1\n", "utf-8"),
        ("reader,case\rMüller,1\r", "utf-8"),
        ("\n\nREADER ID , Case-ID\nMüller,1\n,\n", "utf-8"),
    ],
)
def test_delimiters_encodings_titles_and_spellings_are_understood(text: str, encoding: str) -> None:
    found = table(text, encoding)
    assert (found.text("reader"), found.text("case")) == (["Müller"], ["1"])
    (line,) = found.lines
    assert text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[line - 1].startswith("Müller")


def test_chinese_tables_and_western_ones_are_told_apart() -> None:
    chinese = table("阅片者,病例,临床资料\n医生1,001,前列腺癌\n医生2,002,乳腺癌术后\n", "gb18030")
    assert chinese.text("reader") == ["医生1", "医生2"]
    assert chinese.text("clinical_information")[1] == "乳腺癌术后"
    western = (
        "case,clinical\n1,Mammakarzinom; für später: ÄÖÜ äöüß\n2,cancer du sein – opérée\n3,señal °C µ\n"
    )
    assert table(western, "cp1252").column("clinical_information")[0].endswith("ÄÖÜ äöüß")


def test_what_is_no_text_or_of_unknown_encoding_is_refused() -> None:
    with pytest.raises(AppError, match="line 2: this is not text"):
        as_table("t.csv", b"a,b\n\x00\x01,2\n")
    with pytest.raises(AppError, match=r"line 2: which encoding .* cannot be told"):
        as_table("t.csv", b"a,b\n\x81 ,2\n")


def test_signs_that_look_like_line_ends_stay_in_their_text() -> None:
    odd = "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i"
    found = table(f'case,comment\n1,{odd}\n2,"two\nlines"\n3,x\n')
    assert found.text("comment") == [odd, "two\nlines", "x"]
    assert list(found.lines) == [2, 3, 5]


def test_a_quote_that_does_not_close_swallows_nothing() -> None:
    with pytest.raises(AppError, match="line 3: a quote opens"):
        table('case,comment\n1,fine\n2,"open\n3,lost\n4,lost\n')


def test_a_workbook_keeps_the_zeros_that_it_shows(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Clinical list", None])
    book.active.append(["Case", "Clinical information", None])
    for number in (1, 22):
        book.active.append([number, f"text {number}"])
        book.active.cell(book.active.max_row, 1).number_format = "000"
    book.active.append([3.0, None])
    book.save(tmp_path / "t.xlsx")
    found = read_table(tmp_path / "t.xlsx")
    assert found.text("case") == ["001", "022", "3"]
    assert found.column("clinical_information") == ["text 1", "text 22", ""]
    assert list(found.lines) == [3, 4, 5]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (("0,5", "1,034", "12"), [0.5, 1.034, 12]),
        (("0,812", "0,701"), [0.812, 0.701]),
        (("1.5", "-2", ".5", "1e3", "NA", ""), [1.5, -2, 0.5, 1000, None, None]),
    ],
)
def test_numbers_are_read_where_one_can_be_meant(
    values: tuple[str, ...], numbers: list[float | None]
) -> None:
    found = table("n;x\n" + "".join(f"{value};x\n" for value in values)).numbers("n").tolist()
    assert [None if value != value else value for value in found] == numbers


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("20", "1,034"), "line 3: n “1,034” may be 1034 or 1.034"),
        (("20", "1,034,000"), "line 3: n “1,034,000” may be 1034000"),
        (("1,034.5",), "line 2: n “1,034.5” may be 1034.5"),
        (("0,5", "1.5"), "line 3: n “1.5” has a decimal point"),
        (("1_000",), "not a number"),
        (("1 034",), "not a number"),
        (("nan",), "not a number"),
        (("inf",), "not a number"),
        (("-",), "not a number"),
    ],
)
def test_a_number_that_may_be_two_is_asked_about(values: tuple[str, ...], words: str) -> None:
    with pytest.raises(AppError, match=words):
        table("n;x\n" + "".join(f"{value};x\n" for value in values)).numbers("n")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("20", "100", "999"), (2, "999")),
        (("0.2", "9", "1"), (1, "9")),
        (("0", "-1", "100"), (1, "-1")),
        (("3", "-99", "5"), (1, "-99")),
        (("20", "100", "99"), None),
        (("400", "999", "350"), None),
        (("-1", "0", "1"), None),
        (("-1", "-2.5", "3"), None),
        (("20", "100", "999.0"), None),
        (("999", "999"), None),
    ],
)
def test_a_mark_of_absence_is_known_by_its_distance(
    values: tuple[str, ...], found: tuple[int, str] | None
) -> None:
    assert stand_in(values) == found


@pytest.mark.parametrize("value", ["-", "–", "?", ".", "999", "unknown", "maybe", "2"])
def test_a_mark_of_absence_is_no_truth(value: str) -> None:
    with pytest.raises(AppError, match=r"line 3: truth .* is neither yes nor no"):
        table(f"case,truth\n1,0\n2,{value}\n").flags("truth")


@pytest.mark.parametrize(
    "pair", [("001", "1"), ("R1", "r1"), ("aided", "Aided"), ("C01", "C1"), ("1", "1.0")]
)
def test_one_name_in_two_spellings_is_asked_about_with_both_lines(pair: tuple[str, str]) -> None:
    first, second = pair
    with pytest.raises(AppError, match=f"line 4: case “{second}” is “{first}” on line 2"):
        table(f"case\tx\n{first}\t\nother\t\n{second}\t\n").ids("case")


def test_names_that_differ_are_left_alone() -> None:
    names = ["C1", "C10", "C2", "A1", "1.1", "1.10", "100", "10"]
    assert table("case,x\n" + "".join(f"{name},\n" for name in names)).ids("case") == names


@pytest.mark.parametrize(
    ("name", "known", "why"),
    [
        ("1", "001", "“001” (leading zeros)"),
        ("c7", "C7", "“C7” (capitals)"),
        ("C7.dcm", "C7", "“C7” (folder or file ending)"),
        (r"D:\scans\C7.DCM", "C7", "“C7” (folder or file ending)"),
        ("C 7", "C-7", "“C-7” (blanks and dashes)"),
        ("c7.tif", "C07", "“C07” (folder or file ending and capitals and leading zeros)"),
        ("C8", "C7", ""),
    ],
)
def test_why_a_name_is_not_found_is_told(name: str, known: str, why: str) -> None:
    assert cause(name, ["other", known]) == why


def test_unmatched_names_are_told_and_refused_where_nothing_would_be_left() -> None:
    said = unmatched("t.csv", ["1", "002"], ["001", "002"], "the study")
    assert said == (
        "t.csv: 1 case of 2 is not in the study and not used: “1”, probably “001” (leading zeros)."
    )
    assert unmatched("t.csv", ["001"], ["001", "002"], "the study") == ""
    with pytest.raises(AppError, match="none of its 2 cases is in the study: “1”, probably “001”"):
        unmatched("t.csv", ["1", "2"], ["001", "002"], "the study")


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_every_text_comes_back_from_its_cell(rows: list[tuple[str, str]], delimiter: str) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [delimiter.join(["case", "one", "two"])]
    lines += [delimiter.join([str(place), quoted(a), quoted(b)]) for place, (a, b) in enumerate(rows)]
    found = table("\r\n".join(lines))
    assert found.column("one") == [a.strip() for a, _ in rows]
    assert found.column("two") == [b.strip() for _, b in rows]
