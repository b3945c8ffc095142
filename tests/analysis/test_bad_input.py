"""Bad tables are refused with one sentence that names file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.ingest.assemble import read_readings
from app.analysis.ingest.marks import read_free_response
from app.analysis.ingest.predictions import read_predictions
from app.errors import AppError

HEAD = "reader,arm,case,truth,rating\n"
GOOD = "R1,unaided,a,1,80\nR1,unaided,b,0,20\n"

BAD = {
    "empty": ("", "line 1", "empty"),
    "only a header": (HEAD, "line 1", "no readings"),
    "one class": (HEAD + "R1,unaided,a,1,80\nR1,unaided,b,1,20\n", "truth", "all 2 cases are diseased"),
    "nan rating": (HEAD + GOOD + "R1,unaided,c,1,nan\n", "line 4", "not a number"),
    "infinite rating": (HEAD + GOOD + "R1,unaided,c,1,inf\n", "line 4", "not a number"),
    "text rating": (HEAD + GOOD + "R1,unaided,c,1,high\n", "line 4", "“high”"),
    "duplicate read": (HEAD + GOOD + "R1,unaided,a,1,70\n", "line 4", "on line 2 already"),
    "contradicting truth": (HEAD + GOOD + "R2,unaided,a,0,70\n", "line 4", "contradicts line 2"),
    "unknown columns": ("who,what,score\n1,2,3\n", "line 1", "no columns"),
    "five lines of garbage": ("%PDF-1.4\n(((\nxx\n??\nend\n", "line 1", "no columns"),
    "too few values": (HEAD + GOOD + "R1,unaided\n", "line 4", "2 values"),
    "no truth at all": (HEAD + "R1,unaided,a,,80\nR1,unaided,b,,20\n", "line 2", "no case has a truth"),
    "strange truth": (HEAD + GOOD + "R1,unaided,c,maybe,3\n", "line 4", "neither yes nor no"),
    "no reader": (HEAD + GOOD + ",unaided,c,1,3\n", "line 4", "reader is empty"),
    "dash as truth": (HEAD + GOOD + "R1,unaided,c,-,3\n", "line 4", "neither yes nor no"),
    "case without zeros": (HEAD + "R1,unaided,01,1,80\nR1,aided,1,1,20\n", "line 3", "“1” is “01” on line 2"),
    "reader in small": (HEAD + GOOD + "r1,unaided,c,1,3\n", "line 4", "“r1” is “R1” on line 2"),
    "arm in capitals": (HEAD + GOOD + "R2,Unaided,a,1,3\n", "line 4", "“Unaided” is “unaided” on line 2"),
    "999 as rating": (HEAD + GOOD + "R1,unaided,c,1,999\n", "line 4", "mark of absence"),
    "calls alone": ("reader,case,truth,call\nR1,a,1,1\nR1,b,0,0\n", "line 1", "calls, but no ratings"),
    "seconds below zero": (
        "reader,case,truth,rating,seconds\nR1,a,1,80,-5\nR1,b,0,20,3\n",
        "line 2",
        "-5 seconds cannot be",
    ),
    "thousands": (
        'reader,case,truth,rating,seconds\nR1,a,1,80,"1,034"\nR1,b,0,20,3\n',
        "line 2",
        "may be 1034 or 1.034",
    ),
    "doubled column": ("reader,case,truth,rating,rating\nR1,a,1,2,3\n", "line 1", "twice"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_refused_by_file_line_and_remedy(name: str, tmp_path: Path) -> None:
    text, where, what = BAD[name]
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AppError) as refused:
        read_readings(path)
    assert "bad.csv" in refused.value.message
    assert where in refused.value.message
    assert what in refused.value.message
    assert refused.value.hint.endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "line", "what"),
    [
        ("NR-not-a-number", 16, "NR"),
        ("duplicate-truth", 0, "already"),
        ("no-truth-observation", 0, "no truth line"),
        ("replicate-observation", 0, "already"),
    ],
)
def test_the_broken_files_of_imrmc_are_refused(classic: Path, name: str, line: int, what: str) -> None:
    path = classic / "imrmc_debug" / f"forDebugging_test-ERROR-{name}.imrmc"
    with pytest.raises(AppError) as refused:
        read_readings(path)
    assert path.name in refused.value.message
    assert what in refused.value.message
    assert f"line {line}" in refused.value.message if line else "line " in refused.value.message
    assert refused.value.hint


def test_a_binary_file_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "scan.csv"
    path.write_bytes(bytes(range(256)) * 4)
    with pytest.raises(AppError, match="not text"):
        read_readings(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"nowhere\.csv cannot be read"):
        read_readings(tmp_path / "nowhere.csv")


def test_an_rjafroc_workbook_is_recognised(classic: Path) -> None:
    with pytest.raises(AppError, match="RJafroc workbook"):
        read_readings(classic / "vandyke_rjafroc.xlsx")


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "readings.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(AppError, match="workbook"):
        read_readings(path)


def test_a_rating_column_that_is_not_there_is_named(reference: Path) -> None:
    with pytest.raises(AppError, match="no column “certainty”"):
        read_readings(reference / "study134_readers.csv", "certainty")


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "any.csv"
    path.write_bytes(data)
    with pytest.raises(AppError):
        read_readings(path)


PREDICTIONS = {
    "twice": ("model,case,score\nA,C001,.1\nA,C001,.2\n", "line 3", "already on line 2"),
    "wrong truth": ("model,case,truth,score\nA,C001,1,.1\n", "line 2", "contradicts"),
    "text score": ("model,case,score\nA,C001,low\n", "line 2", "not a number"),
    "no score": ("model,case\nA,C001\n", "line 1", "score"),
}


@pytest.mark.parametrize("name", PREDICTIONS)
def test_bad_predictions_are_refused(name: str, tmp_path: Path, reference: Path) -> None:
    text, where, what = PREDICTIONS[name]
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    readings = read_readings(reference / "study134_readers.csv")
    with pytest.raises(AppError) as refused:
        read_predictions((path,), readings)
    assert f"p.csv, {where}" in refused.value.message
    assert what in refused.value.message


LESIONS = "case,truth,lesion_id,weight\na,1,1,0.5\na,1,2,0.5\nb,0,0,0\n"
MARKS_HEAD = "reader,arm,case,mark,lesion_id,rating\n"
MARKS = {
    "unknown case": ("R1,x,zz,NL,0,5\n", LESIONS, "case zz"),
    "unknown lesion": ("R1,x,a,LL,7,5\n", LESIONS, "no lesion 7"),
    "neither": ("R1,x,a,XX,1,5\n", LESIONS, "neither LL nor NL"),
    "no rating": ("R1,x,a,LL,1,\n", LESIONS, "no rating"),
    "weights": ("R1,x,a,LL,1,5\n", LESIONS.replace("0.5", "0.4"), "sum to 0.8"),
    "lesion of a normal case": ("R1,x,a,LL,1,5\n", LESIONS + "b,0,1,1\n", "normal case"),
    "diseased without lesion": ("R1,x,a,LL,1,5\n", LESIONS + "c,1,0,0\n", "without a lesion"),
}


@pytest.mark.parametrize("name", MARKS)
def test_bad_marks_are_refused(name: str, tmp_path: Path) -> None:
    marks, lesions, what = MARKS[name]
    (tmp_path / "marks.csv").write_text(MARKS_HEAD + marks, encoding="utf-8")
    (tmp_path / "lesions.csv").write_text(lesions, encoding="utf-8")
    with pytest.raises(AppError, match=what):
        read_free_response(tmp_path / "marks.csv", tmp_path / "lesions.csv")
