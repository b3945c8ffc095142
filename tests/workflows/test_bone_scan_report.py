"""From a scan to a report, with lesions from a file or a model, and back from its document."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.learning.prediction import Prediction
from app.report.bone_scan.document import edited, signed
from app.report.bone_scan.document_file import read_document
from app.report.bone_scan.forms import FORMS, form_named, form_of
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.workflows.bone_scan_report import BoneScanReport, reopened, report_of
from app.workflows.bone_scan_report_file import write_report
from app.workflows.bone_scan_report_model import installed_model, labels_from, model_of
from app.workflows.bone_scan_report_scan import pictured_scan
from tests.report.bone_scan.made import labels_file, lesion, scan_file

T = datetime(2026, 1, 2, 3, tzinfo=UTC)
ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


@pytest.fixture
def report(tmp_path: Path) -> BoneScanReport:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300))
    return report_of((scan_file(tmp_path),), masks=masks, now=T, bone_map=False)


def test_bones_that_nobody_named_are_fitted_to_the_scan_and_that_is_said(tmp_path: Path) -> None:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300, ""))
    facts = report_of((scan_file(tmp_path),), masks=masks).document.content.facts
    assert facts.lesions[0].bones
    assert any("fitted" in note for note in facts.validity)


def with_edit(report: BoneScanReport, text: str = "Mine.") -> BoneScanReport:
    return BoneScanReport(edited(report.document, "findings", text, "A", T), report.scan)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_is_written_with_its_document_beside_it(
    form, report: BoneScanReport, tmp_path: Path
) -> None:
    out = tmp_path / "out" / f"case-7{form.ending}"
    written = write_report(report, out, form)
    assert out in written
    assert read_document(tmp_path / "out" / "case-7.report.json") == report.document
    assert form_of(out) is form


def test_edits_of_somebody_else_are_never_written_over(report: BoneScanReport, tmp_path: Path) -> None:
    pdf = form_named("pdf")
    write_report(with_edit(report), tmp_path / "a.pdf", pdf)
    before = (tmp_path / "a.pdf").read_bytes()
    with pytest.raises(AppError, match=r"a\.report\.json holds a report with edits by A"):
        write_report(report, tmp_path / "a.pdf", pdf)
    with pytest.raises(AppError, match="edits by A"):
        write_report(with_edit(report, "Other."), tmp_path / "a.pdf", pdf)
    assert (tmp_path / "a.pdf").read_bytes() == before
    onward = BoneScanReport(signed(with_edit(report).document, "A", T), report.scan)
    write_report(onward, tmp_path / "a.pdf", pdf)
    assert read_document(tmp_path / "a.report.json").signature is not None


def test_a_form_that_cannot_be_made_leaves_nothing_behind(report: BoneScanReport, tmp_path: Path) -> None:
    alone = BoneScanReport(report.document)
    with pytest.raises(AppError, match="needs the scan"):
        write_report(alone, tmp_path / "out" / "a.sr.dcm", form_named("sr"))
    assert not (tmp_path / "out").exists()


def test_a_kept_report_opens_with_its_scan_and_no_other(report: BoneScanReport, tmp_path: Path) -> None:
    kept = write_report(report, tmp_path / "a.report.json", form_named("json"))[0]
    assert reopened(kept, (tmp_path / "case-7.dcm",)).document == report.document
    other = scan_file(tmp_path, "other", PixelData=b"\1\0" * (2 * 1024 * 256))
    with pytest.raises(AppError, match=r"other\.dcm is not the scan that a\.report\.json reports"):
        reopened(kept, (other,))


def test_a_report_opened_alone_shows_its_own_pictures(report: BoneScanReport) -> None:
    scan = pictured_scan(report.document)
    assert report.scan is not None
    lower, upper = report.document.content.facts.levels
    for mine, true in zip(scan.views, report.scan.views, strict=True):
        assert np.abs(mine.counts - np.clip(true.counts, lower, upper)).max() <= (upper - lower) / 255
    assert scan.display_only


def test_without_lesions_of_any_kind_there_is_nothing_to_report(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"Nothing says where the lesions of case-7\.dcm are"):
        report_of((scan_file(tmp_path),))


def prediction(probability: float, **planes: dict[ViewName, np.ndarray]) -> Prediction:
    return Prediction(
        "case-7", "netto", "2", "simulated scans", probability, 0.5, "0" * 64, 0.1, "cpu", planes=planes
    )


def plane(*spots: tuple[int, int]) -> np.ndarray:
    drawn = np.zeros((1024, 256), np.float32)
    for row, column in spots:
        drawn[row - 4 : row + 4, column - 4 : column + 4] = 0.9
    return drawn


def test_what_a_model_draws_at_mirrored_places_is_one_lesion(tmp_path: Path) -> None:
    scan = read_scan(scan_file(tmp_path))
    drawn = {ANT: plane((300, 100), (400, 60)), POST: plane((302, 153), (600, 200))}
    labels = labels_from(prediction(0.9, metastasis=drawn), scan)
    lesions: dict[str, set[ViewName]] = {}
    for region in labels.annotation.regions:
        lesions.setdefault(region.lesion, set()).add(region.view)
    assert sorted(len(views) for views in lesions.values()) == [1, 1, 2]
    assert "threshold 0.5" in labels.notes[0]
    assert "trained on simulated scans" in labels.notes[0]


def test_specks_are_left_out_and_the_bladder_is_kept(tmp_path: Path) -> None:
    scan = read_scan(scan_file(tmp_path))
    speck = np.zeros((1024, 256), np.float32)
    speck[300, 100:103] = 1
    labels = labels_from(prediction(0.9, metastasis={ANT: speck}, bladder={ANT: plane((500, 128))}), scan)
    assert [region.label for region in labels.annotation.regions] == ["bladder"]


def test_a_model_that_calls_the_scan_normal_reports_no_focus_and_says_so(tmp_path: Path) -> None:
    scan = read_scan(scan_file(tmp_path))
    drawn = {ANT: plane((300, 100))}
    assert labels_from(prediction(0.2, metastasis=drawn), scan).annotation.regions == ()
    assert "left out" in labels_from(prediction(0.2, metastasis=drawn), scan).notes[1]
    only_draws = labels_from(prediction(0.2, metastasis=drawn), scan, classifies=False)
    assert len(only_draws.annotation.regions) == 1


def test_without_an_installed_model_none_is_offered_and_a_name_is_refused() -> None:
    if installed_model():
        pytest.skip("a model that draws is installed here")
    assert model_of(None) == (None, None)
    with pytest.raises(AppError):
        model_of("none-such")
