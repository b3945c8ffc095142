"""Binds the rows of ACTIONS to what a page does; menus and keys follow the page that is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.actions import ACTIONS, BY_ID, Fact, keys_of
from app.language import tr
from app.settings import Settings

_IN_THE_MENU_OF_THE_PROGRAM = {
    "about": QAction.MenuRole.AboutRole,
    "settings": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}
"""Where macOS has them; all others stay in their own menus, whatever their names remind it of."""


class ActionBinder:
    """One page's bindings: what its actions call, and which facts hold on it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.calls: dict[str, Callable[[], object]] = {}
        self.holds: dict[str, Callable[[bool], None]] = {}
        self.facts: set[Fact] = set()
        self._changed = changed

    def bind(self, action_id: str, call: Callable[[], object]) -> None:
        """Let the action call `call` while this page is shown. Raises KeyError for an unknown action."""
        if BY_ID[action_id].hold:
            raise ValueError(f"{action_id} is held: use bind_hold")
        self.calls[action_id] = call
        self._changed()

    def bind_hold(self, action_id: str, call: Callable[[bool], None]) -> None:
        """Let `call` hear True when the key goes down and False when it comes up or the window is left."""
        if not BY_ID[action_id].hold:
            raise ValueError(f"{action_id} is not held: use bind")
        self.holds[action_id] = call
        self._changed()

    def state(self, fact: Fact, holds: bool) -> None:
        """State whether a fact holds on this page; actions that need it become grey or not."""
        if (fact in self.facts) != holds:
            self.facts ^= {fact}
            self._changed()

    def knows(self, action_id: str) -> bool:
        """Whether the action can be done on this page at all."""
        return action_id in self.calls or action_id in self.holds

    def offers(self, action_id: str) -> bool:
        """Whether the action can be done on this page now."""
        needs = BY_ID[action_id].needs
        return self.knows(action_id) and (needs is None or needs in self.facts)


class WindowActions(QObject):
    """The QActions of one window, one per row of ACTIONS, that call whatever the shown page has bound.

    `window_binder` holds what the window itself does on every page; the page's own binding goes first.
    """

    keys_changed = Signal()
    shown_changed = Signal()
    """Other actions belong to the page that is shown now: menus show those alone."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._locked = False
        self.qactions: dict[str, QAction] = {}
        self.window_binder = ActionBinder(self._refresh)
        self._shown = self._page = self.window_binder
        self._held: Callable[[bool], None] | None = None
        for row in ACTIONS:
            action = QAction(tr(row.text), self)
            action.setObjectName(row.id)
            action.setAutoRepeat(row.id.startswith(("zoom", "upper", "lower", "rating_up", "rating_down")))
            action.setMenuRole(_IN_THE_MENU_OF_THE_PROGRAM.get(row.id, QAction.MenuRole.NoRole))
            action.triggered.connect(lambda _checked=False, name=row.id: self.trigger(name))
            self.qactions[row.id] = action
        window.addActions(list(self.qactions.values()))
        self.use_keys(settings)
        self._refresh()

    def binder(self) -> ActionBinder:
        """Bindings for one more page."""
        return ActionBinder(self._refresh)

    def show_for(self, binder: ActionBinder) -> None:
        """Let keys and menus work for the page with these bindings."""
        self._release()
        self._shown = binder
        if binder is not self.window_binder:  # under a sheet the menus stay those of the page
            self._page = binder
        self._refresh()

    def use_keys(self, settings: Settings) -> None:
        """Take over the user's keys."""
        self._keys = {row.id: keys_of(row, settings.keys) for row in ACTIONS}
        self._remapped = {key for keys in settings.keys.values() for key in keys}
        for action_id, keys in self._keys.items():
            self.qactions[action_id].setShortcuts([QKeySequence(key) for key in keys])
        self.keys_changed.emit()

    def by_place(self, there: str, own: str) -> str:
        """The action that can be done now by the key that English keyboards have there; empty when none.

        `own` is what the layout itself has on that key: a key that the user chose goes first.
        """
        if not there or own in self._remapped:
            return ""
        binders = (self._shown, self.window_binder)
        hit = (
            name
            for name, keys in self._keys.items()
            if there in keys and self._possible(name) and any(binder.offers(name) for binder in binders)
        )
        return next(hit, "")

    def lock(self, locked: bool) -> None:
        """Let nothing but leaving the program be done, or everything again."""
        self._locked = locked
        self._refresh()

    def trigger(self, action_id: str) -> None:
        """Do the action as if its key had been pressed."""
        for binder in (self._shown, self.window_binder):
            if self._possible(action_id) and binder.offers(action_id):
                if action_id in binder.holds:
                    self._hold(binder.holds[action_id])
                else:
                    binder.calls[action_id]()
                return

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """End a held action when a key comes up or the window loses the keyboard."""
        if self._held is not None:
            if event.type() == QEvent.Type.KeyRelease:
                if not cast(QKeyEvent, event).isAutoRepeat():
                    self._release()
            elif event.type() == QEvent.Type.WindowDeactivate:
                self._release()
        return False

    def _hold(self, call: Callable[[bool], None]) -> None:
        if self._held is not None:
            return
        self._held = call
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # it runs
        call(True)

    def _release(self) -> None:
        if self._held is not None:
            call = self._held
            self._held = None
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # it runs
            call(False)

    def _refresh(self) -> None:
        others = False
        for name, action in self.qactions.items():
            here = self._page.knows(name) or self.window_binder.knows(name)
            others = others or action.isVisible() is not here
            action.setVisible(here)
            offered = self._shown.offers(name) or self.window_binder.offers(name)
            action.setEnabled(offered and self._possible(name))
        if others:
            self.shown_changed.emit()

    def _possible(self, action_id: str) -> bool:
        return not self._locked or action_id == "quit"
