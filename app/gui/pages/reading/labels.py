"""Labels and boxes of the answer panel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget


def question_label(text: str) -> QLabel:
    """The heading of one part of the answer."""
    label = QLabel(text)
    label.setProperty("role", "subheading")
    label.setWordWrap(True)
    return label


class TickBox(QCheckBox):
    """A check box whose frame can be seen in a dark room."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._outline()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationPaletteChange:
            self._outline()

    def _outline(self) -> None:
        # The style draws the frame a little darker than the window: dark on dark.
        palette = QPalette()
        quiet = QApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        palette.setColor(QPalette.ColorRole.Window, quiet)
        self.setPalette(palette)


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
