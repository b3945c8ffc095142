"""Draws a form: questions one under the other, driven by Tab, arrow keys and Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.pages.reading.curtain import Choice
from app.gui.pages.reading.form import ReaderForm
from app.gui.pages.reading.text_screen import TextScreen
from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import heading, plain
from app.study.questionnaire import Question, QuestionKind


class FormScreen(TextScreen):
    """Shows one form at a time; Enter goes to the next question, and sends from the last one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form: ReaderForm | None = None
        self.fields: dict[str, FormField] = {}

    def show_form(self, form: ReaderForm) -> None:
        """Put this form up and give the keyboard to its first question."""
        self.form = form
        self.fields = {one.key: FormField(one, one.key in form.secret) for one in form.questions}
        send = Choice(form.button, self._send)
        parts = tuple(self.fields.values())
        self.put_up(form.heading, form.lines, parts, (send, *form.choices), suggests=True)
        self.take_keyboard()

    def take_keyboard(self) -> None:
        """Let the person type at once."""
        if self.fields:
            next(iter(self.fields.values())).take_keyboard()
        elif self.buttons:
            self.buttons[0].setFocus()

    def entered(self) -> None:
        fields = list(self.fields.values())
        here = next((number for number, field in enumerate(fields) if field.has_keyboard), len(fields))
        if here + 1 < len(fields):
            fields[here + 1].take_keyboard()
            self.ensureWidgetVisible(fields[here + 1])
        else:
            self._send()

    def _send(self) -> None:
        if self.form is None:
            return
        wrong = self.form.send({key: field.answer for key, field in self.fields.items()})
        for key, field in self.fields.items():
            field.complain(wrong.get(key, ""))
        first = next((self.fields[key] for key in self.fields if key in wrong), None)
        if first is not None:
            first.take_keyboard()
            self.ensureWidgetVisible(first)


class FormField(QWidget):
    """One question with its answer, and below it what is wrong with that."""

    def __init__(self, question: Question, secret: bool) -> None:
        super().__init__()
        self.question = question
        self.line: QLineEdit | None = None
        self.choices: tuple[QAbstractButton, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, em(self, 0.3), 0, 0)
        column.setSpacing(em(self, 0.2))
        column.addWidget(plain(question.text + (" (optional)" if question.optional else "")))
        if question.kind in (QuestionKind.TEXT, QuestionKind.NUMBER):
            self.line = QLineEdit()
            self.line.setAccessibleName(question.text)
            if secret:
                self.line.setEchoMode(QLineEdit.EchoMode.Password)
            if question.kind is QuestionKind.NUMBER:
                self.line.setMaximumWidth(em(self, 8))
            column.addWidget(self.line)
        else:
            column.addWidget(self._row_of_choices(question))
        self.problem = heading(wraps=True)
        self.problem.hide()
        column.addWidget(self.problem)

    @property
    def answer(self) -> str:
        """What stands there now; empty when nothing was answered."""
        if self.line is not None:
            return self.line.text() if self._secret else self.line.text().strip()
        return next((button.text() for button in self.choices if button.isChecked()), "")

    @property
    def has_keyboard(self) -> bool:
        """Whether the keyboard is in this question."""
        return any(widget.hasFocus() for widget in (*self.choices, *((self.line,) if self.line else ())))

    def take_keyboard(self) -> None:
        """Let the person answer this question."""
        chosen = next((button for button in self.choices if button.isChecked()), None)
        target = self.line or chosen or next(iter(self.choices), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def complain(self, text: str) -> None:
        """Say what is wrong, or take it back."""
        self.problem.setText(f"⚠ {text}")
        self.problem.setVisible(bool(text))

    @property
    def _secret(self) -> bool:
        return self.line is not None and self.line.echoMode() is QLineEdit.EchoMode.Password

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit or a first letter takes an answer; nothing is taken before somebody chose."""
        typed = event.text().casefold()
        for button in self.choices if typed else ():
            if button.text().casefold().startswith(typed):
                button.setFocus()
                button.setChecked(True)
                return
        super().keyPressEvent(event)

    def _row_of_choices(self, question: Question) -> QWidget:
        scale = [str(number) for number in range(question.low, question.high + 1)]
        texts = scale if question.kind is QuestionKind.SCALE else list(question.choices)
        row, group = QWidget(), QButtonGroup(self)
        flow = FlowLayout(row, em(self, 1))
        made = []
        for text in texts:
            button = QRadioButton(text)
            button.setAccessibleName(f"{question.text}: {text}")
            group.addButton(button)
            flow.addWidget(button)
            made.append(button)
        self.choices = tuple(made)
        return row
