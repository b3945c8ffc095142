"""What the presenter of the annotation page asks of the page; no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from app.annotation.agreement.adjudication import Dispute
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.model_map import ModelMap
from app.annotation.proposed import Proposed
from app.errors import AppError
from app.gui.canvas.prepared import PreparedScan
from app.gui.pages.annotation.case_checks import Found
from app.gui.pages.annotation.measures import Measures
from app.gui.speaker import Speaker
from app.study.question import Question
from app.workflows.annotation.annotate import Loaded
from app.workflows.annotation.desk_record import DeskRecord
from app.workflows.annotation.prior import PriorScan
from app.workflows.scans.scan_row import ScanRow


class Saved(StrEnum):
    """How the annotation on the screen and the disk stand to each other."""

    CLEAN = "All changes saved"
    SAVING = "Saving…"
    FAILED = "NOT SAVED"


class AnnotateView(Speaker, Protocol):
    """What the presenter asks of the page."""

    def show_folder(self, name: str, annotator: str, rows: Sequence[ScanRow]) -> None:
        """Show the cases of a folder, and who annotates them."""

    def show_classes(self, table: ClassTable) -> None:
        """Draw with these classes from now on."""

    def ask_classes(self, table: ClassTable, used: Mapping[str, int]) -> None:
        """Ask for other classes; `used`: cases on which each is drawn."""

    def show_fields(self, fields: Sequence[Question]) -> None:
        """Ask this of each lesion."""

    def show_record(self, record: DeskRecord) -> None:
        """Show how far each case is."""

    def show_concerns(self, found: Found) -> None:
        """Show what should be looked at before the case is done."""

    def advise(self, text: str) -> None:
        """Say below the films why something was not done."""

    def show_case(self, place: int, prepared: PreparedScan, loaded: Loaded, measures: Measures) -> None:
        """Show a scan with its annotation."""

    def show_saved(self, state: Saved) -> None:
        """Show whether everything is on the disk."""

    def show_others(self, others: Mapping[str, Annotation], disputed: Sequence[Dispute]) -> None:
        """Show other annotators' regions, and what is to be settled; none when there are none."""

    def show_proposing(self, running: bool) -> None:
        """Show whether lesions are being looked for."""

    def show_proposals(self, proposed: Proposed) -> None:
        """Put proposals beside what is drawn, for the person to judge."""

    def show_model_map(self, model_map: ModelMap) -> None:
        """Take outlines out of what a model sees on the scan on the screen."""

    def show_prior(self, prior: PriorScan | None, prepared: PreparedScan | None = None) -> None:
        """Show the patient's earlier scan beside the one on the screen, or none."""

    def show_save_failed(self, error: AppError) -> None:
        """Tell that the annotation is not on the disk, and offer to try again."""

    def show_changed_elsewhere(self, error: AppError) -> None:
        """Tell that the file changed under the window, and offer to keep both."""
