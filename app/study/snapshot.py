"""The state of a session, as it is drawn, and who sits at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from app.study.answer import Answer, ScreenRecord
from app.study.assignment import Assignment


class Stage(StrEnum):
    """Where the session stands."""

    BETWEEN = "between"
    REQUESTED = "requested"
    READING = "reading"
    LOCKED = "locked"
    AI = "ai"
    FINISHED = "finished"


class PauseCause(StrEnum):
    """Who or what paused the clock."""

    READER = "reader"
    FOCUS = "focus"
    STILL_READING = "still_reading"


@dataclass(frozen=True)
class Sitting:
    """Who reads what where: what every record of the session repeats."""

    study: str
    protocol_sha256: str
    app_version: str
    reader: str
    screen: ScreenRecord = field(default_factory=ScreenRecord)
    site: str = ""
    copied: bool = False
    """The study's own second copy is kept of what is read."""
    truth: str = ""
    """The seal of the truth while this is read."""
    uuid: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Snapshot:
    """The state of a session, for drawing it.

    `done` and `total` count the presentations of this visit. `next_visit_utc`: when the washout before
    the next visit ends.
    """

    stage: Stage
    paused: bool
    pause_cause: str
    assignment: Assignment | None
    done: int
    total: int
    locked_answer: Answer | None
    next_visit_utc: datetime | None
