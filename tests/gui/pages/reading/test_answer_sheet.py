"""Every change of the answer gives one event, and no change suggests another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation.region import Region
from app.gui.pages.reading.answer_sheet import AnswerSheet
from app.scan.scan import ViewName
from app.study.answer import Answer
from app.study.canonical import JsonValue
from app.study.events import EventKind
from app.study.protocol import Scale


class Sheet(AnswerSheet):
    """A sheet that keeps its events."""

    def __init__(self, scale: Scale = Scale.PROBABILITY) -> None:
        self.events: list[tuple[EventKind, dict[str, JsonValue]]] = []
        super().__init__(scale, self.keep, lambda: None, Answer())

    def keep(self, kind: EventKind, **payload: JsonValue) -> None:
        self.events.append((kind, payload))


def point(x: float) -> Region:
    return Region(ViewName.ANTERIOR, np.array([[x, 10.0]]))


def test_a_new_sheet_answers_nothing() -> None:
    assert Sheet().answer.call is None
    assert Sheet().answer.rating is None


def test_saying_the_same_twice_is_one_event() -> None:
    sheet = Sheet()
    sheet.call(True)
    sheet.call(True)
    sheet.call(False)
    assert sheet.events == [(EventKind.CALL, {"value": True}), (EventKind.CALL, {"value": False})]


def test_digits_are_tens_on_the_long_scale_and_grades_on_the_short_ones() -> None:
    long, short = Sheet(), Sheet(Scale.FIVE)
    for sheet in (long, short):
        sheet.digit(5)
    assert (long.answer.rating, short.answer.rating) == (50, 5)
    short.digit(6)
    short.digit(0)
    assert short.answer.rating == 5, "a grade that the scale lacks is no answer"


def test_the_first_step_goes_to_the_middle_and_a_scale_without_one_gets_no_suggestion() -> None:
    for scale, expected in ((Scale.PROBABILITY, 50), (Scale.FIVE, 3), (Scale.SIX, None)):
        sheet = Sheet(scale)
        sheet.nudge(1)
        assert sheet.answer.rating == expected


@given(st.lists(st.tuples(st.sampled_from(["digit", "nudge"]), st.integers(0, 9)), max_size=30))
def test_a_rating_never_leaves_its_scale(steps: list[tuple[str, int]]) -> None:
    for scale in Scale:
        sheet = Sheet(scale)
        for what, number in steps:
            sheet.digit(number) if what == "digit" else sheet.nudge(1 if number % 2 else -1)
        low, high = scale.bounds
        assert sheet.answer.rating in (None, *range(low, high + 1))


def test_marks_are_told_apart_as_added_edited_and_removed() -> None:
    sheet = Sheet()
    first, second = point(1), point(2)
    sheet.mark((first,))
    sheet.mark((first, second))
    moved = Region(second.view, second.vertices + 3, uuid=second.uuid, lesion=second.lesion)
    sheet.mark((first, moved))
    sheet.mark((moved,))
    assert [kind for kind, _ in sheet.events] == [
        EventKind.MARK_ADDED,
        EventKind.MARK_ADDED,
        EventKind.MARK_EDITED,
        EventKind.MARK_REMOVED,
    ]
    assert sheet.events[2][1] == {"uuid": second.uuid, "what": "shape"}


def test_a_mark_takes_back_that_there_was_no_lesion() -> None:
    sheet = Sheet()
    sheet.confirm_no_lesion(True)
    sheet.mark((point(1),))
    assert not sheet.answer.no_lesion
    assert sheet.events[-1] == (EventKind.NO_LESION, {"value": False})


@pytest.mark.parametrize("text", ["y", "Wirbelkörper\nLWK 3", ""])
def test_a_comment_changes_nothing_but_the_comment(text: str) -> None:
    sheet = Sheet()
    sheet.write(text)
    assert sheet.answer.comment == text
    assert (sheet.answer.call, sheet.answer.rating) == (None, None)
    assert sheet.events == []
