"""The steps of a study from its design to its export, each with a word on how it stands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.gui.pages.study.steps import Step
from app.gui.theme import em
from app.gui.widgets.labels import tip

TITLES: Mapping[Step, str] = {
    Step.DESIGN: "1  Design",
    Step.PREFLIGHT: "2  Preflight and rehearsal",
    Step.PROGRESS: "3  Readers and progress",
    Step.EXPORT: "4  Verify and export",
}
SHORT: Mapping[Step, str] = {
    Step.DESIGN: "1 Design",
    Step.PREFLIGHT: "2 Preflight",
    Step.PROGRESS: "3 Progress",
    Step.EXPORT: "4 Export",
}


class StepList(QListWidget):
    """A list of the steps; arrow keys move between them, `step_chosen` carries the one shown."""

    step_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Steps of the study")
        self.setWordWrap(True)
        self.setObjectName("steps")
        for step in Step:
            self.addItem(QListWidgetItem(TITLES[step]))
        self._narrow = False
        self._notes: Mapping[Step, str] = {}
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
        self._notes = dict(notes)
        for row, step in enumerate(Step):
            note = notes.get(step, "")
            long = f"{TITLES[step]}\n     {note}" if note else TITLES[step]
            self.item(row).setText(SHORT[step] if self._narrow else long)
            self.item(row).setToolTip(tip(note))

    def set_narrow(self, narrow: bool) -> None:
        """Lie above the step (True) or stand beside it."""
        self._narrow = narrow
        self.setFlow(QListWidget.Flow.LeftToRight if narrow else QListWidget.Flow.TopToBottom)
        self.setWrapping(narrow)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._measure()
        self.show_notes(self._notes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down and right go on, up and left go back, however the steps lie."""
        ways = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        way = ways.get(Qt.Key(event.key()), 0)
        if not way:
            super().keyPressEvent(event)
        elif 0 <= self.currentRow() + way < self.count():
            self.setCurrentRow(self.currentRow() + way)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def _measure(self) -> None:
        unbounded = 16_777_215
        self.setMinimumWidth(0 if self._narrow else em(self, 13))
        self.setMaximumWidth(unbounded if self._narrow else em(self, 13))
        self.setMaximumHeight(em(self, 2.2) if self._narrow else unbounded)
        bar, item = em(self, 0.25), "QListWidget#steps::item"
        wanted = (
            "QListWidget#steps { border: none; background: transparent; }"
            f"{item} {{ padding: {em(self, 0.3)}px; "
            f" border: 2px solid transparent; border-left: {bar}px solid transparent; }}"
            f"{item}:selected {{ background: palette(alternate-base); color: palette(text);"
            f" border-left: {bar}px solid palette(highlight); }}"
            f"{item}:selected:active:focus {{ border: 2px solid palette(highlight);"
            f" border-left: {bar}px solid palette(highlight); }}"
        )
        if wanted != self.styleSheet():
            self.setStyleSheet(wanted)
