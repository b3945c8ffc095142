"""What stands in place of the images: a heading, lines and buttons, in the middle of an empty room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.pages.reading.curtain import Choice
from app.gui.theme import em
from app.gui.widgets.centred import Centred
from app.gui.widgets.labels import plain, title
from app.language import tr

_LINE = 34
"""Width of the text in line heights: some 75 letters."""


class TextScreen(Centred):
    """Shows one text at a time; Enter presses the button that has the keyboard, or does `entered`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, upright=True)
        self.buttons: tuple[QPushButton, ...] = ()

    def put_up(
        self,
        heading: str,
        lines: Sequence[str],
        parts: Sequence[QWidget | QLayout],
        choices: Sequence[Choice],
        *,
        suggests: bool,
    ) -> QWidget:
        """Show these below one another; `suggests`: Enter takes the first choice. Gives the room around."""
        text = QWidget()
        column = QVBoxLayout(text)
        column.setSpacing(em(self, 0.7))
        column.addWidget(title(heading, wraps=True))
        for line in lines:
            column.addWidget(plain(line))
        for part in parts:
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        column.addSpacing(em(self, 0.6))
        made = []
        for index, choice in enumerate(choices):
            primary = suggests and index == 0
            button = QPushButton(f"{choice.text}   ({tr('Enter')})" if primary else choice.text)
            button.setProperty("primary", primary)
            button.clicked.connect(choice.call)
            column.addWidget(button)
            made.append(button)
        self.buttons = tuple(made)
        return self.put(text, _LINE)

    def entered(self) -> None:
        """Enter was pressed while no button had the keyboard."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
            super().keyPressEvent(event)
            return
        focused = next((button for button in self.buttons if button.hasFocus()), None)
        if focused is not None:
            focused.click()
        else:
            self.entered()
