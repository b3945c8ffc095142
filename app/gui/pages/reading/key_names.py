"""The keys of actions as they are written on the reader's own keyboard."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from app.gui.actions import BY_ID, Keys, keys_of


def key_name(action_id: str, remapped: Keys) -> str:
    """The first key of an action, "" when it has none."""
    keys = keys_of(BY_ID[action_id], remapped)
    if not keys:
        return ""
    name = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return name.replace("Return", "Enter")  # as it stands on most keyboards
