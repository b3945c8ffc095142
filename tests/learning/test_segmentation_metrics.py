"""Metrics of drawn masks against values worked out by hand, and against the published table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.annotation.agreement.overlap import overlap
from app.learning.segmentation_metrics import (
    LesionCounts,
    PixelCounts,
    fold_summary,
    lesion_counts,
    patient_dice,
    pixel_counts,
)

masks = hnp.arrays(np.bool_, (6, 7), elements=st.booleans())
PUBLISHED = (  # Diagnostics 2023;13:3042, table 4, focal Tversky: precision, sensitivity and F1 of ten folds
    (69.66, 67.94, 68.79), (70.09, 63.16, 66.44), (72.29, 67.43, 69.78), (85.29, 56.55, 68.01),
    (72.86, 53.82, 61.91), (82.54, 51.38, 63.34), (62.22, 72.58, 67.00), (54.42, 64.25, 58.93),
    (63.23, 64.94, 64.07), (66.98, 73.49, 70.08),
)  # fmt: skip


@given(masks, masks)
def test_dice_is_that_of_the_agreement_of_two_people(truth: np.ndarray, drawn: np.ndarray) -> None:
    counts = pixel_counts(truth, drawn)
    assert counts.dice == overlap(truth, drawn).dice
    assert counts.right + counts.missed == truth.sum()
    assert counts.right + counts.wrong == drawn.sum()


@given(masks, masks, masks, masks)
def test_pooling_is_one_large_image(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> None:
    both = pixel_counts(np.concatenate([a, c]), np.concatenate([b, d]))
    assert pixel_counts(a, b) + pixel_counts(c, d) == both


def test_f1_both_ways_as_the_published_table_has_them() -> None:
    folds = []
    for precision, sensitivity, f1 in PUBLISHED:
        right = 1_000_000
        wrong, missed = (round(right * (100 / share - 1)) for share in (precision, sensitivity))
        folds.append(PixelCounts(right, wrong, missed))
        assert folds[-1].dice == pytest.approx(f1 / 100, abs=1e-3)
    found = fold_summary(folds)
    assert found.precision == pytest.approx(0.6996, abs=1e-4)
    assert found.sensitivity == pytest.approx(0.6355, abs=1e-4)
    assert found.f1_of_means == pytest.approx(0.6660, abs=1e-4)  # what the paper prints
    assert found.mean_of_f1 == pytest.approx(0.6584, abs=1e-4)  # what it does not


def test_empty_folds_have_no_value() -> None:
    nothing = fold_summary([PixelCounts()])
    assert (nothing.precision, nothing.sensitivity, nothing.f1_of_means, nothing.mean_of_f1) == (None,) * 4
    wrong = fold_summary([PixelCounts(0, 3, 4)])
    assert (wrong.precision, wrong.f1_of_means) == (0, 0)


def test_a_lesion_is_met_on_either_view_and_parts_on_nothing_are_false() -> None:
    front, back = np.zeros((20, 20), int), np.zeros((20, 20), int)
    front[2:5, 2:5], front[10:13, 10:13] = 1, 2
    back[2:5, 15:18] = 1
    drawn_front, drawn_back = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
    drawn_back[4, 15] = True
    drawn_front[16:18, 3:5] = True
    drawn_front[19, 19] = True
    assert lesion_counts([front, back], [drawn_front, drawn_back]) == LesionCounts(1, 2, 2, 1, 1)
    assert lesion_counts([front, back], [drawn_front, drawn_back], 2) == LesionCounts(0, 2, 1, 1)
    total = LesionCounts(1, 2, 2, 1) + LesionCounts(2, 2, 0, 1)
    assert (total.sensitivity, total.false_per_scan) == (0.75, 1.0)
    assert LesionCounts().false_per_scan is None


def test_patients_without_lesions_do_not_count_for_dice() -> None:
    found = patient_dice([PixelCounts(2, 0, 0), PixelCounts(0, 5, 0), PixelCounts(0, 0, 3)])
    assert (found.mean, found.patients) == (0.5, 2)
    assert patient_dice([]).mean is None
