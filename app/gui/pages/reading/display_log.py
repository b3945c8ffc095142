"""Writes down how a reader sets the images: one line per gesture, not one per pixel of the mouse."""

from __future__ import annotations

from app.gui.pages.reading.answer_sheet import Note
from app.study.answer import DisplayState
from app.study.events import EventKind

_DISCRETE = (
    ("curve", EventKind.CURVE_CHANGED),
    ("palette", EventKind.PALETTE_CHANGED),
    ("inverted", EventKind.INVERTED),
    ("dual_intensity", EventKind.DUAL_INTENSITY),
    ("cropped", EventKind.CROPPED),
)


class DisplayLog:
    """Compares display states; levels and zoom wait for `settle`, everything else is noted at once."""

    def __init__(self, note: Note, shown: DisplayState) -> None:
        self._note = note
        self._noted = shown
        self._current = shown

    def changed(self, state: DisplayState) -> None:
        """The images now stand like this."""
        for name, kind in _DISCRETE:
            value = getattr(state, name)
            if value != getattr(self._current, name):
                self._note(kind, value=value)
        self._current = state

    def settle(self) -> None:
        """The gesture is over (or the answer is being submitted): note where it ended."""
        now, before = self._current, self._noted
        if (now.lower_level, now.upper_level) != (before.lower_level, before.upper_level):
            self._note(EventKind.LEVEL_CHANGED, lower=now.lower_level, upper=now.upper_level)
        if now.zoom != before.zoom:
            self._note(EventKind.ZOOMED, zoom=now.zoom)
        self._noted = now
