"""Draws a form: questions one under the other, driven by Tab, arrow keys and Enter."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.gui.pages.reading.curtain import Choice
from app.gui.pages.reading.form import ReaderForm
from app.gui.pages.reading.form_field import FormField
from app.gui.pages.reading.text_screen import TextScreen
from app.language import tr


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
        send = Choice(tr(form.button), self._send)
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
