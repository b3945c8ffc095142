"""What a simulated reader does with a case: an answer that fits the protocol's rules, and where it clicks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.annotation.region import Region
from app.scan.scan import Scan, View
from app.study.answer import Answer
from app.study.case_questions import case_questions, mark_questions
from app.study.protocol import AnswerRules, Arm, Requirement
from app.study.question import Question, QuestionKind, asked_now

_HALF_WIDTH = 4.0
"""Half the diagonal of a scripted mark, in pixels."""


def scripted_answer(
    call: bool, rating: int, scan: Scan, rules: AnswerRules, arm: Arm, generator: np.random.Generator
) -> Answer:
    """A complete answer; a yes comes with one mark on a hot spot, where marks are asked for.

    The study's own questions are answered by chance: what they ask is unknown here.
    """
    marks = call and rules.marks is not Requirement.OFF
    regions = (_mark(scan, rating, rules, generator),) if marks else ()
    of_marks = {region.lesion: _answers(mark_questions(rules), arm, generator) for region in regions}
    return Answer(
        call=call if rules.call else None,
        rating=rating if rules.rating else None,
        no_lesion=not call and rules.marks is not Requirement.OFF,
        regions=regions,
        checklist=(str(generator.choice(rules.places)),) if call and rules.checklist else (),
        answers=_answers(case_questions(rules), arm, generator),
        mark_answers={lesion: said for lesion, said in of_marks.items() if said},
    )


def _answers(asked: Sequence[Question], arm: Arm, generator: np.random.Generator) -> dict[str, str]:
    """Question by question, since an answer may lead to the next question."""
    answers: dict[str, str] = {}
    while open_ := [each for each in asked_now(asked, answers, arm.value) if each.key not in answers]:
        answers[open_[0].key] = _answer(open_[0], generator)
    return answers


def _answer(question: Question, generator: np.random.Generator) -> str:
    if question.options:
        return str(generator.choice(list(question.options)))
    if question.kind is QuestionKind.NUMBER:
        return f"{round(generator.uniform(question.low, question.high)):d}"
    return "" if question.optional else "rehearsal"


def _mark(scan: Scan, rating: int, rules: AnswerRules, generator: np.random.Generator) -> Region:
    view = scan.views[int(generator.integers(len(scan.views)))]
    x, y = _hot_spot(view, generator)
    square = np.array(
        [[x, y - _HALF_WIDTH], [x + _HALF_WIDTH, y], [x, y + _HALF_WIDTH], [x - _HALF_WIDTH, y]]
    )
    low, high = rules.scale.bounds
    return Region(
        view=view.name,
        vertices=square,
        rating=round(100 * (rating - low) / (high - low)) if rules.mark_rating else None,
        lesion=_identifier(generator),
        uuid=_identifier(generator),
    )


def _hot_spot(view: View, generator: np.random.Generator) -> tuple[float, float]:
    """The hottest pixel of a random quarter of the height, as (x, y)."""
    rows = view.counts.shape[0]
    first = int(generator.integers(0, max(1, rows - rows // 4)))
    part = view.counts[first : first + max(1, rows // 4)]
    row, column = np.unravel_index(int(part.argmax()), part.shape)
    return float(column) + 0.5, float(row + first) + 0.5


def _identifier(generator: np.random.Generator) -> str:
    return generator.bytes(16).hex()
