"""Decides what the report page does: writing, editing, signing and exporting one report; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.annotation.annotation import Annotation
from app.annotation.label_set import LabelSet, sizes_of
from app.errors import AppError
from app.gui.background import Background, Running
from app.gui.canvas.prepared import PreparedScan, prepare
from app.gui.job import Job
from app.gui.speaker import Speaker
from app.progress import Progress
from app.report.bone_scan.document import ReportDocument, edited, signed
from app.report.bone_scan.document_file import ENDING, write_document
from app.report.bone_scan.forms import form_named
from app.scan.scan import Scan
from app.workflows.reports.bone_scan import BoneScanReport, LesionFinder, reopened, report_of
from app.workflows.reports.kept import write_report
from app.workflows.reports.model import finder_of
from app.workflows.reports.scan import pictured_scan
from app.workflows.scans.confirmed_views import Confirm

FROM_FILE, FROM_MODEL, NO_LESION = "file", "model", "none"


@dataclass(frozen=True)
class ReportWishes:
    """What a report is to be written from; `lesions` is FROM_FILE, FROM_MODEL or NO_LESION."""

    files: tuple[Path, ...] = ()
    lesions: str = FROM_FILE
    masks: Path | None = None
    question: str = ""
    prior: Path | None = None


class ReportView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_report(self, document: ReportDocument, prepared: PreparedScan) -> None:
        """Show another report with its images."""

    def show_document(self, document: ReportDocument, kept: Path | None) -> None:
        """Show the texts as they stand now, and where they are kept (None: nothing to keep yet)."""

    def show_busy(self, title: str, running: Running | None) -> None:
        """Work has begun, or has ended (empty, None)."""

    def ask_for_scan(self, error: AppError) -> None:
        """A form needs the scan, which is not at hand: tell, and offer to choose it."""


class ReportPresenter:
    """One report at a time."""

    def __init__(
        self,
        view: ReportView,
        background: Background,
        drafts: Path,
        confirm: Confirm | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._view = view
        self._job = Job(background, view.show_busy)
        self._drafts, self._confirm, self._clock = drafts, confirm, clock
        self.report: BoneScanReport | None = None
        self.kept: Path | None = None
        """The file that every edit goes to; None before the first."""

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job.busy

    def write(self, wishes: ReportWishes) -> None:
        """Write the draft of a report."""
        if not wishes.files:
            self._view.error(AppError("No scan is chosen.", "Choose the scan that is to be reported."))
            return
        if wishes.lesions == FROM_FILE and wishes.masks is None:
            self._view.error(
                AppError(
                    "Nothing says where the lesions are.", "Choose a file with them, or say that none is."
                )
            )
            return
        self._start("Writing the report", lambda: _write(wishes, self._confirm), None)

    def open_report(self, path: Path, files: tuple[Path, ...] = ()) -> None:
        """Go on with a report that was kept."""
        self._start("Opening the report", lambda: reopened(path, files, self._confirm), path)

    def attach(self, files: tuple[Path, ...]) -> None:
        """Give a report that was opened alone its scan, which DICOM forms refer to."""
        if self.kept is not None:
            self.open_report(self.kept, files)

    def edit(self, section: str, text: str, person: str) -> bool:
        """Take another text of a section over and keep it; False, and told, when that fails."""
        if self.report is None:
            return True
        document = self.report.document
        if document.signature is None and text.strip() == document.text(section):
            return True
        try:
            changed = edited(document, section, text, person, self._clock())
        except AppError as error:
            self._view.error(error)
            return False
        return self._keep(changed)

    def sign(self, person: str) -> None:
        """Sign the report with a typed name."""
        if self.report is None:
            return
        try:
            changed = signed(self.report.document, person, self._clock())
        except AppError as error:
            self._view.error(error)
            return
        self._keep(changed)

    def export(self, form_name: str, folder: Path) -> None:
        """Write one form into a folder, with the document beside it unless that is kept elsewhere."""
        report, form = self.report, form_named(form_name)
        if report is None:
            return
        if form.dicom and report.scan is None:
            case = report.document.content.facts.case
            self._view.ask_for_scan(
                AppError(
                    f"{form.title} needs the scan that the report of {case} refers to.", "Choose its file."
                )
            )
            return
        draft = self.kept is None or self.kept.parent == self._drafts
        beside = None if draft or form.name == "json" else self.kept
        out = folder / f"{report.document.content.facts.case}{form.ending}"

        def written(files: tuple[Path, ...]) -> None:
            if draft and self.report is not None and self.report.document is report.document:
                if self.kept is not None:
                    self.kept.unlink(missing_ok=True)  # moved beside what was exported
                self.kept = files[-1]
            self._view.show_document(self.report.document if self.report else report.document, self.kept)
            names = " and ".join(file.name for file in files if file.parent == folder)
            self._view.wrote(f"{names} written. {report.document.state}.", folder)

        self._job.start(
            f"Writing {form.title}",
            lambda _: write_report(report, out, form, beside),
            written,
            self._view.error,
        )

    def close(self) -> None:
        """Let go of the report; every edit is on the disk."""
        self.report = self.kept = None

    def _start(self, title: str, make: Callable[[], BoneScanReport], kept: Path | None) -> None:
        def work(_: Progress) -> tuple[BoneScanReport, PreparedScan]:
            report = make()
            scan = report.scan or pictured_scan(report.document)
            return report, prepare(scan)

        def done(outcome: tuple[BoneScanReport, PreparedScan]) -> None:
            self.report, prepared = outcome
            self.kept = kept
            self._view.show_report(self.report.document, prepared)
            self._view.show_document(self.report.document, self.kept)

        self._job.start(title, work, done, self._view.error)

    def _keep(self, document: ReportDocument) -> bool:
        """Have it on the disk before it is shown as done; the text on the screen stays when that fails."""
        assert self.report is not None
        kept = self.kept or _free(self._drafts, document.content.facts.case)
        try:
            write_document(kept, document)
        except AppError as error:
            self._view.error(error)
            return False
        self.report, self.kept = replace(self.report, document=document), kept
        self._view.show_document(document, kept)
        return True


def _write(wishes: ReportWishes, confirm: Confirm | None) -> BoneScanReport:
    finder: LesionFinder | None = None
    masks = None
    if wishes.lesions == FROM_FILE:
        masks = wishes.masks
    elif wishes.lesions == FROM_MODEL:
        finder = finder_of()
    else:
        finder = _nothing
    return report_of(
        wishes.files,
        masks=masks,
        lesions_of=finder,
        question=wishes.question,
        prior=wishes.prior,
        confirm=confirm,
    )


def _nothing(scan: Scan) -> LabelSet:
    return LabelSet(Annotation(scan.case), sizes_of(scan))


def _free(folder: Path, case: str) -> Path:
    path, number = folder / f"{case}{ENDING}", 2
    while path.exists():
        path, number = folder / f"{case}-{number}{ENDING}", number + 1
    return path
