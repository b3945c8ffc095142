"""Tables of three published papers on bone scans follow from their own counts."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.operating import from_counts
from app.analysis.proportions import two_proportions

# Supervised-contrastive classifiers: TP, FP, FN, TN and the printed accuracy, sensitivity, specificity,
# prevalence, precision, NPV, F1 (contrastive learning for bone scans, Table 2).
CLASSIFIERS = {
    "CNN": ((147, 11, 309, 5148), (0.943, 0.322, 0.998, 0.081, 0.930, 0.943, 0.479)),
    "DenseNet121": ((105, 20, 351, 5139), (0.934, 0.230, 0.996, 0.081, 0.840, 0.936, 0.361)),
    "ResNet50V2": ((243, 27, 213, 5132), (0.957, 0.533, 0.995, 0.081, 0.900, 0.960, 0.669)),
    "CNN contrastive": ((272, 45, 184, 5114), (0.959, 0.596, 0.991, 0.081, 0.858, 0.965, 0.704)),
    "DenseNet121 contrastive": ((257, 26, 199, 5133), (0.960, 0.564, 0.995, 0.081, 0.908, 0.963, 0.696)),
    "ResNet50V2 contrastive": ((273, 38, 183, 5121), (0.961, 0.599, 0.993, 0.081, 0.878, 0.965, 0.712)),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_rates_of_six_classifiers_follow_from_their_confusion_counts(name: str) -> None:
    counts, printed = CLASSIFIERS[name]
    found = from_counts(*counts)
    rates = (
        found.accuracy.estimate,
        found.sensitivity.estimate,
        found.specificity.estimate,
        found.prevalence,
        found.ppv.estimate,
        found.npv.estimate,
        found.f1,
    )
    np.testing.assert_allclose(rates, printed, atol=0.00101)  # the paper cuts some digits instead of rounding


# Correct calls of a model and three physicians on 123 scans, 54 with metastases (Liu et al., Table 4).
RIGHT = {
    "model": (109, 50, 59),
    "inexperienced": (74, 30, 44),
    "moderately": (107, 47, 60),
    "experienced": (116, 47, 69),
}
TOTALS = (123, 54, 69)
PRINTED = {  # Table 5: accuracy, sensitivity, specificity; 0 stands for "<0.001"
    ("inexperienced", "moderately"): (0, 0, 0.002),
    ("inexperienced", "experienced"): (0, 0, 0),
    ("moderately", "experienced"): (0.049, 1.000, 0.002),
    ("inexperienced", "model"): (0, 0, 0.003),
    ("moderately", "model"): (0.697, 0.340, 0.805),
    ("experienced", "model"): (0.110, 0.340, 0.001),
}


@pytest.mark.parametrize("pair", PRINTED)
def test_eighteen_printed_p_values_are_uncorrected_chi_squares(pair: tuple[str, str]) -> None:
    for first, second, total, printed in zip(
        RIGHT[pair[0]], RIGHT[pair[1]], TOTALS, PRINTED[pair], strict=True
    ):
        p = two_proportions(first, total, second, total).p_chi2_uncorrected
        if printed == 0:
            assert p < 0.001
        else:
            assert p == pytest.approx(printed, abs=0.00051)


def test_the_rates_of_the_external_test_set_follow_from_counts() -> None:
    found = from_counts(tp=338, fn=73, tn=472, fp=115)  # 411 with, 587 without metastases
    assert found.sensitivity.estimate == pytest.approx(0.822, abs=5e-4)
    assert found.specificity.estimate == pytest.approx(0.8045, abs=5e-4)
    assert 1 - found.sensitivity.estimate == pytest.approx(0.1779, abs=5e-4)
    assert 1 - found.specificity.estimate == pytest.approx(0.1955, abs=5e-4)
