from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quantification.bstbi import K, bstbi, mean_of_views
from app.scan.window import Levels
from tests.quantification.indices import bstbi_count, bstbi_display


def fraction_of(index: float, k: float) -> float:
    """The share f of the signal that is in lesions: f = BSTBI / (K - (K - 1) BSTBI)."""
    return index / (k - (k - 1) * index)


def a_view(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts float32 (60, 40) with a lesion and a bladder mask."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(20, (60, 40)).astype(np.float32)
    lesions, bladder = np.zeros((2, 60, 40), bool)
    lesions[10:14, 8:12] = True
    bladder[40:48, 16:24] = True
    counts[lesions] += 60
    counts[bladder] += 300
    return counts, lesions, bladder


def test_the_paper_s_formula_gives_its_hand_computed_value() -> None:
    assert bstbi(100, 1000, 200, k=5) == pytest.approx(0.4167, abs=5e-5)


@pytest.mark.parametrize(
    ("index", "share"), [(0.0734, 0.016), (0.12, 0.027), (0.7531, 0.379), (0.8420, 0.516)]
)
def test_the_published_scale_is_met(index: float, share: float) -> None:
    assert fraction_of(index, K) == pytest.approx(share, abs=1e-3)


@given(st.floats(0.001, 1.0), st.floats(0.5, 20))
def test_share_and_index_are_each_other_s_inverse(share: float, k: float) -> None:
    index = bstbi(share * 800, 1000, 200, k)
    assert index is not None
    assert fraction_of(index, k) == pytest.approx(share)


def test_k_of_one_gives_the_share_itself() -> None:
    assert bstbi(100, 1000, 200, k=1) == pytest.approx(100 / 800)


@given(st.floats(0.01, 50))
def test_the_count_form_does_not_change_when_all_counts_are_scaled(scale: float) -> None:
    counts, lesions, bladder = a_view()
    scaled = (counts * scale).astype(np.float32)
    assert bstbi_count(scaled, lesions, bladder) == pytest.approx(
        bstbi_count(counts, lesions, bladder), rel=1e-4
    )


@given(st.integers(0, 5000))
def test_counts_added_in_the_bladder_change_nothing(more: int) -> None:
    counts, lesions, bladder = a_view()
    fuller = counts.copy()
    fuller[bladder] += more
    assert bstbi_count(fuller, lesions, bladder) == pytest.approx(bstbi_count(counts, lesions, bladder))


def test_a_lesion_in_the_bladder_is_bladder() -> None:
    counts, lesions, bladder = a_view()
    assert bstbi_count(counts, lesions | bladder, bladder) == bstbi_count(counts, lesions, bladder)


def test_no_lesion_is_zero_and_nothing_but_bladder_is_undefined() -> None:
    counts, lesions, bladder = a_view()
    nothing = np.zeros_like(lesions)
    assert bstbi_count(counts, nothing, bladder) == 0
    assert bstbi_count(counts * bladder, nothing, bladder) is None
    assert bstbi_count(np.zeros_like(counts), nothing, nothing) is None


def test_negative_counts_are_no_signal() -> None:
    counts, lesions, bladder = a_view()
    below = counts.copy()
    below[0, :5] = -100
    at_zero = np.clip(below, 0, None)
    assert bstbi_count(below, lesions, bladder) == bstbi_count(at_zero, lesions, bladder)


def test_the_displayed_form_agrees_with_the_count_form_when_nothing_is_clipped() -> None:
    counts, lesions, bladder = a_view()
    levels = Levels(0, float(counts.max()))
    shown = bstbi_display(counts, lesions, bladder, levels)
    assert shown == pytest.approx(bstbi_count(counts, lesions, bladder), rel=0.01)


def test_the_displayed_form_falls_when_lesions_saturate() -> None:
    counts, lesions, bladder = a_view()
    wide = bstbi_display(counts, lesions, bladder, Levels(0, 120))
    narrow = bstbi_display(counts, lesions, bladder, Levels(0, 30))
    assert wide is not None
    assert narrow is not None
    assert narrow < wide


def test_the_patient_s_value_is_the_mean_of_the_views_there_are() -> None:
    assert mean_of_views([0.2, 0.4]) == pytest.approx(0.3)
    assert mean_of_views([0.2, None]) == 0.2
    assert mean_of_views([None, None]) is None
