"""Which view is which by anatomy alone: on simulated scans, and on real ones where they are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.scan.image_side import first_is_anterior, looks_posterior
from tests.simulator.coarse import scan

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"


@pytest.mark.parametrize("patient", range(1, 7))
def test_simulated_views_are_told_apart_in_either_order_and_at_any_scale(patient: int) -> None:
    front, back = scan(patient, patient % 2 == 0).counts.astype(np.float32)
    assert first_is_anterior(front, back)
    assert not first_is_anterior(back, front)
    assert first_is_anterior(front[::2, ::2] * 100, back[::2, ::2])
    assert first_is_anterior(*(np.minimum(each, np.percentile(each, 99)) for each in (front, back)))


@pytest.mark.skipif(not (REAL / "pairs").is_dir(), reason="real scans that are not distributed")
def test_at_most_one_of_the_real_pairs_is_taken_the_wrong_way_round() -> None:
    stored = [np.load(file) for file in sorted((REAL / "pairs").glob("*.npz"))]
    pairs = [(each["anterior"].astype(np.float32), each["posterior"].astype(np.float32)) for each in stored]
    assert len(pairs) >= 20
    assert sum(not first_is_anterior(*pair) for pair in pairs) <= 1
    views = [(view, back) for pair in pairs for view, back in zip(pair, (False, True), strict=True)]
    assert np.mean([looks_posterior(view) == back for view, back in views]) >= 0.85


def test_an_empty_or_tiny_view_is_told_without_a_fault() -> None:
    assert looks_posterior(np.zeros((64, 32), np.float32)) in (True, False)
    assert first_is_anterior(np.zeros((1, 1), np.float32), np.ones((3, 2), np.float32)) in (True, False)
