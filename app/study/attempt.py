"""One attempt at one presentation: its events and what the record says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.study.ai_result import START_OPACITY
from app.study.answer import Answer, DisplayState, ScreenRecord
from app.study.asides import seconds_on, seen_seconds
from app.study.assignment import Assignment
from app.study.clock import Instant
from app.study.events import Event, EventKind
from app.study.reading import AiExposure, AiShown, DisplayRecord, Reading
from app.study.timer import Times, measure


@dataclass
class Attempt:
    """What is known of the presentation that is open now."""

    assignment: Assignment
    number: int = 1
    events: list[Event] = field(default_factory=list)
    image_hashes: Mapping[str, str] = field(default_factory=dict)
    at_display: DisplayState | None = None
    locked: Reading | None = None
    earlier: tuple[Times, ...] = ()
    """Times of the attempts at it that were interrupted."""

    def times(self, end: Instant | None, aided_part: bool) -> Times:
        """The times up to `end`, with what earlier attempts took."""
        measured = measure(self.events, end, aided_part)
        spent = sum((times.active_seconds or 0.0 for times in self.earlier), 0.0)
        return replace(measured, earlier_attempts=len(self.earlier), earlier_active_seconds=spent)

    def display(self, screen: ScreenRecord, at_submit: DisplayState | None, times: Times) -> DisplayRecord:
        """How the images stood on the screen, and what stood beside them in these times of the reading."""
        zooms = [event.payload.get("zoom") for event in self.events if event.kind is EventKind.ZOOMED]
        zooms += [state.zoom for state in (self.at_display, at_submit) if state is not None]
        start = times.revealed if self.locked else times.displayed
        return DisplayRecord(
            screen=screen,
            at_display=self.at_display,
            at_submit=at_submit,
            level_changes=sum(event.kind is EventKind.LEVEL_CHANGED for event in self.events),
            largest_zoom=max((float(zoom) for zoom in zooms if isinstance(zoom, int | float)), default=None),
            seen=seen_seconds(self.events, start, times.submitted) if start and times.submitted else {},
        )

    def exposure(self, shown: AiShown | None, answer: Answer, end: Instant) -> AiExposure:
        """What the reader saw of the AI until `end`."""
        revealed = [event.at for event in self.events if event.kind is EventKind.AI_REVEALED]
        opacities = [
            event.payload.get("value") for event in self.events if event.kind is EventKind.AI_OPACITY
        ]
        last = opacities[-1] if opacities else None
        if last is None and revealed and shown is not None and shown.heatmap_method:
            last = START_OPACITY
        before = self.locked.answer if self.locked else None
        return AiExposure(
            shown=shown,
            seconds_visible=visible_seconds(self.events, revealed[0], end) if shown and revealed else 0.0,
            toggles=sum(event.kind is EventKind.AI_TOGGLED for event in self.events),
            last_opacity=float(last) if isinstance(last, int | float) else None,
            call_before=before.call if before else None,
            rating_before=before.rating if before else None,
            changed=before is not None and (before.call, before.rating) != (answer.call, answer.rating),
        )


def visible_seconds(events: Sequence[Event], revealed: Instant, end: Instant) -> float:
    """How long the AI was on screen: revealed, not toggled off and not blanked by a pause."""

    def toggled(event: Event) -> bool | None:
        return bool(event.payload.get("visible")) if event.kind is EventKind.AI_TOGGLED else None

    return seconds_on(events, (revealed, end), True, toggled)


def interrupted_times(events: Sequence[Event]) -> tuple[Times, ...]:
    """The times of each interrupted attempt at one presentation; with a locked first answer, of the rest."""
    locked = any(event.kind is EventKind.LOCKED for event in events)
    own = [event for event in events if not event.payload.get("recovered")]  # a later sitting told those
    return tuple(
        measure([event for event in own if event.attempt == number], None, locked)
        for number in sorted({event.attempt for event in events})
    )


def untold_interruptions(
    interrupted: Mapping[int, Sequence[Event]],
) -> list[tuple[tuple[int, int, str], Times]]:
    """Attempts that ended without even saying so (a crash): position, attempt and case, and their times."""
    untold = []
    for position, events in interrupted.items():
        told = {event.attempt for event in events if event.kind is EventKind.INTERRUPTED}
        numbers = sorted({event.attempt for event in events})
        for number, times in zip(numbers, interrupted_times(events), strict=True):
            if number not in told:
                untold.append(((position, number, events[0].case), times))
    return untold
