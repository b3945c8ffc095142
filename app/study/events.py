"""What happens during a session, one line each, appended and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.study.canonical import JsonValue, from_plain
from app.study.clock import Instant

REHEARSAL = "rehearsal"
"""The site of sittings in which a simulated reader reads."""
REHEARSED = "REHEARSAL: read by simulated readers, not by people."
"""What stands on everything that such a study gives."""


class EventKind(StrEnum):
    """What happened; the payload that goes with it stands in brackets."""

    SESSION_OPENED = "session_opened"
    """[screen, app_version, site, visit, days_since_last_session], and second_copy where the study has one"""
    SESSION_CLOSED = "session_closed"
    HEARTBEAT = "heartbeat"
    """Written when nothing else was, so that a crash leaves the time that was spent."""
    REQUESTED = "requested"
    DISPLAYED = "displayed"
    """[display, image_hashes, load_seconds]; its instant is the first painted frame of both views."""
    FIRST_INPUT = "first_input"
    CALL = "call"
    """[value]"""
    RATING = "rating"
    """[value]"""
    NO_LESION = "no_lesion"
    """[value]"""
    CHECKLIST = "checklist"
    """[value]: the ticked regions"""
    QUESTION = "question"
    """[key, value], of a mark [lesion] too: an answer to one of the protocol's own questions; texts stand in
    the reading"""
    COMMENT = "comment"
    """Focus left the comment; the text stands in the reading."""
    RECOGNISED = "recognised"
    """[value]"""
    MARK_ADDED = "mark_added"
    """[uuid, view, points]"""
    MARK_EDITED = "mark_edited"
    """[uuid, what]"""
    MARK_REMOVED = "mark_removed"
    """[uuid]"""
    UNDO = "undo"
    """[step]"""
    REDO = "redo"
    """[step]"""
    LEVEL_CHANGED = "level_changed"
    """[lower, upper]: one line per gesture, not per pixel"""
    ZOOMED = "zoomed"
    """[zoom]: screen pixels per image pixel"""
    CURVE_CHANGED = "curve_changed"
    """[value]"""
    PALETTE_CHANGED = "palette_changed"
    """[value]"""
    INVERTED = "inverted"
    """[value]"""
    DUAL_INTENSITY = "dual_intensity"
    """[value]"""
    CROPPED = "cropped"
    """[value]: the films fit the patient, or the whole frame again"""
    DISPLAY_RESET = "display_reset"
    TOOL = "tool"
    """[value]"""
    HIDDEN_MARKS = "hidden_marks"
    """[value]"""
    PAUSED = "paused"
    """[cause]"""
    RESUMED = "resumed"
    FOCUS_LOST = "focus_lost"
    FOCUS_GAINED = "focus_gained"
    CLOCK_JUMP = "clock_jump"
    """[seconds]: UTC minus monotonic since the last event; positive after sleep or a clock set forward."""
    SUSPENDED = "suspended"
    """[seconds]: the program was not run for so long (sleep, a stopped virtual machine)."""
    LOCKED = "locked"
    AI_REVEALED = "ai_revealed"
    AI_TOGGLED = "ai_toggled"
    """[visible]"""
    AI_OPACITY = "ai_opacity"
    """[value]"""
    ASIDE_SHOWN = "aside_shown"
    """[what]: something stands beside the scan since this instant, put there by the program; see `asides`."""
    ASIDE_TOGGLED = "aside_toggled"
    """[what, visible]: the reader showed or hid it; of a series how it stood when it was left, too"""
    SUBMITTED = "submitted"
    """Its instant is the key press."""
    SAVE_FAILED = "save_failed"
    TECHNICAL_PROBLEM = "technical_problem"
    """[reason]"""
    SKIPPED = "skipped"
    """[reason]"""
    AMENDED = "amended"
    """[amends, reason]"""
    INTERRUPTED = "interrupted"
    """[raw_seconds, active_seconds, recovered]: an attempt that ended without an answer."""
    QUESTIONNAIRE = "questionnaire"
    """[occasion, answers]: what the reader answered beside the cases."""
    INTERIM_ANALYSIS = "interim_analysis"
    """[planned, read]: presentations; an unfinished study was analysed. Of no reader, like the next."""
    STUDY_CLOSED = "study_closed"
    """[planned, read, reason]: an unfinished study was analysed as finished."""
    READER_STANDING = "reader_standing"
    """[reader, out, by, reason, planned, read, replaced_by, head]: a reader was withdrawn, or reads again."""
    CASE_STANDING = "case_standing"
    """[case, out, by, reason, read, readings]: a case was excluded, or belongs to the study again."""
    TRUTH_RECORDED = "truth_recorded"
    """[by, before, after, changed, record]: seals of the truth, and the hash of what was corrected."""
    PROTOCOL_AMENDED = "protocol_amended"
    """[by, reason, version, fields, before, after]: hashes of protocol and cases."""
    DEVIATION = "deviation"
    """[text]: something that the protocol did not foresee, recorded and never hidden."""


INPUT_KINDS = frozenset(
    {
        EventKind.FIRST_INPUT,
        EventKind.CALL,
        EventKind.RATING,
        EventKind.NO_LESION,
        EventKind.CHECKLIST,
        EventKind.QUESTION,
        EventKind.COMMENT,
        EventKind.RECOGNISED,
        EventKind.MARK_ADDED,
        EventKind.MARK_EDITED,
        EventKind.MARK_REMOVED,
        EventKind.UNDO,
        EventKind.REDO,
        EventKind.LEVEL_CHANGED,
        EventKind.ZOOMED,
        EventKind.CURVE_CHANGED,
        EventKind.PALETTE_CHANGED,
        EventKind.INVERTED,
        EventKind.DUAL_INTENSITY,
        EventKind.CROPPED,
        EventKind.DISPLAY_RESET,
        EventKind.TOOL,
        EventKind.HIDDEN_MARKS,
        EventKind.AI_TOGGLED,
        EventKind.AI_OPACITY,
        EventKind.ASIDE_TOGGLED,
    }
)
"""What a reader does with hand and eye; the first of them is the first input."""


@dataclass(frozen=True)
class Event:
    """One thing that happened in a session.

    `number` counts from 1 within the session. `position` and `attempt` name the presentation, 0 between
    cases.
    """

    session: str
    number: int
    kind: EventKind
    at: Instant
    position: int = 0
    attempt: int = 0
    case: str = ""
    payload: Mapping[str, JsonValue] = field(default_factory=dict)


def event_from_plain(plain: Mapping[str, Any]) -> Event:  # Any: JSON
    """The event that `to_plain` made; raises KeyError or ValueError when it is none."""
    return Event(
        session=plain["session"],
        number=plain["number"],
        kind=EventKind(plain["kind"]),
        at=from_plain(Instant, plain["at"]),
        position=plain["position"],
        attempt=plain["attempt"],
        case=plain["case"],
        payload=plain["payload"],
    )
