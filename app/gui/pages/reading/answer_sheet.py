"""The answer in the making: every change gives a new `Answer` and one line in the session's events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from app.annotation.region import Region
from app.study.answer import Answer
from app.study.canonical import JsonValue
from app.study.events import EventKind
from app.study.protocol import Scale


class Note(Protocol):
    """Writes one event down."""

    def __call__(self, kind: EventKind, **payload: JsonValue) -> None:
        """What happened, and what goes with it."""


def no_note(kind: EventKind, **payload: JsonValue) -> None:
    """Write nothing: a correction is one event, not a second reading."""


def _always() -> bool:
    return True


class AnswerSheet:
    """Holds `answer`; calls `changed` after every change, and after one that is not taken.

    `takes`: asked before each change, whether it is an answer at all.
    """

    def __init__(
        self,
        scale: Scale,
        note: Note,
        changed: Callable[[], None],
        answer: Answer,
        takes: Callable[[], bool] = _always,
    ) -> None:
        self.answer = answer
        self._takes = takes
        self._scale = scale
        self._note = note
        self._changed = changed

    def call(self, value: bool) -> None:
        """Metastasis: yes or no."""
        if value != self.answer.call:
            self._take(EventKind.CALL, value, call=value)

    def rate(self, value: int | None) -> None:
        """The probability, or None for a field that was emptied."""
        if value != self.answer.rating:
            self._take(EventKind.RATING, value, rating=value)

    def digit(self, digit: int) -> None:
        """A digit key: tens on the 101-point scale, the grade itself on the short ones."""
        low, high = self._scale.bounds
        value = digit * 10 if self._scale is Scale.PROBABILITY else digit
        if low <= value <= high:
            self.rate(value)

    def nudge(self, direction: int) -> None:
        """One step up (1) or down (-1): 5 of 101, or one grade; the first step only goes to the middle."""
        low, high = self._scale.bounds
        if self.answer.rating is None:
            if (low + high) % 2 == 0:  # six grades have no middle, and neither side may be suggested
                self.rate((low + high) // 2)
            return
        step = 5 if self._scale is Scale.PROBABILITY else 1
        self.rate(min(high, max(low, self.answer.rating + direction * step)))

    def confirm_no_lesion(self, value: bool) -> None:
        """ "I see no lesion"."""
        self._take(EventKind.NO_LESION, value, no_lesion=value)

    def tick(self, regions: tuple[str, ...]) -> None:
        """The ticked regions of the report."""
        self._take(EventKind.CHECKLIST, list(regions), checklist=regions)

    def say(self, key: str, value: str, *, chosen: bool) -> None:
        """An answer to one of the protocol's own questions; what is typed is noted when it is left."""
        if not self._takes():
            self._changed()
            return
        said = {**self.answer.answers, key: value}
        self.answer = replace(self.answer, answers={one: text for one, text in said.items() if text})
        if chosen:
            self._note(EventKind.QUESTION, key=key, value=value)
        self._changed()

    def say_of(self, lesion: str, key: str, value: str, *, chosen: bool) -> None:
        """The same of a lesion."""
        if not self._takes() or not lesion:
            self._changed()
            return
        told = {**self.answer.mark_answers.get(lesion, {}), key: value}
        said = {one: text for one, text in told.items() if text}
        self.answer = replace(self.answer, mark_answers={**self.answer.mark_answers, lesion: said})
        if chosen:
            self._note(EventKind.QUESTION, key=key, value=value, lesion=lesion)
        self._changed()

    def leave_question_of(self, lesion: str, key: str) -> None:
        """The reader left a question about a lesion that is typed."""
        self._note(EventKind.QUESTION, key=key, lesion=lesion)

    def leave_question(self, key: str) -> None:
        """The reader left a question that is typed."""
        self._note(EventKind.QUESTION, key=key)

    def write(self, comment: str) -> None:
        """The comment as it stands; its event follows when the reader leaves it."""
        if not self._takes():
            self._changed()
            return
        self.answer = replace(self.answer, comment=comment)

    def leave_comment(self) -> None:
        """The reader left the comment field."""
        self._note(EventKind.COMMENT)

    def recognise(self, value: bool) -> None:
        """ "I recognise this patient"."""
        self._take(EventKind.RECOGNISED, value, recognised=value)

    def report_technical(self, value: bool) -> None:
        """Something is wrong with the images, yet an answer is given."""
        self._take(EventKind.TECHNICAL_PROBLEM, value, technical_problem=value)

    def mark(self, regions: tuple[Region, ...]) -> None:
        """The marks as they now stand on the images."""
        before = {region.uuid: region for region in self.answer.regions}
        after = {region.uuid: region for region in regions}
        for uuid, region in after.items():
            if uuid not in before:
                self._note(
                    EventKind.MARK_ADDED, uuid=uuid, view=region.view.value, points=len(region.vertices)
                )
            elif region is not before[uuid]:
                self._note(EventKind.MARK_EDITED, uuid=uuid, what=_difference(before[uuid], region))
        for uuid in before.keys() - after.keys():
            self._note(EventKind.MARK_REMOVED, uuid=uuid)
        self.answer = replace(self.answer, regions=regions)
        if regions and self.answer.no_lesion:  # a mark takes the confirmation back
            self.confirm_no_lesion(False)
        else:
            self._changed()

    def _take(self, kind: EventKind, value: JsonValue, **fields: Any) -> None:  # Any: fields of Answer
        if self._takes():
            self.answer = replace(self.answer, **fields)
            self._note(kind, value=value)
        self._changed()


def _difference(before: Region, after: Region) -> str:
    for name in ("label", "rating", "bone", "lesion"):
        if getattr(before, name) != getattr(after, name):
            return name
    return "shape"
