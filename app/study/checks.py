"""What a reader is told about an answer before it is submitted."""

from __future__ import annotations

from app.errors import AppError
from app.language import tr
from app.study.answer import Answer, AnswerProblem
from app.study.case_questions import asked_of, asked_of_lesions, key_of_lesion, only_asked
from app.study.protocol import AnswerRules, Arm, Requirement, Scale
from app.study.question import complaint
from app.study.question import problems as wrong_answers

QUESTION = "question:"
"""Before the key of a question, where a problem names its field."""


def contradicts(answer: Answer, scale: Scale) -> bool:
    """Whether the call and the rating lie on different sides of the middle of the scale."""
    if answer.call is None or answer.rating is None:
        return False
    low, high = scale.bounds
    middle = (low + high) / 2
    return answer.rating < middle if answer.call else answer.rating > middle


def check_answer(answer: Answer, rules: AnswerRules, arm: Arm) -> tuple[AnswerProblem, ...]:
    """What is missing or odd about the answer given in an arm; the blocking problems first."""
    problems = [*_missing(answer, rules), *_marks(answer, rules), *_questions(answer, rules, arm)]
    if contradicts(answer, rules.scale):
        said = tr("yes") if answer.call else tr("no")
        odd = tr('You answered "{call}", but rated {rating} on {scale}.')
        odd = odd.format(call=said, rating=answer.rating, scale=rules.scale.value)
        problems.append(AnswerProblem("rating", odd, False))
    return tuple(sorted(problems, key=lambda problem: not problem.blocking))


def _missing(answer: Answer, rules: AnswerRules) -> list[AnswerProblem]:
    problems = []
    if rules.call and answer.call is None:
        problems.append(AnswerProblem("call", tr("Is there bone metastasis? Choose yes or no.")))
    low, high = rules.scale.bounds
    if not rules.rating:
        return problems
    if answer.rating is None:
        problems.append(
            AnswerProblem(
                "rating",
                tr("Give the probability of metastasis ({low} to {high}).", low=low, high=high),
            )
        )
    elif not low <= answer.rating <= high:
        problems.append(
            AnswerProblem("rating", tr("The probability goes from {low} to {high}.", low=low, high=high))
        )
    return problems


def _questions(answer: Answer, rules: AnswerRules, arm: Arm) -> list[AnswerProblem]:
    asked = {question.key: question for question in asked_of(rules, answer.answers, arm)}
    wrong = wrong_answers(tuple(asked.values()), answer.answers)
    found = [AnswerProblem(f"{QUESTION}{key}", complaint(asked[key], text)) for key, text in wrong.items()]
    for number, (lesion, questions, said) in enumerate(asked_of_lesions(rules, answer, arm), start=1):
        by_key = {question.key: question for question in questions}
        found += [
            AnswerProblem(
                f"{QUESTION}{key_of_lesion(lesion, key)}",
                tr("Lesion {number}: {problem}", number=number, problem=complaint(by_key[key], text)),
            )
            for key, text in wrong_answers(questions, said).items()
        ]
    return found


def _marks(answer: Answer, rules: AnswerRules) -> list[AnswerProblem]:
    problems = []
    if rules.marks is Requirement.OFF:
        if answer.regions:
            problems.append(AnswerProblem("regions", tr("This study asks for no lesion marks. Remove them.")))
        return problems
    if answer.no_lesion and answer.regions:
        problems.append(
            AnswerProblem("no_lesion", tr("You marked a lesion and confirmed that you see none."))
        )
    neither = not (answer.regions or answer.no_lesion)
    if rules.marks is Requirement.REQUIRED and not rules.call and neither:
        problems.append(AnswerProblem("no_lesion", tr('Mark what you see, or confirm "I see no lesion".')))
    if rules.marks is Requirement.REQUIRED and answer.call is True and not answer.regions:
        problems.append(AnswerProblem("regions", tr("Mark at least one lesion.")))
    if rules.marks is Requirement.REQUIRED and answer.call is False and neither:
        problems.append(AnswerProblem("no_lesion", tr('Confirm "I see no lesion", or mark what you see.')))
    if rules.mark_rating and any(region.rating is None for region in answer.regions):
        unrated = sum(region.rating is None for region in answer.regions)
        problems.append(
            AnswerProblem(
                "regions",
                tr("Rate every mark (0 to 100): {unrated} without a rating.", unrated=unrated),
            )
        )
    return problems


def complete_answer(answer: Answer, rules: AnswerRules, arm: Arm) -> Answer:
    """The answer as it is recorded; raises AppError for one that is not complete."""
    blocking = [problem for problem in check_answer(answer, rules, arm) if problem.blocking]
    if blocking:
        raise AppError(blocking[0].text, "The answer was not submitted.")
    return only_asked(answer, rules, arm)
