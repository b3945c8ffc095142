"""A study is analysed straight from its database: readings, marks against truth masks, live and exported."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from app.analysis.readings import Readings
from app.annotation.region import Region
from app.errors import AppError
from app.exports import EXPORTS
from app.progress import Cancelled
from app.scan.scan import ViewName
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.workflows.analysis.analyse import analyse, compute
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.analysis.pictures import fingerprint, view_analysis
from app.workflows.study.export import study_export
from app.workflows.study.read import open_session
from tests.study.helpers import START, protocol
from tests.workflows.studies import DISPLAY, make_study

SHAPE = (2, 60, 40)


def _point(view: ViewName, x: float, y: float, rating: float, lesion: str) -> Region:
    return Region(view, np.array([[x, y]]), rating=rating, lesion=lesion)


ANSWERS = {
    # C1: both views of one finding, the posterior one on lesion 1; and a mark 3 pixels from lesion 2
    "C1": Answer(True, 90, regions=(
        _point(ViewName.ANTERIOR, 5.0, 50.0, 60, "a"), _point(ViewName.POSTERIOR, 11.0, 11.0, 80, "a"),
        _point(ViewName.ANTERIOR, 27.5, 30.5, 70, "b"),
    )),
    "C2": Answer(True, 60, regions=(_point(ViewName.ANTERIOR, 5.0, 5.0, 40, "c"),)),
    "C3": Answer(False, 20, no_lesion=True),
    "C4": Answer(False, 10, no_lesion=True),
}  # fmt: skip


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Four cases, C1 and C3 with metastases, read by one reader; masks lie with the truth."""
    path = make_study(tmp_path, replace(protocol(), hypothesis="Aid helps."), count=4, truth=True).path
    clock = SimulatedClock(START)
    sitting = open_session(path, "R1", clock=clock)
    while (assignment := sitting.session.open_next()) is not None:
        sitting.session.displayed(DISPLAY, sitting.load(assignment).image_hashes, 0.1)
        clock.advance(12)
        sitting.session.submit(ANSWERS[assignment.case], DISPLAY)
        if sitting.session.snapshot.done == sitting.session.snapshot.total:
            break
    sitting.close()
    masks = path / "coordinator" / "lesions"
    masks.mkdir(parents=True, exist_ok=True)
    first = np.zeros(SHAPE, np.uint8)
    first[1, 10:13, 10:13] = 1
    first[0, 30:32, 22:25] = 2
    third = np.zeros(SHAPE, np.uint8)
    third[0, 40:44, 20:24] = 1
    np.savez(masks / "C1.npz", lesion=first)
    np.savez(masks / "C3.npz", lesion=third)
    return path


def test_a_study_is_analysed_without_an_export(study: Path) -> None:
    analysis, facts = compute(AnalysisRequest(study))
    assert set(analysis.readings.cases) == set(ANSWERS)
    assert analysis.auc[0].auc == pytest.approx(0.75)
    assert analysis.time is not None
    assert analysis.time.readers[0].seconds.median == pytest.approx(12.0, abs=0.2)
    assert facts.protocol is not None and facts.protocol.hypothesis == "Aid helps."
    assert facts.frozen_utc
    assert facts.simulated == 0.0
    assert facts.warning == ""


def test_marks_are_matched_to_the_nearest_lesion_within_the_radius(study: Path) -> None:
    found = compute(AnalysisRequest(study, mark_radius=5.0))[0].free_response
    assert found is not None
    reads = found.reads[0][0]
    by_name = dict(zip(found.lesion_ids, reads.lesion_ratings.tolist(), strict=True))
    assert by_name == {"C1/1": 80.0, "C1/2": 70.0, "C3/1": -np.inf}
    assert reads.false_ratings.tolist() == [40.0]
    assert found.cases[reads.false_cases[0]] == "C2"


def test_a_smaller_radius_leaves_the_distant_mark_outside(study: Path) -> None:
    analysis, facts = compute(AnalysisRequest(study, mark_radius=1.0))
    assert analysis.free_response is not None
    ratings = analysis.free_response.reads[0][0].lesion_ratings.tolist()
    assert sorted(ratings) == [-np.inf, -np.inf, 80.0]
    assert facts.mark_radius_pixels == 1.0


def test_a_diseased_case_without_a_mask_is_named(study: Path) -> None:
    (study / "coordinator" / "lesions" / "C3.npz").unlink()
    with pytest.raises(AppError, match=r"Case C3 is diseased, but there is no lesion mask"):
        compute(AnalysisRequest(study))


def test_a_damaged_mask_is_named(study: Path) -> None:
    (study / "coordinator" / "lesions" / "C3.npz").write_bytes(b"not a mask")
    with pytest.raises(AppError, match=r"C3\.npz is no lesion mask"):
        compute(AnalysisRequest(study))


def test_the_export_of_a_study_gives_the_same_numbers(study: Path, tmp_path: Path) -> None:
    study_export(study, tmp_path / "export", ["csv"])
    one, _ = compute(AnalysisRequest(study))
    two, _ = compute(AnalysisRequest(tmp_path / "export"))
    assert one.auc[0].auc == two.auc[0].auc
    names = [item.name for item in fields(Readings) if item.name != "source"]
    for typed, written in ((getattr(one.readings, name), getattr(two.readings, name)) for name in names):
        np.testing.assert_array_equal(typed, written)


def test_another_column_of_a_study_can_be_the_rating_however_it_is_spelled(study: Path) -> None:
    found, _ = compute(AnalysisRequest(study, rating="Call"))
    assert found.readings.rating_column == "call"
    np.testing.assert_array_equal(found.readings.rating, found.readings.call)
    with pytest.raises(AppError, match="there is no column “certainty”"):
        compute(AnalysisRequest(study, rating="certainty"))
    with pytest.raises(AppError, match="comment holds texts"):
        compute(AnalysisRequest(study, rating="comment"))


def test_every_peer_format_is_written_by_the_export(study: Path, tmp_path: Path) -> None:
    done = study_export(study, tmp_path / "export", [each.name for each in EXPORTS])
    names = {path.name for path in done.files}
    assert {"readings.imrmc", "rjafroc.xlsx", "mrmcaov.csv", "imrmc_ids.csv", "rjafroc_preflight.md"} <= names


def test_a_study_without_truth_or_readings_says_so(tmp_path: Path) -> None:
    bare = make_study(tmp_path / "bare").path
    with pytest.raises(AppError, match="has no truth"):
        compute(AnalysisRequest(bare))
    unread = make_study(tmp_path / "unread", truth=True).path
    with pytest.raises(AppError, match="Nobody has read"):
        compute(AnalysisRequest(unread))


def test_a_folder_that_is_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="neither a study nor an export"):
        compute(AnalysisRequest(tmp_path))


def test_the_texts_of_a_study_come_from_its_protocol(study: Path, tmp_path: Path) -> None:
    analyse(AnalysisRequest(study), tmp_path / "out")
    methods = (tmp_path / "out" / "methods.md").read_text(encoding="utf-8")
    assert "Prespecified hypothesis: Aid helps." in methods
    assert "was frozen on" in methods
    assert "within 5 image pixels" in methods
    checklist = (tmp_path / "out" / "checklist.md").read_text(encoding="utf-8")
    assert "| STARD | 4 | Objectives and hypotheses | Aid helps. |" in checklist
    document = json.loads((tmp_path / "out" / "analysis.json").read_text(encoding="utf-8"))
    assert document["study"]["mode"] == "unaided"
    assert document["froc"][0]["wafroc"] == pytest.approx(2.5 / 4)


def test_hidden_repeats_of_a_study_become_intra_reader_agreement(tmp_path: Path) -> None:
    path = make_study(tmp_path, protocol(repeats=2, repeat_distance=1), count=6, truth=True).path
    clock = SimulatedClock(START)
    sitting = open_session(path, "R1", clock=clock)
    while sitting.session.snapshot.done < sitting.session.snapshot.total:
        assignment = sitting.session.open_next()
        assert assignment is not None
        sitting.session.displayed(DISPLAY, sitting.load(assignment).image_hashes, 0.1)
        clock.advance(5)
        again = assignment.repeat_of is not None
        ill = int(assignment.case[1:]) % 2 == 1
        rating = (70 if ill else 20) + int(assignment.case[1:]) + (4 if again else 0)
        sitting.session.submit(Answer(ill, rating, no_lesion=True), DISPLAY)
    sitting.close()
    analyse(AnalysisRequest(path), tmp_path / "out")
    document = json.loads((tmp_path / "out" / "analysis.json").read_text(encoding="utf-8"))
    (row,) = document["agreement"]["intra_reader"]
    assert (row["reader"], row["arm"], row["n"]) == ("R1", "unaided", 2)
    assert (row["mean_absolute_difference"], row["call_agreement"]) == (4.0, 1.0)
    assert document["auc"][0]["n_positive"] + document["auc"][0]["n_negative"] == 6
    assert "Hidden repeats (2 per reader and arm)" in (tmp_path / "out" / "methods.md").read_text("utf-8")
    assert "hidden repeats" in (tmp_path / "out" / "report.html").read_text("utf-8")


class _StopAt:
    """Cancels when so much is done."""

    def __init__(self, fraction: float) -> None:
        self._limit, self.cancelled = fraction, False

    def report(self, fraction: float, message: str) -> None:
        self.cancelled = fraction >= self._limit


@pytest.mark.parametrize("fraction", [0.1, 0.6])
def test_cancelling_leaves_nothing_behind(study: Path, tmp_path: Path, fraction: float) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        analyse(AnalysisRequest(study), tmp_path / "out", _StopAt(fraction))
    assert sorted(tmp_path.iterdir()) == before


def test_the_window_sees_the_same_as_the_files(study: Path) -> None:
    shown = view_analysis(AnalysisRequest(study), dpi=60)
    assert {picture.stem for picture in shown.pictures} >= {"roc_readers", "froc", "order", "time_boxes"}
    assert all(picture.png.startswith(b"\x89PNG") for picture in shown.pictures)
    assert shown.title == "Test"


def test_the_fingerprint_changes_when_the_study_is_written_to(study: Path) -> None:
    before = fingerprint(study)
    assert before == fingerprint(study)
    with (study / "study.db").open("ab") as file:
        file.write(b"\0")
    assert fingerprint(study) != before
