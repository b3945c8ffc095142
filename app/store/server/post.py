"""Brings a reader's steps to the server in one flight, and what they reveal back with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.store.ai_results import AiResults
from app.store.database import Database
from app.store.heads import door, step_rows
from app.store.life import retired_in, retired_query
from app.store.readings import ReaderJournal, StudyReadings
from app.study.chain import DurableStep, Head
from app.study.events import EventKind
from app.study.protocol import Arm, Mode, Protocol

_APPEND = "SELECT seat.append(%(reader)s, %(batch)s)"


@dataclass(frozen=True, eq=False)
class Carried:
    """A step whose `before` knows all hashes, and where the chains end with it."""

    step: DurableStep
    after: Head


class Post:
    """The way of one sitting reader. Methods raise AppError, and Unreachable for a server that is away."""

    def __init__(
        self,
        database: Database,
        journal: ReaderJournal,
        reader: str,
        start: str,
        ai: AiResults,
        reveals: Callable[[DurableStep], str],
        out: Callable[[frozenset[str]], None],
    ) -> None:
        """`start` is where the chains begin; `ai` is given what the server reveals; `out` hears which cases
        are out by now.

        `reveals` names the case whose AI may be seen once a step is on record, or gives "".
        """
        self._database = database
        self._journal = journal
        self._readings = StudyReadings(database)
        self._reader = reader
        self._start = start
        self.reveals = reveals
        self._out = out
        self._ai = ai

    @property
    def copy_problem(self) -> str:
        """Why the second copy could not be written last time."""
        return self._journal.copy_problem

    def head(self) -> Head:
        """Where the chains end on the server."""
        return self._readings.head(self._reader) or Head.start(self._start)

    def send(self, steps: Sequence[Carried]) -> None:
        """Append steps, all or none; what they reveal is asked for once they are on record."""
        appended = []
        for each in steps:
            rows = step_rows(self._reader, each.step.before, each.step.events, each.step.reading)
            told = door(self._reader, each.step.before, rows.events, rows.reading_row)
            appended.append((_APPEND, told))
        cases = [case for each in steps if (case := self.reveals(each.step))]
        queries = [retired_query(self._database), *(AiResults.query(case) for case in cases)]
        asked = [self._database.statement(query) for query in queries]
        came = self._database.fly(("BEGIN", {}), *appended, ("COMMIT", {}), *asked)[len(appended) + 2 :]
        self._out(retired_in(self._database, came[0]).cases)
        for case, rows_of_case in zip(cases, came[1:], strict=True):
            self._ai.bring(case, rows_of_case)
        for each in steps:
            self._journal.copy(each.step)


def reveals_of(protocol: Protocol) -> Callable[[DurableStep], str]:
    """What lets a reader of this protocol see the AI of a case: a locked answer, or its display."""
    beside = protocol.mode is not Mode.SEQUENTIAL and Arm.AIDED in protocol.arms

    def reveals(step: DurableStep) -> str:
        if step.reading is not None and step.reading.flags.locked:
            return step.reading.identity.case
        shown = [event.case for event in step.events if event.kind is EventKind.DISPLAYED] if beside else []
        return shown[-1] if shown and step.reading is None else ""

    return reveals
