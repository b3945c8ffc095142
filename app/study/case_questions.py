"""The questions that a protocol asks of each case, and which of them an answer has to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from app.study.answer import Answer
from app.study.protocol import AnswerRules, Arm
from app.study.question import Question, asked_now, read_questions


@lru_cache(maxsize=32)
def case_questions(rules: AnswerRules) -> tuple[Question, ...]:
    """All questions of a case; raises ValueError, as a sentence, for a line that is none."""
    return read_questions(rules.questions)


def asked_of(rules: AnswerRules, answers: Mapping[str, str], arm: Arm) -> tuple[Question, ...]:
    """The questions that are asked of a case in an arm, as its answers stand."""
    return asked_now(case_questions(rules), answers, arm.value)


def only_asked(answer: Answer, rules: AnswerRules, arm: Arm) -> Answer:
    """The answer without what it says to questions that are not asked: only what was asked is recorded."""
    keys = {question.key for question in asked_of(rules, answer.answers, arm)}
    said = {key: text.strip() for key, text in answer.answers.items() if key in keys and text.strip()}
    return answer if said == answer.answers else replace(answer, answers=said)
