"""Labels of the answer panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def question_label(text: str) -> QLabel:
    """The heading of one part of the answer."""
    label = QLabel(text)
    label.setProperty("role", "subheading")
    label.setWordWrap(True)
    return label


def hidden_label(role: str = "") -> QLabel:
    """A wrapping label that is only there while it says something; see `say`."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    label.hide()
    return label


def say(label: QLabel, text: str) -> None:
    """Show the text; an empty one takes the label away."""
    if label.text() != text:  # setting the same again would lay out the whole window anew
        label.setText(text)
    label.setVisible(bool(text))
