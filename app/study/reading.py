"""The record of one reading, and the hash chain that shows whether anybody touched it afterwards.

Every section is hashed on its own, so that `verify` can name the kind of field that was changed; the
reading's own hash covers the section hashes, the previous reading of the same reader and the running hash
of that reader's events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.study.answer import Answer, DisplayState, ScreenRecord
from app.study.canonical import JsonValue, canonical_json, sha256_text, to_plain, without_silent
from app.study.events import Event
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


def genesis(protocol_sha256: str, reader: str) -> str:
    """Where a reader's chain begins: bound to the frozen protocol and the reader."""
    return sha256_text(canonical_json(["scintiread", protocol_sha256, reader]))


_LATER: Mapping[str, JsonValue] = {"ai.shown.familiarity": None}
"""Fields that came later: left out of the text while they say nothing, so that older readings keep theirs."""


def section_texts(draft: ReadingDraft) -> dict[str, str]:
    """Each section as the text that is stored and hashed."""
    plain = without_silent({name: to_plain(getattr(draft, name)) for name in SECTIONS}, _LATER)
    return {name: canonical_json(plain[name]) for name in SECTIONS}


def section_hashes(texts: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each section's text."""
    return {name: sha256_text(texts[name]) for name in SECTIONS}


def reading_hash(
    number: int, previous: str, sections: Mapping[str, str], events: int, events_sha: str
) -> str:
    """The hash of one link of the chain of readings."""
    return sha256_text(canonical_json([number, previous, dict(sections), events, events_sha]))


def event_hash(previous: str, event: Event) -> str:
    """The running hash of a reader's events after this one."""
    return sha256_text(previous + canonical_json(event))


def placed(
    draft: ReadingDraft, sections: Mapping[str, str], head: tuple[int, str], events: tuple[int, str]
) -> Reading:
    """The draft as the next link of the chain of readings.

    `sections`: its section hashes. `head`: how many readings there are, and the last hash. `events`: how many
    events precede it, and their running hash.
    """
    number = head[0] + 1
    return Reading(
        identity=draft.identity,
        answer=draft.answer,
        times=draft.times,
        display=draft.display,
        flags=draft.flags,
        ai=draft.ai,
        number=number,
        events=events[0],
        events_sha256=events[1],
        previous_sha256=head[1],
        sha256=reading_hash(number, head[1], sections, *events),
    )
