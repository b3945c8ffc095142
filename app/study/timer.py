"""Reading times, computed from the events of one attempt and from nothing else.

The clock starts with the first painted frame of both views and stops with the submit key press. Stillness
is never taken off; only spans in which both views were blanked count as pauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.study.clock import Instant
from app.study.events import INPUT_KINDS, Event, EventKind

JUMP_SECONDS = 1.0
"""A smaller disagreement between UTC and the monotonic clock is drift."""
NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Times:
    """The times of one reading; seconds of the monotonic clock.

    `load`: decoding, measured apart. `wait`: requested to displayed. `raw`: displayed (second answer of
    sequential mode: AI revealed) to submit. `active`: raw without pauses. `classify`: start to the first
    call. `annotate`: first call to submit. `ai`: AI revealed to submit. The last three are without pauses.
    `focus_lost` is counted and never taken off. `longest_gap`: longest stretch without any input, without
    pauses. `clock_jump`: UTC minus monotonic over the whole reading.
    """

    requested: Instant | None = None
    displayed: Instant | None = None
    first_input: Instant | None = None
    first_mark: Instant | None = None
    call: Instant | None = None
    revealed: Instant | None = None
    submitted: Instant | None = None
    load_seconds: float | None = None
    wait_seconds: float | None = None
    raw_seconds: float | None = None
    active_seconds: float | None = None
    classify_seconds: float | None = None
    annotate_seconds: float | None = None
    ai_seconds: float | None = None
    pauses: int = 0
    pause_seconds: float = 0.0
    automatic_pauses: int = 0
    focus_losses: int = 0
    focus_lost_seconds: float = 0.0
    suspends: int = 0
    suspend_seconds: float = 0.0
    longest_gap_seconds: float | None = None
    clock_jump_seconds: float = 0.0
    earlier_attempts: int = 0
    earlier_active_seconds: float = 0.0
    """What interrupted attempts at the same case had already taken."""


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, in nanoseconds of the monotonic clock."""

    start: int
    end: int

    def overlap(self, other: Span) -> int:
        """How many nanoseconds both share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    @property
    def seconds(self) -> float:
        """Its length, never negative."""
        return max(0, self.end - self.start) / NANOSECONDS


def measure(events: Sequence[Event], end: Instant | None = None, aided_part: bool = False) -> Times:
    """The times of one attempt, from its events in the order they happened.

    `end` is the submit (or lock) key press; without it the attempt was interrupted and the last event is
    its end. `aided_part`: the second answer of sequential mode, whose clock starts with the reveal.
    """
    displayed = _first(events, EventKind.DISPLAYED)
    revealed = _first(events, EventKind.AI_REVEALED)
    start = revealed if aided_part else displayed
    requested = _first(events, EventKind.REQUESTED)
    loads = [event.payload.get("load_seconds") for event in events if event.kind is EventKind.DISPLAYED]
    load = float(loads[0]) if loads and isinstance(loads[0], int | float) else None
    wait = _between(requested, displayed)
    if start is None:
        return Times(
            requested=requested, displayed=displayed, submitted=end, load_seconds=load, wait_seconds=wait
        )
    stop = end if end is not None else _latest(events, start)
    whole = Span(start.monotonic_ns, stop.monotonic_ns)
    inside = [event for event in events if whole.start <= event.at.monotonic_ns <= whole.end]
    pauses = _spans(events, EventKind.PAUSED, EventKind.RESUMED, whole)
    by_program = [event for event in events if event.payload.get("cause") != "reader"]
    blurs = _spans(events, EventKind.FOCUS_LOST, EventKind.FOCUS_GAINED, whole)
    call = _first(inside, EventKind.CALL)
    call_ns = call.monotonic_ns if call else whole.end

    def active(span: Span) -> float:
        return span.seconds - sum(pause.overlap(span) for pause in pauses) / NANOSECONDS

    suspended = [event for event in inside if event.kind is EventKind.SUSPENDED]
    return Times(
        requested=requested,
        displayed=displayed,
        first_input=next((event.at for event in inside if event.kind in INPUT_KINDS), None),
        first_mark=_first(inside, EventKind.MARK_ADDED),
        call=call,
        revealed=revealed,
        submitted=end,
        load_seconds=load,
        wait_seconds=wait,
        raw_seconds=whole.seconds,
        active_seconds=active(whole),
        classify_seconds=active(Span(whole.start, call_ns)) if call else None,
        annotate_seconds=active(Span(call_ns, whole.end)) if call else None,
        ai_seconds=active(Span(revealed.monotonic_ns, whole.end)) if revealed else None,
        pauses=len(pauses),
        pause_seconds=sum((pause.seconds for pause in pauses), 0.0),
        automatic_pauses=len(_spans(by_program, EventKind.PAUSED, EventKind.RESUMED, whole)),
        focus_losses=len(blurs),
        focus_lost_seconds=sum((blur.seconds for blur in blurs), 0.0),
        suspends=len(suspended),
        suspend_seconds=sum((_number(event.payload.get("seconds")) for event in suspended), 0.0),
        longest_gap_seconds=_longest_gap(inside, whole, pauses),
        clock_jump_seconds=disagreement(start, stop),
    )


def disagreement(earlier: Instant, later: Instant) -> float:
    """By how many seconds UTC moved more than the monotonic clock."""
    by_utc = (later.utc - earlier.utc).total_seconds()
    return by_utc - (later.monotonic_ns - earlier.monotonic_ns) / NANOSECONDS


def _first(events: Sequence[Event], kind: EventKind) -> Instant | None:
    return next((event.at for event in events if event.kind is kind), None)


def _latest(events: Sequence[Event], start: Instant) -> Instant:
    return max((event.at for event in events), key=lambda at: at.monotonic_ns, default=start)


def _between(earlier: Instant | None, later: Instant | None) -> float | None:
    if earlier is None or later is None:
        return None
    return max(0, later.monotonic_ns - earlier.monotonic_ns) / NANOSECONDS


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _spans(events: Sequence[Event], opens: EventKind, closes: EventKind, whole: Span) -> list[Span]:
    """The spans between an opening and the next closing event, clipped to the whole."""
    spans: list[Span] = []
    since: int | None = None
    for event in events:
        if event.kind is opens and since is None:
            since = event.at.monotonic_ns
        elif event.kind is closes and since is not None:
            spans.append(Span(since, event.at.monotonic_ns))
            since = None
    if since is not None:
        spans.append(Span(since, max(since, whole.end)))
    return [
        Span(max(span.start, whole.start), min(span.end, whole.end))
        for span in spans
        if span.end > whole.start and span.start <= whole.end
    ]


def _longest_gap(inside: Sequence[Event], whole: Span, pauses: Sequence[Span]) -> float:
    moments = sorted({whole.start, whole.end, *(e.at.monotonic_ns for e in inside if e.kind in INPUT_KINDS)})
    gaps = (Span(a, b) for a, b in pairwise(moments))
    return max((g.seconds - sum(p.overlap(g) for p in pauses) / NANOSECONDS for g in gaps), default=0.0)
