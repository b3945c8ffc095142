"""The questions that a study asks of each case, below those that every study asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.pages.reading.form_field import FormField
from app.gui.theme import em
from app.study.question import Question, answer_problem

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QuestionPart(QWidget):
    """Shows those that are asked now; Enter goes to the next one, Escape back to the images."""

    answered = Signal(str, str, bool)
    """Key, answer, and whether it was chosen; it is typed otherwise."""
    finished = Signal(str)
    """The key of a question that was typed and left."""
    left = Signal()
    reached = Signal(QWidget)
    """A question that got the keyboard has to be in view."""

    def __init__(self, questions: Sequence[Question], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {question.key: FormField(question) for question in questions}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(self, 0.4))
        for key, field in self.fields.items():
            column.addWidget(field)
            field.changed.connect(partial(self._answered, key))
            field.finished.connect(partial(self.finished.emit, key))
            for button in field.choices.values():
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the mouse leaves the keyboard at the images
        if not self.fields:
            self.hide()

    def show_answers(self, answers: Mapping[str, str], asked: frozenset[str]) -> None:
        """Show these answers and the questions that they lead to."""
        for key, field in self.fields.items():
            field.show_answer(answers.get(key, ""))
            field.setVisible(key in asked)
            field.complain("")

    def point_at(self, key: str) -> None:
        """Give the keyboard to a question, and say what is wrong with its answer."""
        field = self.fields[key]
        field.complain(answer_problem(field.question, field.answer))
        field.take_keyboard()
        self.reached.emit(field)

    def take_keyboard(self) -> None:
        """Let the reader answer the first one that is asked."""
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the questions do not take themselves."""
        if event.key() in _ENTER:
            self._go(next((at for at, each in enumerate(self._asked) if each.has_keyboard), len(self._asked)))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @property
    def _asked(self) -> list[FormField]:
        return [field for field in self.fields.values() if not field.isHidden()]

    def _go(self, after: int) -> None:
        """To the question behind this one, or back to the images."""
        asked = self._asked
        if after + 1 < len(asked):
            asked[after + 1].take_keyboard()
            self.reached.emit(asked[after + 1])
        else:
            self.left.emit()

    def _answered(self, key: str, answer: str) -> None:
        self.answered.emit(key, answer, bool(self.fields[key].choices))
