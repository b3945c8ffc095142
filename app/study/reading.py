"""The record of one reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.study.answer import Answer, DisplayState, ScreenRecord
from app.study.protocol import Arm, Scale
from app.study.timer import Times


class Outcome(StrEnum):
    """How a presentation ended."""

    ANSWERED = "answered"
    TECHNICAL = "technical problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Identity:
    """Which presentation this is; nothing in it names a patient."""

    study: str
    protocol_version: int
    protocol_sha256: str
    app_version: str
    site: str
    reader: str
    session: str
    days_since_last_session: float | None
    arm: Arm
    case: str
    image_hashes: Mapping[str, str]
    position: int
    visit: int
    seed: int
    attempt: int
    scale: Scale
    repeat_of: int | None = None
    warm_up: bool = False
    clinical_information_shown: bool = False


@dataclass(frozen=True)
class AiShown:
    """The AI result that a reader sees or saw."""

    model: str
    version: str = ""
    weights_sha256: str = ""
    probability: float | None = None
    threshold: float | None = None
    heatmap_method: str = ""
    familiarity: float | None = None
    """Only where the protocol shows it."""
    heatmaps_sha256: str = ""
    """Of the heat maps as the study keeps them; empty where none was shown."""


@dataclass(frozen=True)
class AiExposure:
    """What the reader saw of the AI and what it did to the answer; `shown` is None when it was absent."""

    shown: AiShown | None = None
    seconds_visible: float = 0.0
    toggles: int = 0
    last_opacity: float | None = None
    call_before: bool | None = None
    rating_before: int | None = None
    changed: bool = False


@dataclass(frozen=True)
class DisplayRecord:
    """The screen and how the images stood on it."""

    screen: ScreenRecord = field(default_factory=ScreenRecord)
    at_display: DisplayState | None = None
    at_submit: DisplayState | None = None
    level_changes: int = 0
    largest_zoom: float | None = None
    seen: Mapping[str, float] = field(default_factory=dict)
    """Seconds for which each thing stood beside the scan, see `app.study.asides`; only what ever did."""


@dataclass(frozen=True)
class Flags:
    """What somebody who analyses the reading has to know."""

    outcome: Outcome = Outcome.ANSWERED
    reason: str = ""
    """Why it was skipped, what the technical problem was, or why the answer was changed."""
    contradiction: bool = False
    """Yes with a rating in the lower half of the scale, or no with one in the upper half."""
    rating_touched: bool = False
    locked: bool = False
    """The first answer of sequential mode; it cannot be amended."""
    resumed: bool = False
    """An earlier attempt at this presentation was interrupted."""
    amends: str = ""
    """Hash of the reading whose answer this one replaces."""
    amended_utc: datetime | None = None
    deviations: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ReadingDraft:
    """A reading before it has its place in the chain."""

    identity: Identity
    answer: Answer
    times: Times
    display: DisplayRecord
    flags: Flags
    ai: AiExposure | None = None


SECTIONS = ("identity", "answer", "times", "display", "flags", "ai")
"""The kinds of field that `verify` can name."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading(ReadingDraft):
    """One reader's answer on one case in one arm, as it was made durable.

    `number` counts the reader's readings from 1. `events` is how many events of the reader preceded it and
    `events_sha256` their running hash.
    """

    number: int
    events: int
    events_sha256: str
    previous_sha256: str
    sha256: str

    @property
    def submitted_utc(self) -> datetime | None:
        """When the submit key was pressed."""
        return self.times.submitted.utc if self.times.submitted else None
