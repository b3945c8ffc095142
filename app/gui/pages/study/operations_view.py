"""What the operations on a study ask to be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Protocol as Interface

from app.gui.background import Running
from app.gui.pages.study.findings import ReaderLine
from app.gui.pages.study.steps import Step
from app.gui.speaker import Speaker

if TYPE_CHECKING:
    from app.study.pace import StudyPace
    from app.workflows.study.status import StatusMatrix


class OperationsView(Speaker, Interface):
    """What the operations ask to be drawn."""

    def show_busy(self, step: Step, title: str, running: Running | None) -> None:
        """Work of this step is under way, or (None) has ended."""

    def show_progress(self, step: Step, fraction: float, message: str) -> None:
        """How far the work of this step is."""

    def show_notes(self, notes: Mapping[Step, str]) -> None:
        """A word on each step."""

    def show_findings(self, summary: str, rows: Sequence[Sequence[str]], empty: str) -> None:
        """The findings of the preflight that pass the filter."""

    def show_status(self, summary: str, readers: Sequence[ReaderLine], matrix: StatusMatrix | None) -> None:
        """How far the study is."""

    def show_pace(self, pace: StudyPace) -> None:
        """How long every reader took, and what departed from the protocol."""

    def show_life(self, rows: Sequence[Sequence[str]]) -> None:
        """What stands on record: when, by whom, what and why."""

    def show_verdict(self, words: str, links: Sequence[Sequence[str]]) -> None:
        """What the verification found."""

    def show_outcome(self, words: str, remarks: Sequence[str], folder: Path | None) -> None:
        """What was exported."""

    def show_command(self, name: str, text: str) -> None:
        """An operation as a command."""

    def offer(self, text: str, hint: str, button: str, study: Path) -> None:
        """Something good to know, with a button that opens a study."""
