"""The AI on the desk: fetched when it may be shown, hidden and shown, and every exposure noted. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import AppError
from app.gui.pages.reading.load_ahead import CaseLoader
from app.gui.pages.reading.open_desk import OpenDesk
from app.progress import Progress
from app.study.ai_result import START_OPACITY, AiResult
from app.study.assignment import Assignment
from app.study.events import EventKind
from app.study.protocol import Arm

STEP = 0.1
AiFor = Callable[[Assignment], AiResult | None]


class AiDesk:
    """What the reader does to the AI of the open case."""

    def __init__(self, desk: OpenDesk, ai_for: AiFor) -> None:
        self._desk = desk
        self._ai_for = ai_for
        self._noted = START_OPACITY

    def clear(self) -> None:
        """Another case: nothing of the AI is on the desk, and everything begins anew."""
        desk = self._desk
        desk.ai, desk.ai_visible, desk.ai_opacity = None, True, START_OPACITY
        desk.ai_awaited = False
        self._noted = START_OPACITY

    def put(self, result: AiResult | None) -> None:
        """Lay a result down that came with its case, in an arm with the AI from the start."""
        self._desk.ai = result

    def reveal(self, failed: Callable[[AppError], None]) -> None:
        """Fetch the result of the open case, now that it may be shown, and show it."""
        desk = self._desk
        assignment = desk.session.snapshot.assignment
        if assignment is None:
            return
        if not desk.session.protocol.reveals_ai:
            desk.refresh()
            return
        try:
            desk.ai = self._ai_for(assignment)
        except AppError as error:
            failed(error)
            return
        desk.refresh()

    def wait_for_server(
        self,
        background: CaseLoader,
        failed: Callable[[AppError], None],
        fetch: Callable[[Assignment], Callable[[], None]],
    ) -> None:
        """The same of a server, which shows it once what comes before is on record there; the window goes on.

        `fetch` gets what else it shows then, and gives what lays that on the desk.
        """
        desk = self._desk
        assignment = desk.session.snapshot.assignment
        if assignment is None:
            return
        open_case = assignment
        desk.ai_awaited = True
        desk.refresh()

        def work(_progress: Progress) -> tuple[Callable[[], None], AiResult | None]:
            asked = desk.session.protocol.reveals_ai or open_case.arm is Arm.AIDED
            return fetch(open_case), self._ai_for(open_case) if asked else None

        def still_there() -> bool:
            there = desk.session.snapshot.assignment is open_case and desk.ai_awaited
            desk.ai_awaited = desk.ai_awaited and not there
            return there

        def arrived(found: tuple[Callable[[], None], AiResult | None]) -> None:
            if still_there():
                found[0]()
                desk.ai = found[1]
                desk.refresh()

        def not_arrived(error: AppError) -> None:
            if still_there():
                failed(error)

        background(work, arrived, not_arrived, priority=2)

    def toggle(self) -> None:
        """Hide the revealed AI, or show it again."""
        desk = self._desk
        if desk.active and desk.describe().ai_place:
            desk.ai_visible = not desk.ai_visible
            desk.note(EventKind.AI_TOGGLED, visible=desk.ai_visible)
            desk.refresh()

    def set_opacity(self, opacity: float) -> None:
        """How dense the overlay is now; noted when the hand rests."""
        desk = self._desk
        if self._adjustable():
            desk.ai_opacity = round(min(max(opacity, 0.0), 1.0), 2)
            desk.refresh()

    def step_opacity(self, steps: int) -> None:
        """A step denser or thinner, by key."""
        if self._adjustable():
            self.set_opacity(self._desk.ai_opacity + steps * STEP)
            self.settle()

    def settle(self) -> None:
        """Write down how dense the overlay is, when that has changed."""
        desk = self._desk
        if desk.ai_opacity != self._noted and desk.describe().ai_place:
            self._noted = desk.ai_opacity
            desk.note(EventKind.AI_OPACITY, value=desk.ai_opacity)

    def _adjustable(self) -> bool:
        desk = self._desk
        return desk.active and desk.ai_visible and desk.ai is not None and bool(desk.ai.heatmaps)
