"""Draws a curtain: a heading, some lines, a small table and buttons, in the middle of an empty room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.gui.pages.reading.curtain import Curtain
from app.gui.pages.reading.text_screen import TextScreen
from app.gui.theme import em
from app.gui.widgets.labels import plain


class CurtainScreen(TextScreen):
    """Shows one curtain at a time; Enter takes its first choice from wherever the keyboard is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curtain: Curtain | None = None

    def show_curtain(self, curtain: Curtain) -> None:
        """Put this curtain up and give the keyboard to its first choice."""
        self.curtain = curtain
        table = [_table(curtain.table, em(self, 0.35))] if curtain.table else []
        room = self.put_up(curtain.heading, curtain.lines, table, curtain.choices, suggests=curtain.suggests)
        if self.buttons and curtain.suggests:
            self.buttons[0].setFocus()
        else:
            room.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # from here Tab goes to the first choice
            room.setFocus()

    def entered(self) -> None:
        if self.buttons and self.curtain is not None and self.curtain.suggests:
            self.buttons[0].click()


def _table(rows: tuple[tuple[str, str], ...], gap: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(gap)
    grid.setHorizontalSpacing(gap * 4)
    for row, (keys, meaning) in enumerate(rows):
        grid.addWidget(plain(keys, "key", wraps=False), row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(plain(meaning), row, 1)
    grid.setColumnStretch(1, 1)
    return grid
