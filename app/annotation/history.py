"""Undo and redo over annotations, as named steps."""

from __future__ import annotations

from app.annotation.annotation import Annotation

_MOST_STEPS = 10_000
"""A step costs a tuple: nobody reaches this by hand."""


class History:
    """The annotation as it is, and as it was before each step."""

    def __init__(self, start: Annotation) -> None:
        self._done: list[tuple[str, Annotation]] = [("", start)]
        self._undone: list[tuple[str, Annotation]] = []

    @property
    def current(self) -> Annotation:
        """The annotation as it is now."""
        return self._done[-1][1]

    @property
    def undo_name(self) -> str:
        """The step that `undo` takes back, empty when there is none."""
        return self._done[-1][0] if len(self._done) > 1 else ""

    @property
    def redo_name(self) -> str:
        """The step that `redo` brings back, empty when there is none."""
        return self._undone[-1][0] if self._undone else ""

    def record(self, name: str, annotation: Annotation) -> None:
        """Take a step; what had been undone is gone. `name` must not be empty."""
        if not name:
            raise ValueError("a step needs a name")
        self._done.append((name, annotation))
        self._undone.clear()
        if len(self._done) > _MOST_STEPS + 1:
            del self._done[0]

    def amend(self, annotation: Annotation) -> None:
        """Change what the last step led to, without a step of its own."""
        self._done[-1] = (self._done[-1][0], annotation)

    def undo(self) -> Annotation:
        """Take the last step back; nothing happens at the start."""
        if len(self._done) > 1:
            self._undone.append(self._done.pop())
        return self.current

    def redo(self) -> Annotation:
        """Bring the last undone step back; nothing happens when there is none."""
        if self._undone:
            self._done.append(self._undone.pop())
        return self.current
