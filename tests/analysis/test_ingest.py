"""Tables are understood under many names, and everything that is left out is listed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from app.analysis.ingest.assemble import read_readings
from app.analysis.ingest.inferred import inferred_readings
from app.analysis.ingest.marks import read_free_response
from app.analysis.ingest.predictions import read_predictions
from app.analysis.study import analyse_study
from app.errors import AppError


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("arm", ["arm", "modality", "treatment", "condition", "Condition"])
def test_the_arm_has_many_names(arm: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "r.csv", f"Reader,{arm},Case,Truth,Score\n1,aided,7,1,5\n1,aided,8,0,2\n")
    found = read_readings(path)
    assert (found.readers, found.arms, found.cases) == (("1",), ("aided",), ("7", "8"))
    assert found.rating_column == "Score"


def test_without_an_arm_there_is_one(tmp_path: Path) -> None:
    assert read_readings(_write(tmp_path / "r.csv", "reader,case,truth,rating\nA,x,1,2\nA,y,0,1\n")).arms == (
        "all",
    )


def test_semicolons_and_decimal_commas_are_understood(tmp_path: Path) -> None:
    found = read_readings(_write(tmp_path / "r.csv", "reader;case;truth;rating\nA;x;1;2,5\nA;y;0;0,5\n"))
    np.testing.assert_array_equal(found.rating[0, 0], [2.5, 0.5])


def test_readers_and_arms_are_in_natural_order(tmp_path: Path) -> None:
    cells = [(reader, arm) for reader in ("R10", "R2") for arm in ("aided", "unaided")]
    rows = [f"{reader},{arm},{case},{case % 2},{case}" for reader, arm in cells for case in range(4)]
    found = read_readings(_write(tmp_path / "r.csv", "reader,arm,case,truth,rating\n" + "\n".join(rows)))
    assert found.readers == ("R2", "R10")
    assert found.arms == ("unaided", "aided")


def test_an_excel_workbook_gives_the_same_cube(tmp_path: Path, reference: Path) -> None:
    lines = (reference / "study134_readers.csv").read_text(encoding="utf-8").splitlines()
    book = Workbook()
    book.active.title = "notes"
    book.active.append(["nothing here"])
    sheet = book.create_sheet("readings")
    for line in lines:
        sheet.append(
            [float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in line.split(",")]
        )
    book.save(tmp_path / "study.xlsx")
    one, two = read_readings(reference / "study134_readers.csv"), read_readings(tmp_path / "study.xlsx")
    np.testing.assert_array_equal(one.rating, two.rating)
    np.testing.assert_array_equal(one.seconds, two.seconds)
    assert one.cases == two.cases


def test_missing_reads_stay_missing_and_are_counted(reference: Path) -> None:
    found = read_readings(reference / "study134_missing.csv")
    assert found.missing == 72
    assert found.reads == 1340 - 72


def test_what_is_left_out_is_listed_with_its_line(tmp_path: Path) -> None:
    text = (
        "reader,arm,case,truth,rating,skipped,technical_problem,warm_up,repeat_of,attempt\n"
        "R1,unaided,a,1,80,0,0,0,,1\n"
        "R1,unaided,b,0,20,0,0,0,,1\n"
        "R1,unaided,c,1,,1,0,0,,1\n"
        "R1,unaided,d,0,30,0,1,0,,1\n"
        "R1,unaided,w,0,30,0,0,1,,1\n"
        "R1,unaided,a,1,70,0,0,0,1,1\n"
        "R1,training,a,1,60,0,0,0,,1\n"
        "R1,unaided,b,0,25,0,0,0,,2\n"
        "R1,unaided,e,,40,0,0,0,,1\n"
        "R1,unaided,f,1,,0,0,0,,1\n"
    )
    found = read_readings(_write(tmp_path / "r.csv", text))
    listed = {row.line: row.reason for row in found.exclusions}
    assert listed == {
        3: "earlier attempt",
        4: "skipped by the reader",
        5: "technical problem",
        6: "warm-up case",
        7: "hidden repeat, used for intra-reader agreement alone",
        8: "training read",
        10: "the case has no truth",
        11: "no rating",
    }
    unaided = found.arms.index("unaided")
    assert found.rating[unaided, 0, found.cases.index("b")] == 25
    assert analyse_study(found).notes


REPEATS = (
    "reader,arm,case,truth,rating,call,skipped,repeat_of,attempt\n"
    "R1,unaided,a,1,80,1,0,,1\n"
    "R1,unaided,b,0,20,0,0,,1\n"
    "R1,unaided,c,1,60,1,0,,1\n"
    "R1,unaided,d,0,30,0,0,,1\n"
    "R1,unaided,a,1,70,1,0,1,1\n"
    "R1,unaided,a,1,75,1,0,1,2\n"  # a resumed attempt: the last counts
    "R1,unaided,b,0,30,0,0,2,1\n"
    "R1,unaided,c,1,45,0,0,3,1\n"
    "R1,unaided,d,0,,,1,4,1\n"  # skipped the second time
    "R2,unaided,a,1,90,1,0,,1\n"
    "R2,unaided,b,0,10,0,0,,1\n"
)


def test_hidden_repeats_stand_beside_the_first_answer_and_in_no_cube(tmp_path: Path) -> None:
    found = read_readings(_write(tmp_path / "r.csv", REPEATS))
    assert [(row.reader, row.case, row.first_rating, row.second_rating) for row in found.repeats] == [
        ("R1", "a", 80.0, 75.0),
        ("R1", "b", 20.0, 30.0),
        ("R1", "c", 60.0, 45.0),
    ]
    assert found.rating[0, 0].tolist() == [80.0, 20.0, 60.0, 30.0]


def test_intra_reader_agreement_comes_from_hidden_repeats(tmp_path: Path) -> None:
    (row,) = analyse_study(read_readings(_write(tmp_path / "r.csv", REPEATS))).agreement.intra_reader
    first, second = np.array([80.0, 20.0, 60.0]), np.array([75.0, 30.0, 45.0])
    assert (row.reader, row.arm, row.n, row.n_calls) == ("R1", "unaided", 3, 3)
    assert row.mean_absolute_difference == pytest.approx(10.0)
    assert row.mean_difference == pytest.approx(-10 / 3)
    assert row.call_agreement == pytest.approx(2 / 3)
    assert row.call_kappa == pytest.approx(0.4)  # observed 2/3, by chance 4/9
    by_chance = np.mean((first[:, None] - second[None, :]) ** 2)
    assert row.quadratic == pytest.approx(1 - np.mean((first - second) ** 2) / by_chance)


def test_without_hidden_repeats_there_is_no_intra_reader_agreement(tmp_path: Path) -> None:
    kept = [line for line in REPEATS.splitlines() if not line.split(",")[7].isdigit()]
    found = read_readings(_write(tmp_path / "r.csv", "\n".join(kept)))
    assert found.repeats == ()
    assert analyse_study(found).agreement.intra_reader == ()


def test_predictions_without_a_model_column_take_the_name_of_the_file(
    tmp_path: Path, reference: Path
) -> None:
    readings = read_readings(reference / "study134_readers.csv")
    path = _write(tmp_path / "net.csv", "case,score\nC001,0.1\nC003,0.9\nother,0.4\n")
    found = read_predictions((path,), readings)
    assert found.models == ("net",)
    assert int((~np.isnan(found.score)).sum()) == 2
    assert "1 case of 3 is not in study134_readers.csv and not used: “other”" in found.notes[0]
    assert "132 of 134" in found.notes[1]


def test_a_model_without_calls_gets_no_operating_point(tmp_path: Path, reference: Path) -> None:
    readings = read_readings(reference / "study134_readers.csv")
    rows = "\n".join(f"{case},{place / 134}" for place, case in enumerate(readings.cases))
    found = analyse_study(
        readings, read_predictions((_write(tmp_path / "net.csv", "case,score\n" + rows),), readings)
    )
    assert all(row.arm for row in found.operating)
    assert any("no operating point" in note for note in found.notes)
    assert len(found.ai_vs_readers) == 2


def test_a_data_frame_of_imrmc_tells_the_truth_in_rows_of_its_own(tmp_path: Path) -> None:
    text = "readerID,caseID,modalityID,score\n-1,a,truth,1\n-1,b,truth,0\nR1,a,x,4\nR1,b,x,2\nR2,a,x,3\n"
    found = read_readings(_write(tmp_path / "frame.csv", text))
    assert (found.readers, found.arms, found.cases) == (("R1", "R2"), ("x",), ("a", "b"))
    assert found.truth.tolist() == [True, False]
    np.testing.assert_array_equal(found.rating[0], [[4, 2], [3, np.nan]])


LESIONS = "case,truth,lesion_id\na,1,1\na,1,2\nb,0,\nc,0,\nd,1,1\n"
MARKS = (
    "reader,arm,case,mark,lesion_id,rating\nR1,x,a,LL,1,70\nR1,x,a,NL,,90\nR1,x,b,NL,,20\nR2,x,a,LL,2,60\n"
    "R2,x,d,LL,1,30\n"
)


def test_marks_and_lesions_alone_imply_the_ratings(tmp_path: Path) -> None:
    marks, lesions = _write(tmp_path / "m.csv", MARKS), _write(tmp_path / "l.csv", LESIONS)
    found = inferred_readings(read_free_response(marks, lesions), "m.csv")
    assert (found.readers, found.arms, found.cases) == (("R1", "R2"), ("x",), ("a", "b", "c", "d"))
    np.testing.assert_array_equal(found.rating[0], [[90, 20, 19, 19], [60, 19, 19, 30]])
    assert found.truth.tolist() == [True, False, False, True]
    assert found.certainty is None, "nobody gave these ratings as probabilities"


def test_a_mark_on_a_case_in_another_spelling_is_refused_with_the_one_that_is_meant(tmp_path: Path) -> None:
    marks = _write(tmp_path / "m.csv", MARKS.replace(",b,", ",B,"))
    with pytest.raises(AppError, match=r"m\.csv, line 4: case B is not in l\.csv, probably it is “b”"):
        read_free_response(marks, _write(tmp_path / "l.csv", LESIONS))


def test_predictions_of_other_cases_are_refused_with_the_likely_cause(
    tmp_path: Path, reference: Path
) -> None:
    readings = read_readings(reference / "study134_readers.csv")
    path = _write(tmp_path / "net.csv", "case,score\nC1,0.1\nc003,0.9\n")
    with pytest.raises(AppError, match=r"net\.csv: none of its 2 cases is in .*: “C1”, probably “C001”"):
        read_predictions((path,), readings)
