"""Loads the next cases in the background, so that a reader never waits for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.errors import AppError
from app.gui.canvas.prepared import PreparedScan, prepare
from app.progress import Progress
from app.study.ai_result import AiResult
from app.study.assignment import Assignment
from app.workflows.study.read import LoadedCase

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class ReadyCase:
    """A case decoded and quantised: only painting is left."""

    loaded: LoadedCase
    prepared: PreparedScan
    ai: AiResult | None = None
    prior: PreparedScan | None = None
    """The earlier scan, where it is shown from the start."""
    warm_up: bool = False


class CaseLoader(Protocol):
    """The door to the background: `work` runs elsewhere, one of the two others is called later, here."""

    def __call__(
        self,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None],
        /,
        *,
        priority: int,
    ) -> object:
        """Start the work; a higher `priority` starts sooner."""


@dataclass(eq=False)
class _Slot:
    outcome: ReadyCase | AppError | None = None
    ready: Callable[[ReadyCase], None] | None = None
    failed: Callable[[AppError], None] | None = None


class LoadAhead:
    """Holds the wanted cases and no others: memory stays flat however long the list is."""

    def __init__(
        self,
        load: Callable[[Assignment], LoadedCase],
        run: CaseLoader,
        ai_for: Callable[[Assignment], AiResult | None],
        expect: Callable[[ReadyCase], None] = lambda _case: None,
    ) -> None:
        """`expect` hears of every case that was loaded before it was asked for."""
        self._load = load
        self._run = run
        self._ai_for = ai_for
        self._expect = expect
        self._slots: dict[int, _Slot] = {}

    def want(self, assignments: Iterable[Assignment]) -> None:
        """Start loading these unless they are there or on their way, and forget all others."""
        wanted = {assignment.position: assignment for assignment in assignments}
        self._slots = {position: slot for position, slot in self._slots.items() if position in wanted}
        for position, assignment in wanted.items():
            if position not in self._slots:
                self._start(assignment, priority=0)

    def take(
        self,
        assignment: Assignment,
        ready: Callable[[ReadyCase], None],
        failed: Callable[[AppError], None],
    ) -> bool:
        """Hand over a case: at once (True) when it is there, otherwise as soon as it has been loaded."""
        slot = self._slots.get(assignment.position)
        if slot is None:
            slot = self._start(assignment, priority=1)
        slot.ready, slot.failed = ready, failed
        if slot.outcome is None:
            return False
        self._hand_over(assignment.position, slot)
        return True

    def forget(self) -> None:
        """Let everything go; what is still on its way arrives at nobody."""
        self._slots.clear()

    def _start(self, assignment: Assignment, priority: int) -> _Slot:
        slot = _Slot()
        self._slots[assignment.position] = slot

        def work(_progress: Progress) -> ReadyCase:
            loaded = self._load(assignment)
            prior = prepare(loaded.prior) if loaded.prior else None
            ai = self._ai_for(assignment)
            return ReadyCase(loaded, prepare(loaded.scan), ai, prior, assignment.warm_up)

        def arrived(outcome: ReadyCase | AppError) -> None:
            slot.outcome = outcome
            if self._slots.get(assignment.position) is slot:
                self._hand_over(assignment.position, slot)

        self._run(work, arrived, arrived, priority=priority)
        return slot

    def _hand_over(self, position: int, slot: _Slot) -> None:
        if slot.outcome is None:
            return
        if slot.ready is None or slot.failed is None:  # not asked for yet
            if isinstance(slot.outcome, ReadyCase):
                self._expect(slot.outcome)
            return
        del self._slots[position]
        if isinstance(slot.outcome, AppError):
            slot.failed(slot.outcome)
        else:
            slot.ready(slot.outcome)
