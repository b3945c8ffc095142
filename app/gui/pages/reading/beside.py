"""What stands beside the scan on the desk: hidden and shown, and every exposure noted. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.pages.reading.open_desk import OpenDesk
from app.study.asides import CLINICAL, CLINICAL_LATER, asides_of
from app.study.assignment import Assignment
from app.study.events import EventKind


class Beside:
    """What the reader sees of it on the open case, and does to it."""

    def __init__(self, desk: OpenDesk, later: Callable[[Assignment], tuple[str, ...]]) -> None:
        self._desk = desk
        self._later = later
        self._known = asides_of(desk.session.protocol)

    def clear(self) -> None:
        """Another case: everything begins anew."""
        self._desk.beside, self._desk.later = frozenset(), ()

    @property
    def at_first(self) -> tuple[str, ...]:
        """What stands there with the first frame, by its name in the record."""
        case = self._desk.case
        return (CLINICAL,) if case is not None and case.loaded.fields else ()

    def reveal(self) -> None:
        """Fetch what is shown now that the first answer is locked; raises AppError when that fails."""
        assignment = self._desk.session.snapshot.assignment
        if assignment is not None and CLINICAL_LATER in self._known:
            self._desk.later = self._later(assignment)

    @property
    def at_second(self) -> tuple[str, ...]:
        """What came with the second answer."""
        return (CLINICAL_LATER,) if self._desk.later else ()

    def toggle(self, what: str) -> None:
        """Hide it, or show it again."""
        desk = self._desk
        if what in self._known and desk.active:
            desk.beside ^= {what}
            desk.note(EventKind.ASIDE_TOGGLED, what=what, visible=what in desk.beside)
            desk.refresh()
