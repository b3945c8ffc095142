"""What may stand beside a scan while it is read, and how long each was on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.study.aside_rules import Moment, clinical_fields, further_series
from app.study.clock import Instant
from app.study.events import Event, EventKind
from app.study.protocol import Protocol
from app.study.timer import NANOSECONDS

HELP = "help"
"""The protocol's reading help."""
PRIOR = "prior"
"""The prior scan, beside this one or in its place."""
CLINICAL, CLINICAL_LATER = "clinical", "clinical_later"
"""Clinical fields from the start, and those that come with the second answer."""


def asides_of(protocol: Protocol) -> Mapping[str, str]:
    """Everything that this study may show beside a scan, by its name in the record, with what it is."""
    later = {field.later for field in clinical_fields(protocol.beside)}
    known = {
        HELP: ("the reading help", bool(protocol.texts.help.strip())),
        PRIOR: ("the prior scan", protocol.beside.prior is not Moment.OFF),
        CLINICAL: ("the clinical fields", False in later),
        CLINICAL_LATER: ("the clinical fields of the second answer", True in later),
    }
    series = {series_name(each.key): each.name for each in further_series(protocol.beside)}
    return {name: what for name, (what, there) in known.items() if there} | series


def series_name(key: str) -> str:
    """A further series in the record."""
    return f"series_{key}"


def seen_seconds(events: Sequence[Event], start: Instant, end: Instant) -> dict[str, float]:
    """How long each stood beside the scan between two instants, by its name; pauses are not counted."""
    names = [str(event.payload["what"]) for event in events if event.kind in _SWITCHES]
    return {
        name: seconds_on(events, (start, end), False, lambda event, name=name: _switched(event, name))  # type: ignore[misc]
        for name in dict.fromkeys(names)
    }


def seconds_on(
    events: Sequence[Event],
    span: tuple[Instant, Instant],
    on: bool,
    switched: Callable[[Event], bool | None],
) -> float:
    """How long something was on the screen within a span: switched on and not blanked by a pause.

    `on`: at its beginning. `switched`: to what an event switches it, None where it does nothing to it.
    """
    (start, end), blanked = span, False
    total, since = 0, start.monotonic_ns
    for event in events:
        moment = min(max(event.at.monotonic_ns, start.monotonic_ns), end.monotonic_ns)
        if on and not blanked:
            total += moment - since
        since = moment
        if event.kind in (EventKind.PAUSED, EventKind.RESUMED):
            blanked = event.kind is EventKind.PAUSED
        elif (state := switched(event)) is not None:
            on = state
    if on and not blanked:
        total += max(0, end.monotonic_ns - since)
    return total / NANOSECONDS


_SWITCHES = (EventKind.ASIDE_SHOWN, EventKind.ASIDE_TOGGLED)


def _switched(event: Event, name: str) -> bool | None:
    payload: Mapping[str, Any] = event.payload
    if event.kind not in _SWITCHES or payload.get("what") != name:
        return None
    return event.kind is EventKind.ASIDE_SHOWN or bool(payload.get("visible"))
