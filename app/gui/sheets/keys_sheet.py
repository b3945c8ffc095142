"""The F1 sheet: every key of the program, from the same table as the menus, the user's own keys included."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.gui.actions import ACTIONS, GROUPS, Context, Keys, keys_of
from app.gui.sheets.sheet import Sheet
from app.gui.theme import em

MOUSE: tuple[tuple[str, str], ...] = (
    ("Zoom at the cursor", "Wheel"),
    ("Upper level", "Ctrl+Wheel"),
    ("Upper and lower level", "Right drag"),
    ("Pan", "Space drag or middle drag"),
    ("Close the polygon", "Double click"),
    ("Remove the last vertex", "Right click"),
    ("Move the keyboard cursor, 10 pixels with Shift", "Arrow keys"),
    ("Place a point or a vertex", "Space"),
)
"""What mouse and arrows do on the images; not remappable, therefore not in ACTIONS."""


def native(key: str) -> str:
    """A portable key text as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def lines(group: str, remapped: Keys) -> Iterator[tuple[str, str]]:
    """The lines of one group: what is done, and its keys; a family with keys in a row stands as one line."""
    families: dict[str, list[str]] = {}
    for action in ACTIONS:
        if action.group == group and action.family:
            families.setdefault(action.family, []).append(" ".join(map(native, keys_of(action, remapped))))
    for action in ACTIONS:
        if action.group != group:
            continue
        if action.family:
            keys = families.pop(action.family, None)
            if keys:
                plain = keys == [str(digit) for digit in range(10)]
                yield action.family, "0 – 9" if plain else " ".join(keys)
        elif shown := keys_of(action, remapped):
            yield action.text.rstrip("…"), " or ".join(native(key) for key in shown)


class KeysSheet(Sheet):
    """All keys in three columns."""

    def __init__(self, remapped: Keys, parent: QWidget) -> None:
        super().__init__("Keys", parent, width_em=78)
        columns = QHBoxLayout()
        columns.setSpacing(em(self, 2))
        blocks = [(f"{group}{_where(group)}", list(lines(group, remapped))) for group in GROUPS]
        blocks.append(("Mouse and arrows, on the images", list(MOUSE)))
        for column in _share(blocks, 3):
            stack = QVBoxLayout()
            for heading, rows in column:
                stack.addWidget(_block(heading, rows))
            stack.addStretch(1)
            columns.addLayout(stack, 1)
        inside = QWidget()
        inside.setLayout(columns)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName("List of keys")
        scroll.setWidget(inside)
        self.content.addWidget(scroll)
        hint = QLabel(
            "Keys can be changed in Settings. A text field that has the keyboard keeps plain keys to itself."
        )
        hint.setProperty("role", "quiet")
        self.buttons.insertWidget(0, hint)


def _where(group: str) -> str:
    contexts = {action.context for action in ACTIONS if action.group == group}
    return ", while reading" if contexts == {Context.READING} else ""


def _share(
    blocks: list[tuple[str, list[tuple[str, str]]]], count: int
) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    """Blocks dealt into columns of about the same length, in their order."""
    share = sum(len(rows) + 2 for _, rows in blocks) / count
    columns: list[list[tuple[str, list[tuple[str, str]]]]] = [[] for _ in range(count)]
    gone = 0.0
    for block in blocks:
        size = len(block[1]) + 2
        columns[min(count - 1, int((gone + size / 2) / share))].append(block)
        gone += size
    return columns


def _block(heading: str, rows: list[tuple[str, str]]) -> QWidget:
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, em(block, 0.8))
    grid.setVerticalSpacing(em(block, 0.2))
    title = QLabel(heading)
    title.setProperty("role", "subheading")
    grid.addWidget(title, 0, 0, 1, 2)
    for at, (text, keys) in enumerate(rows, start=1):
        words = QLabel(text)
        words.setWordWrap(True)
        key = QLabel(keys)
        key.setProperty("role", "key")
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(words, at, 0)
        grid.addWidget(key, at, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    grid.setColumnStretch(0, 1)
    return block
