"""Signs of careless reading: each at its limit, none for few readings, and never an answer in the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.study.quality import FEWEST, ReadCase, quality_flags

CAREFUL = [ReadCase("R1", 20.0 + place % 7, place % 5 * 20) for place in range(40)]


def changed(share: float, **fields: object) -> list[ReadCase]:
    """The careful reader with so many of the readings changed."""
    some = round(share * len(CAREFUL))
    return [replace(case, **fields) if place < some else case for place, case in enumerate(CAREFUL)]  # type: ignore[arg-type]


def test_a_careful_reader_is_not_named() -> None:
    assert quality_flags(CAREFUL) == ()


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (changed(0.1, seconds=2.9), "4 of 40 cases read in less than 3 s"),
        (changed(0.125, contradiction=True), "call and rating contradict each other in 5 of 40 cases"),
        (changed(0.95, rating=40), "one and the same rating in"),
        (changed(0.25, seconds=90.0), "the last quarter took 23 s a case, the first 90 s"),
        (changed(0.125, still=121.0), "nothing was touched for more than 120 s in 5 of 40 cases"),
    ],
)
def test_each_sign_is_told_in_a_sentence_without_an_answer(cases: list[ReadCase], said: str) -> None:
    (flag,) = quality_flags(cases)
    assert flag.sentence.startswith("R1: ") and said in flag.what
    assert " 40 " not in flag.what.replace("of 40 cases", ""), "the rating itself is never said"


def test_few_readings_and_few_exceptions_say_nothing() -> None:
    assert quality_flags([ReadCase("R1", 1.0, 50, True, 500.0)] * (FEWEST - 1)) == ()
    assert quality_flags(changed(0.05, seconds=1.0)) == ()
    assert quality_flags(changed(0.1, contradiction=True, still=500.0)) == ()


def test_readers_are_looked_at_one_by_one() -> None:
    other = [replace(case, reader="R2", rating=10) for case in CAREFUL]
    mixed = [case for pair in zip(CAREFUL, other, strict=True) for case in pair]
    assert [flag.reader for flag in quality_flags(mixed)] == ["R2"]
