"""The F1 sheet: every key of the program, from the same table as the menus, the user's own keys included."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations, pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.gui.actions import ACTIONS, GROUPS, Context, Keys, keys_of
from app.gui.sheets.sheet import Sheet
from app.gui.theme import em
from app.gui.widgets.labels import heading, muted, plain
from app.gui.widgets.scrolled import Tall
from app.language import for_later, tr

Block = tuple[str, list[tuple[str, str]]]

_COLUMN_EM = 22
_COLUMNS, _WIDTH_EM = 3, 78

MOUSE: tuple[tuple[str, str], ...] = (
    (for_later("Zoom at the cursor"), for_later("Wheel")),
    (for_later("Upper level"), for_later("Ctrl+Wheel")),
    (for_later("Upper and lower level"), for_later("Right drag")),
    (for_later("Pan"), for_later("Space drag or middle drag")),
    (for_later("Close the polygon"), for_later("Double click")),
    (for_later("Remove the last vertex"), for_later("Right click")),
    (for_later("Keyboard cursor (Shift: 10 pixels)"), for_later("Arrow keys")),
    (for_later("Place a point or a vertex"), for_later("Space")),
    (for_later("From view to view"), "Tab"),
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
                before = keys[0].removesuffix("0")
                in_a_row = keys == [f"{before}{digit}" for digit in range(10)]
                yield tr(action.family), f"{before}0 – 9" if in_a_row else " ".join(keys)
        elif shown := keys_of(action, remapped):
            yield tr(action.text).rstrip("…"), f" {tr('or')} ".join(native(key) for key in shown)


class KeysSheet(Sheet):
    """All keys in three columns, those of the page that is shown first."""

    def __init__(self, remapped: Keys, parent: QWidget, here: Collection[str] = ()) -> None:
        """`here`: the actions of the page that is shown."""
        super().__init__(tr("Keys"), parent, width_em=_WIDTH_EM)
        hint = tr("Settings change them. A text field that has the keyboard keeps plain keys to itself.")
        self.content.addWidget(muted(hint))
        blocks = [(_title(group), list(lines(group, remapped))) for group in _order(here)]
        blocks.append((tr("Mouse and arrows, on the images"), [(tr(done), tr(by)) for done, by in MOUSE]))
        most = max(1, min(_COLUMNS, parent.width() // em(self, _COLUMN_EM)))
        room = min(em(self, _WIDTH_EM), parent.width() - em(self, 2)) - em(self, 2 * 1.2 + 1)
        inside = _columns(blocks, most)
        while most > 1 and inside.sizeHint().width() > room:  # as many as nobody has to scroll sideways for
            most -= 1
            inside = _columns(blocks, most)
        scroll = Tall()
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName(tr("List of keys"))
        scroll.setWidget(inside)
        self.content.addWidget(scroll)


def _columns(blocks: list[Block], count: int) -> QWidget:
    """The blocks side by side in so many columns."""
    inside = QWidget()
    columns = QHBoxLayout(inside)
    columns.setSpacing(em(inside, 2))
    for column in _share(blocks, count):
        stack = QVBoxLayout()
        for name, rows in column:
            stack.addWidget(_block(name, rows))
        stack.addStretch(1)
        columns.addLayout(stack, 1)
    return inside


def _order(here: Collection[str]) -> list[str]:
    """The groups that work here, the page's own before those that it shares, then all others."""
    theirs = {
        action.group for action in ACTIONS if action.id in here and action.context is not Context.GLOBAL
    }
    first = [group for group in reversed(GROUPS) if group in theirs]
    return [*first, *(group for group in GROUPS if group not in theirs)]


def _title(group: str) -> str:
    contexts = {action.context for action in ACTIONS if action.group == group}
    if contexts == {Context.ANNOTATION}:
        return tr("{group}, while annotating", group=tr(group))
    return tr("{group}, while reading", group=tr(group)) if contexts == {Context.READING} else tr(group)


def _share(blocks: list[Block], count: int) -> list[list[Block]]:
    """Blocks dealt into columns in their order, so that the longest column is as short as can be."""
    deals = [
        [blocks[start:end] for start, end in pairwise((0, *cuts, len(blocks)))]
        for cuts in combinations(range(1, len(blocks)), count - 1)
    ]
    return min(deals, key=lambda columns: max(sum(len(rows) + 2 for _, rows in column) for column in columns))


def _block(name: str, rows: list[tuple[str, str]]) -> QWidget:
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, em(block, 0.8))
    grid.setVerticalSpacing(em(block, 0.2))
    grid.addWidget(heading(name), 0, 0, 1, 2)
    for at, (text, keys) in enumerate(rows, start=1):
        words = plain(text, wraps=False)
        key = plain(keys, "key", wraps=False)
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(words, at, 0)
        grid.addWidget(key, at, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    grid.setColumnStretch(0, 1)
    return block
