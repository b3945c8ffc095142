"""Labels of the answer panel that come and go."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.gui.widgets.labels import plain


def hidden_label(role: str = "") -> QLabel:
    """A wrapping label that is only there while it says something; see `say`."""
    label = plain(role=role)
    label.hide()
    return label


def say(label: QLabel, text: str) -> None:
    """Show the text; an empty one takes the label away."""
    if label.text() != text:  # setting the same again would lay out the whole window anew
        label.setText(text)
    label.setVisible(bool(text))
