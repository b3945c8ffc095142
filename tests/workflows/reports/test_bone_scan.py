"""From a scan to a report, with lesions from a file or a model, and back from its document."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.annotation.annotation import Annotation
from app.annotation.label_set import LabelSet, MadeBy, sizes_of
from app.errors import AppError
from app.model_identity import ModelIdentity
from app.report.bone_scan.document import edited, signed
from app.report.bone_scan.document_file import read_document
from app.report.bone_scan.facts import ModelFacts
from app.report.bone_scan.forms import FORMS, form_named, form_of
from app.report.bone_scan.tables import model_line
from app.scan.scan import Scan
from app.workflows.reports.bone_scan import BoneScanReport, reopened, report_of
from app.workflows.reports.kept import write_report
from app.workflows.reports.model import finder_of, installed_model
from app.workflows.reports.scan import pictured_scan
from tests.report.bone_scan.made import labels_file, lesion, scan_file

T = datetime(2026, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def report(tmp_path: Path) -> BoneScanReport:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300))
    return report_of((scan_file(tmp_path),), masks=masks, now=T, bone_map=False)


def test_bones_that_nobody_named_are_fitted_to_the_scan_and_that_is_said(tmp_path: Path) -> None:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300, ""))
    facts = report_of((scan_file(tmp_path),), masks=masks).document.content.facts
    assert facts.lesions[0].bones
    assert any("fitted" in note for note in facts.validity)


def test_the_bone_that_a_person_named_is_the_one_of_the_report(tmp_path: Path) -> None:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300, "femur left"))
    (found,) = report_of((scan_file(tmp_path),), masks=masks).document.content.facts.lesions
    assert found.bones == ("femur left",)
    assert found.regions == ("femur",)


def test_no_report_calls_a_scan_normal_on_which_something_unknown_was_drawn(tmp_path: Path) -> None:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300, label="hot spot"))
    with pytest.raises(AppError, match=r"“hot spot” \(2\)"):
        report_of((scan_file(tmp_path),), masks=masks, bone_map=False)


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


def test_labels_that_a_model_made_name_it_with_threshold_and_training_data(tmp_path: Path) -> None:
    made = MadeBy(ModelIdentity("netto", "2", "simulated scans"), 0.4)

    def find(scan: Scan) -> LabelSet:
        regions = lesion("a", 128, 300)
        return LabelSet(Annotation(scan.case, "netto 2", regions), sizes_of(scan), made_by=made)

    document = report_of((scan_file(tmp_path),), lesions_of=find, bone_map=False).document
    assert document.content.facts.model == ModelFacts("netto", "2", 0.4, "simulated scans")
    assert "Marked by the model netto." in document.text("findings")
    line = model_line(document.content.facts)
    assert line == "Lesions by model netto, version 2, trained on: simulated scans, threshold 0.4."


def test_without_an_installed_model_none_is_offered_and_a_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "model_weights", lambda: tmp_path)
    assert installed_model() == ""
    assert finder_of() is None
    with pytest.raises(AppError):
        finder_of("none-such")
