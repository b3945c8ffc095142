"""The questions that a protocol asks of each case and lesion, and which of them an answer has to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from app.study.answer import Answer
from app.study.protocol import AnswerRules, Arm
from app.study.question import Question, asked_now, read_questions


@lru_cache(maxsize=32)
def case_questions(rules: AnswerRules) -> tuple[Question, ...]:
    """All questions of a case; raises ValueError, as a sentence, for a line that is none."""
    return read_questions(rules.questions)


@lru_cache(maxsize=32)
def mark_questions(rules: AnswerRules) -> tuple[Question, ...]:
    """All questions of a lesion; raises ValueError, as a sentence, for a line that is none."""
    return read_questions(rules.mark_questions)


def asked_of(rules: AnswerRules, answers: Mapping[str, str], arm: Arm) -> tuple[Question, ...]:
    """The questions that are asked of a case in an arm, as its answers stand."""
    return asked_now(case_questions(rules), answers, arm.value)


def asked_of_lesions(
    rules: AnswerRules, answer: Answer, arm: Arm
) -> Iterator[tuple[str, tuple[Question, ...], Mapping[str, str]]]:
    """Each lesion that is marked, in the order of the marks, with the questions that are asked of it in an
    arm and what was said to them."""
    for lesion in dict.fromkeys(region.lesion for region in answer.regions):
        said = answer.mark_answers.get(lesion, {})
        yield lesion, asked_now(mark_questions(rules), said, arm.value), said


def asked_keys(rules: AnswerRules, answer: Answer, arm: Arm) -> frozenset[str]:
    """The keys of all questions that the answer as it stands leads to, see `key_of_lesion`."""
    keys = {question.key for question in asked_of(rules, answer.answers, arm)}
    for lesion, asked, _ in asked_of_lesions(rules, answer, arm):
        keys |= {key_of_lesion(lesion, question.key) for question in asked}
    return frozenset(keys)


def key_of_lesion(lesion: str, key: str) -> str:
    """How a question about a lesion is told from those about the case."""
    return f"{lesion}:{key}"


def only_asked(answer: Answer, rules: AnswerRules, arm: Arm) -> Answer:
    """The answer without what it says to questions that are not asked: only what was asked is recorded."""
    said = _given(answer.answers, asked_of(rules, answer.answers, arm))
    lesions = {
        lesion: given
        for lesion, asked, told in asked_of_lesions(rules, answer, arm)
        if (given := _given(told, asked))
    }
    if said == answer.answers and lesions == answer.mark_answers:
        return answer
    return replace(answer, answers=said, mark_answers=lesions)


def _given(answers: Mapping[str, str], asked: tuple[Question, ...]) -> dict[str, str]:
    keys = {question.key for question in asked}
    return {key: text.strip() for key, text in answers.items() if key in keys and text.strip()}
