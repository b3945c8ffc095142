"""What the report page decides, without a screen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import AppError
from app.gui.background import Running
from app.gui.canvas.prepared import PreparedScan
from app.gui.pages.reports.presenter import NO_LESION, ReportPresenter, ReportWishes
from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.document_file import read_document
from tests.gui.inline import Inline
from tests.report.bone_scan.made import labels_file, lesion, scan_file

T = datetime(2026, 1, 2, 3, tzinfo=UTC)


class Screen:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.shown: list[ReportDocument] = []
        self.kept: Path | None = None
        self.busy: list[str] = []
        self.said: list[str] = []
        self.complaints: list[AppError] = []
        self.asked: list[AppError] = []

    def show_report(self, document: ReportDocument, prepared: PreparedScan) -> None:
        self.shown.append(document)

    def show_document(self, document: ReportDocument, kept: Path | None) -> None:
        self.shown.append(document)
        self.kept = kept

    def show_busy(self, title: str, running: Running | None) -> None:
        self.busy.append(title)

    def wrote(self, text: str, folder: Path) -> None:
        self.said.append(text)

    def error(self, text: AppError, hint: str = "") -> None:
        self.complaints.append(text)

    def info(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def warn(self, text: str, hint: str = "") -> None:
        """Nothing to remember."""

    def ask_for_scan(self, error: AppError) -> None:
        self.asked.append(error)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def background() -> Inline:
    return Inline()


@pytest.fixture
def presenter(screen: Screen, background: Inline, tmp_path: Path) -> ReportPresenter:
    return ReportPresenter(screen, background, tmp_path / "drafts", clock=lambda: T)


@pytest.fixture
def written(presenter: ReportPresenter, background: Inline, tmp_path: Path) -> ReportPresenter:
    presenter.write(ReportWishes((scan_file(tmp_path),), NO_LESION))
    background.go()
    assert presenter.report is not None
    return presenter


def test_a_report_without_lesions_is_a_normal_one(written: ReportPresenter, screen: Screen) -> None:
    assert "No scintigraphic sign" in screen.shown[-1].text("interpretation")
    assert screen.busy == ["Writing the report", ""]
    assert screen.kept is None


def test_what_is_missing_is_said_and_nothing_begins(
    presenter: ReportPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    presenter.write(ReportWishes())
    presenter.write(ReportWishes((tmp_path / "a.dcm",)))
    assert [error.message for error in screen.complaints] == [
        "No scan is chosen.",
        "Nothing says where the lesions are.",
    ]
    assert background.waiting == []


def test_an_unreadable_scan_is_told_and_the_page_is_free_again(
    presenter: ReportPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    (tmp_path / "broken.dcm").write_bytes(b"\0" * 200)
    presenter.write(ReportWishes((tmp_path / "broken.dcm",), NO_LESION))
    background.go()
    assert "broken.dcm" in screen.complaints[0].message
    assert not presenter.busy


def test_every_edit_is_on_the_disk_before_it_is_shown(written: ReportPresenter, screen: Screen) -> None:
    assert written.edit("findings", "Mine.", "A")
    assert screen.kept is not None
    assert read_document(screen.kept) == screen.shown[-1]
    written.sign("A")
    assert read_document(screen.kept).signature is not None


def test_an_edit_that_cannot_be_kept_is_told_and_not_shown(
    written: ReportPresenter, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "drafts").write_text("a file where the folder should be")
    shown = len(screen.shown)
    assert not written.edit("findings", "Mine.", "A")
    assert len(screen.shown) == shown
    assert "could not be written" in screen.complaints[-1].message
    assert written.report is not None
    assert written.report.document.events == ()


def test_the_same_text_is_no_edit(written: ReportPresenter, screen: Screen) -> None:
    assert written.report is not None
    assert written.edit("findings", written.report.document.text("findings") + "\n", "A")
    assert screen.kept is None


def test_two_drafts_of_one_case_lie_beside_each_other(
    written: ReportPresenter, background: Inline, tmp_path: Path
) -> None:
    written.edit("findings", "One.", "A")
    written.close()
    written.write(ReportWishes((tmp_path / "case-7.dcm",), NO_LESION))
    background.go()
    written.edit("findings", "Two.", "A")
    names = sorted(path.name for path in (tmp_path / "drafts").iterdir())
    assert names == ["case-7-2.report.json", "case-7.report.json"]


def test_an_exported_draft_moves_beside_its_form(
    written: ReportPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    written.edit("findings", "Mine.", "A")
    written.export("pdf", tmp_path / "out")
    background.go()
    assert (tmp_path / "out" / "case-7.pdf").is_file()
    assert screen.kept == tmp_path / "out" / "case-7.report.json"
    assert list((tmp_path / "drafts").iterdir()) == []
    written.edit("findings", "Later.", "A")
    assert read_document(tmp_path / "out" / "case-7.report.json").text("findings") == "Later."


def test_a_report_opened_alone_asks_for_its_scan_before_a_dicom_form(
    written: ReportPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    written.edit("findings", "Mine.", "A")
    kept = written.kept
    assert kept is not None
    written.open_report(kept)
    background.go()
    written.export("sr", tmp_path)
    assert "needs the scan" in screen.asked[0].message
    written.attach((tmp_path / "case-7.dcm",))
    background.go()
    written.export("sr", tmp_path / "out")
    background.go()
    assert (tmp_path / "out" / "case-7.sr.dcm").is_file()
    assert screen.complaints == []


def test_lesions_come_from_the_file_that_is_chosen(
    presenter: ReportPresenter, screen: Screen, background: Inline, tmp_path: Path
) -> None:
    masks = labels_file(tmp_path / "labels", lesion("a", 128, 300))
    presenter.write(ReportWishes((scan_file(tmp_path),), masks=masks, question="Pain?"))
    background.go()
    assert screen.shown[-1].content.facts.indices.lesions == 1
    assert screen.shown[-1].text("question") == "Pain?"
