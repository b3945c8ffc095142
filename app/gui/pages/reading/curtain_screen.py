"""Draws a curtain: a heading, some lines, a small table and buttons, in the middle of an empty room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.gui.pages.reading.curtain import Curtain
from app.gui.theme import em

_LINE = 34
"""Width of the text in line heights: some 75 letters."""


class CurtainScreen(QScrollArea):
    """Shows one curtain at a time; Enter takes its first choice from wherever the keyboard is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.curtain: Curtain | None = None
        self.buttons: tuple[QPushButton, ...] = ()

    def show_curtain(self, curtain: Curtain) -> None:
        """Put this curtain up and give the keyboard to its first choice."""
        self.curtain = curtain
        text = QWidget()
        column = QVBoxLayout(text)
        column.setSpacing(em(self, 0.7))
        heading = QLabel(curtain.heading)
        heading.setProperty("role", "heading")
        heading.setWordWrap(True)
        column.addWidget(heading)
        for line in curtain.lines:
            column.addWidget(_line(line))
        if curtain.table:
            column.addLayout(_table(curtain.table, em(self, 0.35)))
        column.addSpacing(em(self, 0.6))
        made = []
        for index, choice in enumerate(curtain.choices):
            primary = curtain.suggests and index == 0
            button = QPushButton(f"{choice.text}   (Enter)" if primary else choice.text)
            button.setProperty("primary", primary)
            button.clicked.connect(choice.call)
            column.addWidget(button)
            made.append(button)
        self.buttons = tuple(made)
        text.setMaximumWidth(em(self, _LINE))
        room = QWidget()
        around = QGridLayout(room)
        around.addWidget(text, 1, 1)
        for edge in (0, 2):
            around.setRowStretch(edge, 1)
            around.setColumnStretch(edge, 1)
        around.setColumnStretch(1, 3)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()  # one of its buttons may be the one whose click led here
        self.setWidget(room)
        if self.buttons and curtain.suggests:
            self.buttons[0].setFocus()
        else:
            room.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # from here Tab goes to the first choice
            room.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        focused = next((button for button in self.buttons if button.hasFocus()), None)
        if focused is None and self.curtain is not None and self.curtain.suggests:
            focused = next(iter(self.buttons), None)
        if enter and focused is not None:
            focused.click()
        else:
            super().keyPressEvent(event)


def _line(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _table(rows: tuple[tuple[str, str], ...], gap: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(gap)
    grid.setHorizontalSpacing(gap * 4)
    for row, (keys, meaning) in enumerate(rows):
        key = QLabel(keys)
        key.setProperty("role", "key")
        grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(_line(meaning), row, 1)
    grid.setColumnStretch(1, 1)
    return grid
