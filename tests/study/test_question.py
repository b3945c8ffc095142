"""Questions of a protocol: one line each, what may be answered, and when they are asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.study.answer import Answer
from app.study.case_questions import asked_of, only_asked
from app.study.protocol import AnswerRules, Arm
from app.study.question import Question, asked_now, problems, read_questions

QUALITY = "quality | How good is the scan? | scale 1-3 (bad, fair, good)"
WHY = "why | Why is it bad? | several motion, few counts, contamination | if quality is 1"
TRUST = "trust | Did you follow the AI? | yes/no | aided"
RULES = AnswerRules(questions=(QUALITY, WHY, TRUST))


@pytest.mark.parametrize(
    ("line", "good", "bad"),
    [
        ("size | Largest focus | number 0-300 mm", "300", "2.5"),
        ("psa | PSA | number 0.0-5000 ng/ml", "4.25", "4,25"),
        (QUALITY, "3", "good"),
        (WHY, "motion; contamination", "motion; rain"),
        (WHY, "few counts", "motion; motion"),
        ("other | Anything? | optional choice a, b", "", "c"),
    ],
)
def test_answers_are_checked_by_their_kind(line: str, good: str, bad: str) -> None:
    (question,) = read_questions([line.removesuffix(" | if quality is 1")])
    assert problems([question], {question.key: good}) == {}
    assert question.key in problems([question], {question.key: bad})


def test_words_and_units_stand_where_the_reader_and_the_analyst_look() -> None:
    quality, why, size = read_questions([QUALITY, WHY, "size | Largest focus | number 0-300 mm"])
    assert quality.options == {"1": "1 bad", "2": "2 fair", "3": "3 good"}
    assert quality.dictionary == "How good is the scan? (1 bad, 2 fair, 3 good)"
    assert why.dictionary.endswith("separated by ; and a space); asked if quality is 1")
    assert (size.unit, size.dictionary) == ("mm", "Largest focus (0 to 300 mm)")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["q | Q | scale 1-3 (a, b)"], "2 words for 3 steps"),
        (["q | Q | scale 1-90"], "too many steps"),
        (["q | Q | choice a, a"], "stands there once"),
        (["q | Q | yes/no | later"], "is no time to ask"),
        (["q | Q | yes/no | if p is yes"], "no question before it"),
        ([QUALITY, "w | Why? | text | if quality is 9"], "no answer that"),
        (["size | Size | number 0-9", "w | Why? | text | if size is 3"], "no answer that"),
        ([QUALITY, QUALITY], "twice"),
    ],
)
def test_a_line_that_cannot_be_asked_is_refused_with_a_sentence(lines: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_questions(lines)


def test_a_question_is_asked_in_its_arm_and_where_an_answer_leads_to_it() -> None:
    def keys(arm: Arm, **answers: str) -> list[str]:
        return [each.key for each in asked_of(RULES, answers, arm)]

    assert keys(Arm.UNAIDED) == ["quality"]
    assert keys(Arm.UNAIDED, quality="1") == ["quality", "why"]
    assert keys(Arm.AIDED, quality="2") == ["quality", "trust"]


def test_only_what_was_asked_is_recorded() -> None:
    answer = Answer(answers={"quality": "3", "why": "motion", "trust": "yes"})
    assert only_asked(answer, RULES, Arm.UNAIDED).answers == {"quality": "3"}
    assert only_asked(answer, RULES, Arm.AIDED).answers == {"quality": "3", "trust": "yes"}
    plain = Answer()
    assert only_asked(plain, AnswerRules(), Arm.UNAIDED) is plain


@given(st.lists(st.sampled_from(["yes", "no", ""]), min_size=1, max_size=6))
def test_nobody_is_asked_what_follows_from_a_question_that_was_not_asked(
    chain: list[str],
) -> None:
    lines = ["k0 | First? | yes/no"]
    lines += [f"k{n} | Then? | yes/no | if k{n - 1} is yes" for n in range(1, len(chain))]
    answers = {f"k{n}": said for n, said in enumerate(chain)}
    asked: list[Question] = list(asked_now(read_questions(lines), answers, "unaided"))
    length = next((n for n, said in enumerate(chain) if said != "yes"), len(chain) - 1) + 1
    assert [each.key for each in asked] == [f"k{n}" for n in range(length)]
