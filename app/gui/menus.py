"""The menu bar, made from the groups of ACTIONS; icons are drawn when a menu is first opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QMenuBar

from app.gui.action_binder import WindowActions
from app.gui.actions import ACTIONS, BY_ID, GROUPS
from app.gui.icons import icon
from app.gui.theme import em
from app.language import tr


def fill_menus(bar: QMenuBar, actions: WindowActions) -> None:
    """One menu per group, each with a letter of its own after Alt; those of the page that is shown are seen.

    The digits of the rating stay out: they are keys and nothing else.
    """
    taken: set[str] = set()
    menus: list[QMenu] = []
    for group in GROUPS:
        name = tr(group)
        letters = [letter for letter in name if letter.isalpha() and letter.lower() not in taken]
        letter = letters[0] if letters else name[0]
        taken.add(letter.lower())
        menu = QMenu(name.replace(letter, f"&{letter}", 1), bar)
        menu.aboutToShow.connect(partial(_dress, menu))
        for row in ACTIONS:
            if row.group == group and not row.family:
                menu.addAction(actions.qactions[row.id])
        bar.addMenu(menu)
        menus.append(menu)
    actions.shown_changed.connect(partial(_show, menus))
    _show(menus)


def _show(menus: Sequence[QMenu]) -> None:
    """A menu without anything that works here is none."""
    for menu in menus:
        menu.menuAction().setVisible(any(action.isVisible() for action in menu.actions()))


def _dress(menu: QMenu) -> None:
    for action in menu.actions():
        row = BY_ID[action.objectName()]
        if row.icon:
            action.setIcon(icon(row.icon, menu.palette(), em(menu, 1.1)))
