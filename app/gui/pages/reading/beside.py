"""What stands beside the scan on the desk: hidden and shown, and every exposure noted. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.canvas.prepared import prepare
from app.gui.pages.reading.open_desk import OpenDesk
from app.study.asides import CLINICAL, CLINICAL_LATER, PRIOR, asides_of, series_name
from app.study.assignment import Assignment
from app.study.events import EventKind
from app.workflows.study.read import Later


class DeskAsides:
    """What the reader sees of it on the open case, and does to it."""

    def __init__(self, desk: OpenDesk, later: Callable[[Assignment], Later]) -> None:
        self._desk = desk
        self._later = later
        self._known = asides_of(desk.session.protocol)

    def clear(self) -> None:
        """Another case: everything begins anew."""
        desk = self._desk
        desk.beside, desk.later, desk.later_prior = frozenset(), Later(), None
        desk.prior_in_place, desk.series = False, ""

    def begin(self) -> None:
        """The case is about to be shown, with what stands beside it from the first frame on."""
        case = self._desk.case
        if case is not None:
            self._desk.beside = _names(CLINICAL if case.loaded.fields else "", PRIOR if case.prior else "")

    def reveal(self) -> None:
        """Fetch what is shown now that the first answer is locked; raises AppError when that fails."""
        desk = self._desk
        assignment = desk.session.snapshot.assignment
        if assignment is None or not desk.session.protocol.beside.later:
            return
        self.fetch(assignment)()

    def fetch(self, assignment: Assignment) -> Callable[[], None]:
        """The same on any thread; what is returned lays it on the desk. Raises AppError."""
        if not self._desk.session.protocol.beside.later:
            return lambda: None
        later = self._later(assignment)
        prior = prepare(later.prior) if later.prior else None

        def put() -> None:
            self._desk.later, self._desk.later_prior = later, prior
            self._desk.beside |= self.at_second

        return put

    @property
    def at_second(self) -> frozenset[str]:
        """What came with the second answer."""
        later = self._desk.later
        return _names(CLINICAL_LATER if later.fields else "", PRIOR if later.prior else "")

    def toggle(self, what: str) -> None:
        """Hide it, or show it again; a prior scan comes back beside the films."""
        desk = self._desk
        if self._may(what):
            desk.beside ^= {what}
            desk.prior_in_place = desk.prior_in_place and what != PRIOR
            desk.note(EventKind.ASIDE_TOGGLED, what=what, visible=what in desk.beside)
            desk.refresh()

    def flip(self) -> None:
        """Put the prior scan in the place of the films, or back beside them."""
        desk = self._desk
        if self._may(PRIOR):
            desk.beside |= {PRIOR}
            desk.prior_in_place = not desk.prior_in_place
            where = "in place" if desk.prior_in_place else "beside"
            desk.note(EventKind.ASIDE_TOGGLED, what=PRIOR, visible=True, where=where)
            desk.refresh()

    def show_series(self, key: str) -> None:
        """Let a further series be seen instead of the films, or the films again ("")."""
        desk = self._desk
        if desk.active and key != desk.series:
            self._leave_series()
            if key:
                desk.series = key
                desk.note(EventKind.ASIDE_TOGGLED, what=series_name(key), visible=True)
        desk.refresh()  # a tab that may not be opened falls back

    def next_series(self) -> None:
        """The next one, and after the last the films again."""
        desk = self._desk
        keys = ["", *(each.key for each in desk.case.loaded.series)] if desk.case else [""]
        self.show_series(keys[(keys.index(desk.series) + 1) % len(keys)])

    def _leave_series(self) -> None:
        """Back to the films; how the series stood is noted."""
        desk = self._desk
        if desk.series:
            stood = desk.view.series_stands()
            desk.note(EventKind.ASIDE_TOGGLED, what=series_name(desk.series), visible=False, **stood)
            desk.series = ""

    def _may(self, what: str) -> bool:
        desk = self._desk
        there = what != PRIOR or desk.later_prior is not None or bool(desk.case and desk.case.prior)
        return what in self._known and there and desk.active


def _names(*names: str) -> frozenset[str]:
    return frozenset(name for name in names if name)
