"""Questions to readers: the lines of the protocol, what may be answered, and older studies' hashes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import AppError
from app.study.canonical import canonical_json, sha256_text, to_plain
from app.study.case import frozen_sha256
from app.study.protocol import Protocol
from app.study.protocol_file import parse_protocol
from app.study.question import problems
from app.study.questionnaire import Occasion, QuestionnaireRules, questions

PLAIN = Protocol("Trial", "T1")


def test_the_standard_questions_ask_for_trust_only_where_an_ai_is_shown() -> None:
    rules = QuestionnaireRules(("standard",), ("standard",))
    assert [each.key for each in questions(rules, Occasion.FIRST, aided=False)] == [
        "years_experience",
        "scans_per_year",
        "specialty",
        "board_certified",
        "site",
    ]
    assert [each.key for each in questions(rules, Occasion.LAST, aided=False)] == ["fatigue", "comment"]
    assert "trust_ai" in [each.key for each in questions(rules, Occasion.LAST, aided=True)]


@pytest.mark.parametrize(
    ("line", "good", "bad"),
    [
        ("years | Years | number 0-60", "60", "61"),
        ("years | Years | number 0-60", "0", "-1"),
        ("tired | Tired? | scale 1-5", "5", "0"),
        ("board | Certified? | yes/no", "yes", "perhaps"),
        ("field | Field | choice bone, heart", "heart", "liver"),
        ("site | Where? | text", "Ulm", "  "),
        ("site | Where? | optional text", "", "x" * 2001),
    ],
)
def test_answers_are_checked_by_their_kind(line: str, good: str, bad: str) -> None:
    (question,) = questions(QuestionnaireRules((line,)), Occasion.FIRST, aided=False)
    assert problems([question], {question.key: good}) == {}
    assert question.key in problems([question], {question.key: bad})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Years of experience", "is no question; write: key | What is asked | number 0-60"),
        ("years | Years | numbr 0-60", "is no kind of question"),
        ("years | Years | number 60-0", "is no kind of question"),
    ],
)
def test_a_line_that_is_no_question_is_named_when_the_protocol_is_read(line: str, said: str) -> None:
    with pytest.raises(AppError, match="questionnaire") as caught:
        parse_protocol(f'title = "T"\ncode = "T"\n[questionnaire]\nfirst = ["{line}"]\n')
    assert said in caught.value.message


def test_studies_that_were_frozen_before_there_was_a_part_keep_their_hash() -> None:
    before = dict(to_plain(PLAIN))  # type: ignore[arg-type]
    del before["questionnaire"], before["panel"], before["analysis"], before["ai"]["familiarity"]
    del before["answer"]["questions"], before["texts"], before["screen"]["fit_patient"], before["beside"]
    for later in ("call", "rating", "mark_questions", "regions"):
        del before["answer"][later]
    del before["contact"], before["deadline"]
    assert frozen_sha256(PLAIN, []) == sha256_text(canonical_json({"protocol": before, "cases": []}))
    asked = replace(PLAIN, questionnaire=QuestionnaireRules(("standard",)))
    assert frozen_sha256(asked, []) != frozen_sha256(PLAIN, [])
