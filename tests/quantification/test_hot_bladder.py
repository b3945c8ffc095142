"""A hot bladder is found at its place, and a cool one is nobody's business."""

from __future__ import annotations

import numpy as np
import pytest

from app.quantification.hot_bladder import hot_bladder
from app.quantification.lesion_statistics import ViewReference
from app.scan.scan import View, ViewName
from tests.scan.nm_files import toy_counts


def seen(counts: np.ndarray) -> tuple[float, float] | None:
    reference = ViewReference(View(ViewName.ANTERIOR, counts.astype(np.float32)))
    return hot_bladder(reference.view.counts, reference.body, reference.axis)


def test_a_bladder_is_found_when_it_is_hot() -> None:
    counts, _ = toy_counts(np.random.default_rng(2))
    hot = counts.copy()
    hot[490:515, 118:140] += 400
    place = seen(hot)
    assert place is not None
    assert place == pytest.approx((128, 502), abs=12)


def test_a_body_without_a_hot_bladder_or_no_body_at_all_has_none() -> None:
    counts, _ = toy_counts(np.random.default_rng(2))
    cool = np.minimum(counts, 40)
    assert seen(cool) is None
    assert seen(np.zeros((1024, 256))) is None
