"""True lesions travel with a study: under its codes, apart from readers, checked against the images."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import ViewName
from app.store.folder import StudyFolder
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.findings import Severity
from app.workflows.analysis.analyse import compute
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.rehearsal.readers import rehearse_copy
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.lesion_masks import read_lesions
from app.workflows.study.new import Ingredients, NewStudy, new_study
from app.workflows.study.read import open_session
from tests.scan.nm_files import toy_counts
from tests.study.helpers import START, protocol
from tests.workflows.studies import DISPLAY, make_study, write_scans, write_truth

SHAPE = (2, *toy_counts(np.random.default_rng(1))[0].shape)


def write_masks(folder: Path, count: int = 4) -> Path:
    """C1, C3 ... as a simulated cohort has them: metastases 1 and 2 and a benign finding 3; C2 ... bare."""
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        classes, findings = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
        for finding, kind in ((1, 1), (2, 1), (3, 2)) if number % 2 else ((1, 2),):
            where = (slice(None), slice(10 * finding, 10 * finding + 3), slice(10, 13))
            classes[where], findings[where] = kind, finding
        np.savez(folder / f"C{number}.npz", lesion=classes, finding=findings, organ=classes)
    return folder


def study_with_masks(folder: Path, pseudonyms: bool = False) -> NewStudy:
    scans = write_scans(folder / "scans", 4)
    truth = write_truth(folder / "truth.csv", 4)
    write_masks(folder / "cohort" / "labels")
    given = Ingredients(protocol(), truth=truth, labels=folder / "cohort", pseudonyms=pseudonyms)
    return new_study(folder / "study", scans, given)


def _mark(rating: float, x: float, y: float) -> Region:
    corners = np.array([[x - 1, y - 1], [x + 1, y - 1], [x + 1, y + 1], [x - 1, y + 1]])
    return Region(ViewName.ANTERIOR, corners, rating=rating, lesion=f"{x}-{y}")


def read_with_marks(path: Path) -> None:
    """C1 with a mark on its first lesion, C2 with a false one, the others without a mark."""
    clock = SimulatedClock(START)
    sitting = open_session(path, "R1", clock=clock)
    marks = {"C1": (_mark(80, 11.5, 11.5),), "C2": (_mark(40, 30.0, 50.0),)}
    while sitting.session.snapshot.done < sitting.session.snapshot.total:
        assignment = sitting.session.open_next()
        assert assignment is not None
        sitting.session.displayed(DISPLAY, sitting.load(assignment).image_hashes, 0.1)
        clock.advance(5)
        regions = marks.get(assignment.case, ())
        answer = Answer(bool(regions), 70 if regions else 10, regions=regions, no_lesion=not regions)
        sitting.session.submit(answer, DISPLAY)
    sitting.close()


def test_masks_are_kept_under_the_codes_of_the_study_where_only_the_coordinator_looks(tmp_path: Path) -> None:
    made = study_with_masks(tmp_path, pseudonyms=True)
    folder = StudyFolder(made.path)
    key = dict(line.split(",") for line in (folder.path / "coordinator" / "key.csv").read_text().split()[1:])
    kept = sorted(folder.lesions.iterdir())
    assert {key[file.stem] for file in kept} == {"C1", "C3"}
    assert stat.S_IMODE(folder.lesions.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in kept)
    numbers = read_lesions(kept[0])
    assert np.unique(numbers).tolist() == [0, 1, 2]  # the benign finding is no lesion to be found
    assert made.told == ("2 cases have a lesion mask for the analysis of marks.",)
    assert made.notes == (), "nothing is wrong"


def test_the_analysis_of_a_new_study_finds_its_masks(tmp_path: Path) -> None:
    made = study_with_masks(tmp_path)
    read_with_marks(made.path)
    found = compute(AnalysisRequest(made.path))[0].free_response
    assert found is not None
    rated = dict(zip(found.lesion_ids, found.reads[0][0].lesion_ratings.tolist(), strict=True))
    assert rated == {"C1/1": 80.0, "C1/2": -np.inf, "C3/1": -np.inf, "C3/2": -np.inf}
    assert found.reads[0][0].false_ratings.tolist() == [40.0]


def test_a_diseased_case_without_a_mask_stops_the_making_and_leaves_nothing(tmp_path: Path) -> None:
    scans, truth = write_scans(tmp_path / "scans", 4), write_truth(tmp_path / "truth.csv", 4)
    masks = write_masks(tmp_path / "masks")
    (masks / "C3.npz").unlink()
    with pytest.raises(AppError, match=r"1 diseased case has no mask in masks, the first is C3\.npz"):
        new_study(tmp_path / "study", scans, Ingredients(truth=truth, labels=masks))
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize("wrong", ["absent", "empty"])
def test_a_folder_without_masks_is_refused(tmp_path: Path, wrong: str) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    if wrong == "empty":
        (tmp_path / "masks").mkdir()
    with pytest.raises(AppError, match="lesion masks"):
        new_study(tmp_path / "study", scans, Ingredients(labels=tmp_path / "masks"))


def test_a_lesion_that_nobody_can_see_leaves_its_case_out_of_free_response(tmp_path: Path) -> None:
    scans, truth = write_scans(tmp_path / "scans", 4), write_truth(tmp_path / "truth.csv", 4)
    masks = write_masks(tmp_path / "masks")
    np.savez(masks / "C3.npz", lesion=np.zeros(SHAPE, np.uint8))
    lesion = np.zeros(SHAPE, np.uint8)
    lesion[0, 3, 3] = 1
    np.savez(masks / "C2.npz", lesion=lesion)
    made = new_study(tmp_path / "study", scans, Ingredients(protocol(), truth=truth, labels=masks))
    assert any("1 diseased case shows no lesion" in note and "C3" in note for note in made.notes)
    assert any("without metastasis in the truth has a lesion" in note for note in made.notes)
    read_with_marks(made.path)
    found = compute(AnalysisRequest(made.path))[0].free_response
    assert found is not None
    assert set(found.cases) == {"C1", "C2", "C4"}
    assert any("C3" in note for note in found.notes)


def test_the_preflight_sees_a_mask_of_another_size(tmp_path: Path) -> None:
    made = study_with_masks(tmp_path)
    assert study_check(made.path).findings == ()
    np.savez(StudyFolder(made.path).lesions / "C1.npz", lesion=np.ones((2, 5, 7), np.uint8))
    (finding,) = study_check(made.path).findings
    assert (finding.severity, finding.case) == (Severity.WARNING, "C1")
    assert "mask is 5 × 7" in finding.text


def test_a_rehearsal_has_the_masks_too(tmp_path: Path) -> None:
    made = study_with_masks(tmp_path)
    rehearse_copy(made.path, tmp_path / "rehearsal")
    analysis, _ = compute(AnalysisRequest(tmp_path / "rehearsal"))
    assert analysis.free_response is not None
    assert analysis.froc


def test_marks_on_masks_are_exported_as_an_froc_workbook(tmp_path: Path) -> None:
    made = study_with_masks(tmp_path)
    read_with_marks(made.path)
    done = study_export(made.path, tmp_path / "out", ["rjafroc"])
    book = load_workbook(tmp_path / "out" / "rjafroc_froc.xlsx")
    truth, false, true = (list(book[name].values)[1:] for name in ("TRUTH", "FP", "TP"))
    ids = [line.split(",") for line in (tmp_path / "out" / "rjafroc_froc_ids.csv").read_text().split()[1:]]
    case = {name: int(number) for kind, name, number in ids if kind == "case"}
    lesion = {name: number for kind, name, number in ids if kind == "lesion"}
    assert sorted(row[:3] for row in truth) == sorted(
        [(case["C1"], 1, 0.5), (case["C1"], 2, 0.5), (case["C3"], 1, 0.5), (case["C3"], 2, 0.5),
         (case["C2"], 0, 0), (case["C4"], 0, 0)]
    )  # fmt: skip
    assert [row[5] for row in truth[:2]] == ["FROC", "FCTRL"]
    assert false == [("1", "1", case["C2"], 40)]
    assert true == [("1", "1", case["C1"], 1, 80)]
    assert lesion["C1/1"] == f"{case['C1']}/1"
    preflight = (tmp_path / "out" / "rjafroc_froc_preflight.md").read_text("utf-8")
    assert "Reader R1, arm unaided: 1 of 4 lesions marked, 1 false mark." in preflight
    assert any("within 5 image pixels" in remark for remark in done.remarks)


@pytest.mark.parametrize("lack", ["masks", "marks"])
def test_without_masks_or_marks_the_export_says_why_there_is_no_froc_workbook(
    tmp_path: Path, lack: str
) -> None:
    if lack == "masks":
        path = make_study(tmp_path, count=4, truth=True).path
        read_with_marks(path)
    else:
        path = study_with_masks(tmp_path).path
        clock = SimulatedClock(START)
        sitting = open_session(path, "R1", clock=clock)
        while sitting.session.snapshot.done < sitting.session.snapshot.total:
            sitting.session.open_next()
            sitting.session.displayed(DISPLAY, {}, 0.1)
            clock.advance(5)
            sitting.session.submit(Answer(False, 10, no_lesion=True), DISPLAY)
        sitting.close()
    done = study_export(path, tmp_path / "out", ["rjafroc"])
    assert "rjafroc_froc.xlsx" not in {file.name for file in done.files}
    (remark,) = [remark for remark in done.remarks if "rjafroc_froc.xlsx was not written" in remark]
    assert ("no masks" if lack == "masks" else "No reader has marked") in remark
