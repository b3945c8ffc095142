"""One question with its answer: a line to type in, or answers to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import heading, plain
from app.language import tr
from app.study.question import SEPARATOR, Question, QuestionKind

_TAKEN_ELSEWHERE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class FormField(QWidget):
    """Shows a question, its answer, and below it what is wrong with that.

    While the keyboard is in it, letters and digits are its own: they choose, or are typed.
    """

    changed = Signal(str)
    """By hand; carries the answer."""
    finished = Signal()
    """What was typed is left."""

    def __init__(self, question: Question, secret: bool = False) -> None:
        super().__init__()
        self.question = question
        self.line: QLineEdit | None = None
        self.choices: Mapping[str, QAbstractButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, em(self, 0.3), 0, 0)
        column.setSpacing(em(self, 0.2))
        column.addWidget(
            plain(tr("{question} (optional)", question=question.text) if question.optional else question.text)
        )
        if question.options:
            column.addWidget(self._row_of_choices(question))
        else:
            column.addLayout(self._row_of_line(question, secret))
        self.problem = heading(wraps=True)
        self.problem.hide()
        column.addWidget(self.problem)

    @property
    def answer(self) -> str:
        """What stands there now; empty when nothing was answered."""
        if self.line is not None:
            return self.line.text() if self._secret else self.line.text().strip()
        return SEPARATOR.join(value for value, button in self.choices.items() if button.isChecked())

    def show_answer(self, answer: str) -> None:
        """Show an answer that was given before, or none; nothing is reported."""
        if self.line is not None:
            if self.answer != answer:
                self.line.setText(answer)
            return
        chosen = answer.split(SEPARATOR)
        exclusive = self._group.exclusive()
        self._group.setExclusive(False)  # an exclusive group refuses to have none of its buttons checked
        for value, button in self.choices.items():
            button.setChecked(value in chosen)
        self._group.setExclusive(exclusive)

    @property
    def has_keyboard(self) -> bool:
        """Whether the keyboard is in this question."""
        holder = QApplication.focusWidget()
        return holder is not None and self.isAncestorOf(holder)

    def take_keyboard(self) -> None:
        """Let the person answer this question."""
        buttons = list(self.choices.values())
        chosen = next((button for button in buttons if button.isChecked()), None)
        target = self.line or chosen or next(iter(buttons), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def complain(self, text: str) -> None:
        """Say what is wrong, or take it back."""
        self.problem.setText(f"⚠ {text}")
        self.problem.setVisible(bool(text))

    @property
    def _secret(self) -> bool:
        return self.line is not None and self.line.echoMode() is QLineEdit.EchoMode.Password

    def event(self, event: QEvent) -> bool:
        """Plain keys are no shortcuts here."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.text()
            and not event.modifiers() & _TAKEN_ELSEWHERE
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit or a first letter takes an answer; nothing is taken before somebody chose."""
        typed = event.text().casefold()
        for button in self.choices.values() if typed.strip() else ():
            if button.text().casefold().startswith(typed):
                button.setFocus()
                button.click()
                return
        super().keyPressEvent(event)

    def _row_of_line(self, question: Question, secret: bool) -> QHBoxLayout:
        self.line = line = QLineEdit()
        line.setAccessibleName(question.text)
        line.textEdited.connect(lambda _text: self.changed.emit(self.answer))
        line.editingFinished.connect(self.finished)
        if secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        row = QHBoxLayout()
        row.addWidget(line)
        if question.kind is QuestionKind.NUMBER:
            line.setMaximumWidth(em(self, 8))
            row.addWidget(plain(question.unit, wraps=False))
            row.addStretch()
        return row

    def _row_of_choices(self, question: Question) -> QWidget:
        several = question.kind is QuestionKind.SEVERAL
        self._group.setExclusive(not several)
        row = QWidget()
        flow = FlowLayout(row, em(self, 1))
        made: dict[str, QAbstractButton] = {}
        for value, text in question.options.items():
            button = QCheckBox(text) if several else QRadioButton(text)
            button.setAccessibleName(f"{question.text}: {text}")
            button.clicked.connect(lambda _on: self.changed.emit(self.answer))
            self._group.addButton(button)
            flow.addWidget(button)
            made[value] = button
        self.choices = made
        return row
