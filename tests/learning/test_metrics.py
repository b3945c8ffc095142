from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learning.metrics import measured, youden_threshold


def sample(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    truth[:2] = True, False
    return np.round(np.clip(rng.normal(0.4 + 0.2 * truth, 0.25), 0, 1), 2), truth


@given(st.integers(0, 5000), st.sampled_from([0.3, 0.5, 0.8]))
def test_every_column_equals_scikit_learn(seed: int, threshold: float) -> None:
    from sklearn import metrics as reference

    probability, truth = sample(seed)
    calls = probability >= threshold
    found = measured(probability, truth, threshold).facts()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rates of nothing
        expected = {
            "accuracy": reference.accuracy_score(truth, calls),
            "sensitivity": reference.recall_score(truth, calls),
            "specificity": reference.recall_score(~truth, ~calls),
            "precision": reference.precision_score(truth, calls, zero_division=np.nan),
            "npv": reference.precision_score(~truth, ~calls, zero_division=np.nan),
            "auc": reference.roc_auc_score(truth, probability),
        }
    for name, value in expected.items():
        assert (found[name] is None) == bool(np.isnan(value))
        if found[name] is not None:
            estimate, low, high = found[name]
            assert estimate == pytest.approx(value)
            assert low - 1e-9 <= estimate <= high + 1e-9
    assert found["f1"] == pytest.approx(reference.f1_score(truth, calls))
    assert found["brier"] == pytest.approx(reference.brier_score_loss(truth, probability))
    table = reference.confusion_matrix(truth, calls)
    assert [[found["tn"], found["fp"]], [found["fn"], found["tp"]]] == table.tolist()


@given(st.integers(0, 5000))
def test_the_threshold_is_where_youdens_index_is_greatest(seed: int) -> None:
    from sklearn.metrics import roc_curve

    probability, truth = sample(seed)
    false, true, _ = roc_curve(truth, probability, drop_intermediate=False)
    chosen = youden_threshold(probability, truth)
    calls = probability >= chosen
    found = calls[truth].mean() + (~calls[~truth]).mean() - 1
    assert found == pytest.approx((true - false).max())


def test_one_kind_alone_has_no_auc_and_says_so_in_json() -> None:
    facts = measured(np.array([0.2, 0.9]), np.array([True, True])).facts()
    assert facts["auc"] is None
    assert facts["specificity"] is None
    assert "NaN" not in json.dumps(facts)


@pytest.mark.parametrize(("right", "low", "high"), [(True, 0.478, 1.0), (False, 0.0, 0.522)])
def test_five_cases_ranked_without_a_fault_prove_little(right: bool, low: float, high: float) -> None:
    truth = np.arange(20) < 5
    score = np.where(truth == right, 0.9, 0.1)
    assert measured(score, truth).facts()["auc"] == pytest.approx([float(right), low, high], abs=1e-3)


def test_reliability_counts_every_scan_once() -> None:
    probability, truth = sample(7)
    bins = measured(probability, truth).facts()["reliability"]
    assert sum(part["scans"] for part in bins) == len(truth)
    assert sum(part["ill"] for part in bins) == truth.sum()
