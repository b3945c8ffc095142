"""Asks for a reason inside the answer panel; the images stay in view and nothing blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.gui.pages.reading.curtain import Prompt, Verdict
from app.gui.widgets.labels import plain
from app.language import tr


class PromptBar(QFrame):
    """A field for the reason and a button per verdict; `given_up` when the reader thinks better of it."""

    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.question = plain()
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Reason"))
        self.field.setAccessibleName(tr("Reason"))
        self.field.textChanged.connect(self._allow)
        self.field.returnPressed.connect(lambda: self._decide(0))
        self.cancel = QPushButton(f"{tr('Back')}   Esc")
        self.cancel.clicked.connect(self.given_up)
        self._column = QVBoxLayout(self)
        for widget in (self.question, self.field, self.cancel):
            self._column.addWidget(widget)
        self._verdicts: tuple[Verdict, ...] = ()
        self.buttons: tuple[QPushButton, ...] = ()
        self.hide()

    def show_prompt(self, prompt: Prompt | None) -> None:
        """Ask, or stop asking."""
        for button in self.buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()  # it may be the one whose click led here
        self.buttons, self._verdicts = (), ()
        if prompt is not None:
            self._verdicts = prompt.verdicts
            self.question.setText(prompt.question)
            made = []
            for index, verdict in enumerate(prompt.verdicts):
                button = QPushButton(verdict.text)
                button.clicked.connect(lambda _checked=False, index=index: self._decide(index))
                self._column.insertWidget(2 + index, button)
                made.append(button)
            self.buttons = tuple(made)
            self.field.clear()
            self._allow()
        self.setVisible(prompt is not None)
        if prompt is not None:
            self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def _allow(self) -> None:
        for button in self.buttons:
            button.setEnabled(bool(self.field.text().strip()))

    def _decide(self, index: int) -> None:
        reason = self.field.text().strip()
        if reason and index < len(self._verdicts):
            self._verdicts[index].call(reason)
