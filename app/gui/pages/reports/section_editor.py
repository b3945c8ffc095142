"""One section of a report: its text to be edited, and below it what was changed of the machine's text."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextEdit, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.labels import heading, plain
from app.report.bone_scan.content import Section
from app.report.bone_scan.difference import ADDED, REMOVED, difference
from app.report.bone_scan.document import ReportDocument, shown_time

_STILL_HERE = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})
"""A menu over the text, or another program for a while: half a sentence is no edit yet."""


class TextField(QTextEdit):
    """Plain text as high as its lines; Tab leaves it. `left`: the keyboard went elsewhere."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell it."""
        super().focusOutEvent(event)
        if event.reason() not in _STILL_HERE:
            self.left.emit()

    def _fit(self) -> None:
        height = self.document().size().height() + 2 * self.frameWidth() + em(self, 0.35)
        self.setFixedHeight(max(round(height), em(self, 1.8)))


class SectionEditor(QWidget):
    """`edited(section, text)`: another text was written and the keyboard went elsewhere."""

    edited = Signal(str, str)

    def __init__(self, section: Section) -> None:
        super().__init__()
        self.key = section.key
        self.machine = section.text
        name = heading(section.title)
        self.state = ElidedLabel()
        self.state.setProperty("role", "quiet")
        self.back_button = QPushButton("Back to the machine text")
        self.back_button.setFlat(True)
        self.back_button.setAutoDefault(True)
        self.field = TextField()
        self.field.setAccessibleName(section.title)
        name.setBuddy(self.field)
        self.changes, self.addenda = plain(wraps=False), plain(wraps=False)
        for label in (self.changes, self.addenda):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.changes.setProperty("role", "quiet")
        self._known = section.text
        top = QHBoxLayout()
        top.addWidget(name)
        top.addWidget(self.state, 1)
        top.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, em(self, 0.5))
        column.setSpacing(em(self, 0.2))
        column.addLayout(top)
        for widget in (self.field, self.changes, self.addenda):
            column.addWidget(widget)
        self.field.left.connect(self.finish)
        self.back_button.clicked.connect(lambda: self.edited.emit(self.key, self.machine))

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.field.toPlainText()

    def show_document(self, document: ReportDocument, named: bool) -> None:
        """Show how the section stands; `named`: somebody has said who edits."""
        text, edits = document.text(self.key), document.edits_of(self.key)
        signed = document.signature is not None
        if text != self._known or not self.field.toPlainText():
            self._known = text
            if self.text.strip() != _in_a_field(text):
                self.field.setPlainText(text)
        self.let_edit(named and not signed)
        said = f"edited by {edits[-1].person}, {shown_time(edits[-1].at)}" if edits else "machine text"
        self.state.setText(said)
        self.back_button.setVisible(text != self.machine and not signed)
        self.changes.setVisible(text != self.machine)
        self.changes.setText(f"Machine text with the changes: {marked(self.machine, text)}")
        added = [each for each in document.addenda if each.section == self.key]
        self.addenda.setVisible(bool(added))
        self.addenda.setText(
            "<br>".join(
                f"<b>Addendum by {escape(each.person)}, {shown_time(each.at)}:</b> {escape(each.text)}"
                for each in added
            )
        )

    def let_edit(self, allowed: bool) -> None:
        """Let the text be changed or only be read."""
        self.field.setReadOnly(not allowed)
        self.back_button.setEnabled(allowed)

    def finish(self) -> None:
        """Tell what was written, if anything was."""
        text = self.text.strip()
        if not self.field.isReadOnly() and text != _in_a_field(self._known):
            if text:
                self.edited.emit(self.key, text)
            else:
                self.field.setPlainText(self._known)  # a section is never empty


def _in_a_field(text: str) -> str:
    """The text as a field gives it back: without hard blanks and carriage returns."""
    return text.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n").strip()


def marked(before: str, after: str) -> str:
    """The difference as rich text: what was taken out struck through, what was put in underlined."""
    parts = []
    for run in difference(before, after):
        words = escape(run[1:])
        if run[:1] == REMOVED:
            words = f"<s>{words}</s>"
        elif run[:1] == ADDED:
            words = f"<u><b>{words}</b></u>"
        parts.append(words)
    return "".join(parts)
