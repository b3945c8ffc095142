"""Decides which keys may be set; the settings themselves are checked by their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import AppError
from app.gui.actions import ACTIONS, BY_ID, NEEDS_MODIFIER, Context, conflicts, is_plain, keys_of
from app.language import tr
from app.settings import SettingsStore

ON_IMAGES = frozenset({"Up", "Down", "Left", "Right", "Space", "Tab", "Shift+Tab"})
"""What the images themselves use: the keyboard cursor, placing a point, going from view to view."""


@dataclass(frozen=True)
class KeyRow:
    """One line of the key table."""

    action_id: str
    text: str
    group: str
    where: str
    keys: tuple[str, ...]
    changed: bool


class KeyTable:
    """The keys of all actions, as the user has them."""

    def __init__(self, settings: SettingsStore) -> None:
        self._settings = settings

    def rows(self) -> Iterator[KeyRow]:
        """All actions in the order of the menus."""
        own = self._settings.current.keys
        for action in ACTIONS:
            keys = keys_of(action, own)
            yield KeyRow(
                action.id, action.words, tr(action.group), tr(action.context.value), keys, keys != action.keys
            )

    def objection(self, action_id: str, key: str) -> str:
        """Why the action cannot have this key; empty when it can."""
        action = BY_ID[action_id]
        if not key:
            return tr("Press the key first.")
        if action_id in NEEDS_MODIFIER and is_plain(key) and not _is_function_key(key):
            return tr(
                "“{action}” must not lie on a single key; take it together with Ctrl or Alt.",
                action=action.words,
            )
        if action.context is not Context.GLOBAL and key in ON_IMAGES:
            return tr("{key} belongs to the images: it moves the keyboard cursor or places a point.", key=key)
        if action.context is Context.GLOBAL and is_plain(key) and not _is_function_key(key):
            return tr("What works everywhere needs Ctrl, Alt or a function key, or typing would set it off.")
        others = list(conflicts(action, key, self._settings.current.keys))
        if others:
            names = f" {tr('and')} ".join(f"“{other.words}” ({tr(other.context.value)})" for other in others)
            return tr("{key} already means {names}.", key=key, names=names)
        return ""

    def add(self, action_id: str, key: str) -> None:
        """Give the action one more key.

        Raises: AppError when the key is taken or not possible, or the settings cannot be saved.
        """
        keys = keys_of(BY_ID[action_id], self._settings.current.keys)
        self._set(action_id, keys if key in keys else (*keys, key), new=key)

    def replace(self, action_id: str, key: str) -> None:
        """Let the action have this key only.

        Raises: AppError when the key is taken or not possible, or the settings cannot be saved.
        """
        self._set(action_id, (key,), new=key)

    def clear(self, action_id: str) -> None:
        """Take the action's keys away; it stays in its menu. Raises AppError when it cannot be saved."""
        self._save({**self._settings.current.keys, action_id: ()})

    def restore(self, action_id: str) -> None:
        """Give the action its own keys again.

        Raises: AppError when one of them is in use elsewhere by now, or the settings cannot be saved.
        """
        for key in BY_ID[action_id].keys:
            if objection := self.objection(action_id, key):
                raise AppError(objection, tr("Change that one first."))
        self._save({name: keys for name, keys in self._settings.current.keys.items() if name != action_id})

    def restore_all(self) -> None:
        """Give every action its own keys again. Raises AppError when it cannot be saved."""
        self._save({})

    def _set(self, action_id: str, keys: tuple[str, ...], new: str) -> None:
        if objection := self.objection(action_id, new):
            raise AppError(objection, tr("Choose another key."))
        own = {**self._settings.current.keys, action_id: keys}
        if keys == BY_ID[action_id].keys:
            del own[action_id]
        self._save(own)

    def _save(self, keys: dict[str, tuple[str, ...]]) -> None:
        self._settings.change(keys=keys)


def _is_function_key(key: str) -> bool:
    last = key.rpartition("+")[2]
    return (last[:1] == "F" and last[1:].isdigit()) or last == "Pause"
