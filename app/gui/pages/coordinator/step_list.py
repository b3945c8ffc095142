"""The steps of a study from its design to its export, each with a word on how it stands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.gui.pages.coordinator.steps import Step
from app.gui.theme import em

TITLES: Mapping[Step, str] = {
    Step.DESIGN: "1  Design",
    Step.PREFLIGHT: "2  Preflight and rehearsal",
    Step.PROGRESS: "3  Readers and progress",
    Step.EXPORT: "4  Verify and export",
}


class StepList(QListWidget):
    """A list of the steps; arrow keys move between them, `step_chosen` carries the one shown."""

    step_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Steps of the study")
        self.setWordWrap(True)
        for step in Step:
            self.addItem(QListWidgetItem(TITLES[step]))
        self.setCurrentRow(0)
        self.currentRowChanged.connect(lambda row: self.step_chosen.emit(tuple(Step)[row]))
        self._measure()

    @property
    def step(self) -> Step:
        """The step that is chosen."""
        return tuple(Step)[self.currentRow()]

    def choose(self, step: Step) -> None:
        """Show a step as chosen."""
        self.setCurrentRow(tuple(Step).index(step))

    def show_notes(self, notes: Mapping[Step, str]) -> None:
        """Say under each step how it stands."""
        for row, step in enumerate(Step):
            note = notes.get(step, "")
            self.item(row).setText(f"{TITLES[step]}\n     {note}" if note else TITLES[step])

    def changeEvent(self, event: QEvent) -> None:
        """Stay as wide as the longest title."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def _measure(self) -> None:
        self.setFixedWidth(em(self, 12))
        self.setSpacing(em(self, 0.15))
