"""Free-response figures of merit: their definitions by brute force, their jackknife, their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.froc import Lesions, MarkedReads, Merit, froc_curve, merit


@st.composite
def studies(draw: st.DrawFn) -> tuple[MarkedReads, Lesions]:
    normal, ill = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    per_case = [draw(st.integers(1, 3)) for _ in range(ill)]
    truth = np.array([False] * normal + [True] * ill)
    of_case = np.repeat(np.arange(normal, normal + ill), per_case)
    weight = np.concatenate([np.full(count, 1.0 / count) for count in per_case])
    ratings = st.sampled_from([-np.inf, 1.0, 2.0, 3.0, 4.0])
    found = np.array([draw(ratings) for _ in of_case])
    false = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(0, normal + ill - 1)), max_size=12))
    reads = MarkedReads(
        np.array([float(rating) for rating, _ in false]),
        np.array([case for _, case in false], dtype=np.intp),
        found,
    )
    return reads, Lesions(truth, of_case, weight)


def _by_hand(reads: MarkedReads, lesions: Lesions, which: Merit, kept: list[int]) -> float:
    """The definition, over the cases that are kept."""
    false = dict.fromkeys(kept, -np.inf)
    for rating, case in zip(reads.false_ratings, reads.false_cases, strict=True):
        if case in false:
            false[case] = max(false[case], rating)
    everyone = which in (Merit.AFROC1, Merit.WAFROC1)
    images = [case for case in kept if everyone or not lesions.truth[case]]
    marks = [
        (rating, weight if which in (Merit.WAFROC, Merit.WAFROC1) else 1.0)
        for rating, weight, case in zip(reads.lesion_ratings, lesions.weight, lesions.case, strict=True)
        if case in kept
    ]
    won = sum(w * ((r > false[case]) + 0.5 * (r == false[case])) for case in images for r, w in marks)
    return float(won / (len(images) * sum(w for _, w in marks)))


@given(studies(), st.sampled_from([Merit.WAFROC, Merit.AFROC, Merit.WAFROC1, Merit.AFROC1]))
def test_value_and_jackknife_follow_the_definition(study: tuple[MarkedReads, Lesions], which: Merit) -> None:
    reads, lesions = study
    cases = list(range(len(lesions.truth)))
    found = merit(reads, lesions, which)
    assert found.value == pytest.approx(_by_hand(reads, lesions, which, cases), abs=1e-12)
    for case in cases:
        kept = [other for other in cases if other != case]
        assert found.dropped[case] == pytest.approx(_by_hand(reads, lesions, which, kept), abs=1e-12)


def _perfect() -> tuple[MarkedReads, Lesions]:
    lesions = Lesions(np.array([False, False, True, True]), np.array([2, 2, 3]), np.array([0.5, 0.5, 1.0]))
    return MarkedReads(np.empty(0), np.empty(0, dtype=np.intp), np.array([9.0, 8.0, 9.0])), lesions


@pytest.mark.parametrize("which", Merit)
def test_all_lesions_marked_and_nothing_else_is_one(which: Merit) -> None:
    assert merit(*_perfect(), which).value == 1.0


@pytest.mark.parametrize("which", Merit)
def test_no_marks_at_all_is_a_half(which: Merit) -> None:
    reads, lesions = _perfect()
    silent = MarkedReads(reads.false_ratings, reads.false_cases, np.full(3, -np.inf))
    assert merit(silent, lesions, which).value == 0.5


def test_the_froc_curve_counts_false_marks_over_all_cases() -> None:
    _, lesions = _perfect()
    reads = MarkedReads(
        np.array([5.0, 3.0, 1.0]), np.array([0, 1, 2], dtype=np.intp), np.array([4.0, -np.inf, 2.0])
    )
    curve = froc_curve(reads, lesions)
    np.testing.assert_allclose(curve.false_marks_per_image, np.array([0, 1, 1, 2, 2, 3]) / 4)
    np.testing.assert_allclose(curve.lesion_fraction, np.array([0, 0, 1, 1, 2, 2]) / 3)
