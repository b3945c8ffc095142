"""Planned wrong and absent AI results: turned over, never recognisable by their form, drawn from a seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.study.ai_result import AiResult
from app.study.planned_ai import draw_errors, mirrored, plan_name, planned
from app.study.protocol import AiRules

HEAT = np.zeros((40, 10), np.float32)
HEAT[5:9, 2:4] = 1.0


def result(probability: float = 0.9, threshold: float = 0.5) -> AiResult:
    return AiResult(
        ModelIdentity("net", "1.0", "simulated scans", "s"),
        probability,
        threshold,
        "own",
        {ViewName.ANTERIOR: HEAT},
    )


@given(probability=st.floats(0, 1), threshold=st.floats(0.01, 0.99))
def test_a_wrong_result_lies_on_the_other_side_of_the_threshold_and_on_the_scale(
    probability: float, threshold: float
) -> None:
    turned = mirrored(result(probability, threshold))
    assert 0 <= turned.probability <= 1
    assert (turned.probability >= threshold) != (probability >= threshold)


def test_far_from_the_threshold_stays_far_from_it() -> None:
    assert mirrored(result(0.9)).probability == pytest.approx(0.1)
    assert mirrored(result(0.2, 0.4)).probability == pytest.approx(0.7)


def test_a_wrong_result_looks_elsewhere_with_as_much_attention() -> None:
    moved = mirrored(result()).heatmaps[ViewName.ANTERIOR]
    assert moved.shape == HEAT.shape
    assert moved.sum() == HEAT.sum()
    assert not (moved * HEAT).any()


def test_the_protocol_decides_what_is_shown() -> None:
    rules = AiRules(model="net", threshold=0.3, wrong_cases=("W",), absent_cases=("A",))
    assert planned(result(), rules, "A") is None
    assert planned(None, rules, "C") is None
    shown = planned(result(), rules, "C")
    assert shown is not None
    assert (shown.probability, shown.threshold) == (0.9, 0.3), "the protocol's threshold for its own model"
    wrong = planned(result(), rules, "W")
    assert wrong is not None
    assert wrong.probability < 0.3
    assert (wrong.model, wrong.heatmap_method) == (shown.model, "own")
    bare = planned(result(), AiRules(heatmap=False), "C")
    assert bare is not None
    assert not bare.heatmaps
    assert [plan_name(rules, case) for case in ("W", "A", "C")] == ["wrong", "absent", "as computed"]


def test_wrong_cases_are_drawn_among_those_that_the_model_calls_rightly() -> None:
    cases = [f"C{number}" for number in range(20)]
    truth = {case: number % 2 == 0 for number, case in enumerate(cases)}
    calls = {case: not truth[case] if number < 8 else truth[case] for number, case in enumerate(cases)}
    wrong, absent = draw_errors(cases, calls, truth, (5, 4), seed=3)
    assert (len(set(wrong)), len(set(absent))) == (5, 4)
    assert not set(wrong) & set(absent)
    assert not set(wrong) & set(cases[:8])
    assert draw_errors(cases, calls, truth, (5, 4), seed=3) == (wrong, absent)
    assert draw_errors(cases, calls, truth, (5, 4), seed=4) != (wrong, absent)
    with pytest.raises(ValueError, match="only 12 can be"):
        draw_errors(cases, calls, truth, (13, 0), seed=3)
