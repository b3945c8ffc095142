"""What a reader is told before submitting."""

from __future__ import annotations

import pytest

from app.study.answer import Answer
from app.study.checks import check_answer, contradicts
from app.study.protocol import AnswerRules, Arm, Requirement, Scale
from tests.study.helpers import mark


def fields(answer: Answer, rules: AnswerRules) -> list[tuple[str, bool]]:
    return [(problem.field, problem.blocking) for problem in check_answer(answer, rules, Arm.UNAIDED)]


def test_call_and_rating_are_both_required_without_default() -> None:
    assert fields(Answer(), AnswerRules()) == [("call", True), ("rating", True)]


@pytest.mark.parametrize(
    ("scale", "call", "rating", "odd"),
    [
        (Scale.PROBABILITY, True, 49, True),
        (Scale.PROBABILITY, True, 50, False),
        (Scale.PROBABILITY, False, 50, False),
        (Scale.PROBABILITY, False, 51, True),
        (Scale.FIVE, True, 3, False),
        (Scale.FIVE, True, 2, True),
        (Scale.SIX, True, 3, True),
        (Scale.SIX, False, 4, True),
        (Scale.SIX, False, 3, False),
    ],
)
def test_a_contradiction_is_call_and_rating_on_different_sides(
    scale: Scale, call: bool, rating: int, odd: bool
) -> None:
    answer = Answer(call=call, rating=rating)
    assert contradicts(answer, scale) is odd
    assert fields(answer, AnswerRules(scale=scale)) == ([("rating", False)] if odd else [])


def test_required_marks_ask_for_a_mark_or_for_the_word_that_there_is_none() -> None:
    rules = AnswerRules(marks=Requirement.REQUIRED)
    assert fields(Answer(call=True, rating=90), rules) == [("regions", True)]
    assert fields(Answer(call=False, rating=5), rules) == [("no_lesion", True)]
    assert fields(Answer(call=False, rating=5, no_lesion=True), rules) == []
    assert fields(Answer(call=False, rating=5, regions=(mark(10, "degenerative"),)), rules) == []


def test_a_mark_and_no_lesion_exclude_each_other() -> None:
    answer = Answer(call=True, rating=90, no_lesion=True, regions=(mark(),))
    assert fields(answer, AnswerRules()) == [("no_lesion", True)]


def test_every_mark_needs_its_rating_when_the_protocol_asks_for_it() -> None:
    answer = Answer(call=True, rating=90, regions=(mark(None), mark(50)))
    assert fields(answer, AnswerRules()) == [("regions", True)]
    assert fields(answer, AnswerRules(mark_rating=False)) == []


def test_marks_are_refused_where_the_protocol_asks_for_none() -> None:
    answer = Answer(call=True, rating=90, regions=(mark(),))
    assert fields(answer, AnswerRules(marks=Requirement.OFF)) == [("regions", True)]


def test_blocking_problems_come_first() -> None:
    answer = Answer(call=True, rating=10, regions=(mark(None),))
    assert [blocking for _, blocking in fields(answer, AnswerRules())] == [True, False]
