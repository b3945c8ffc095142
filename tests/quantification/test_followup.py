from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.quantification.followup import SIGMA, reference_bone, z_map
from app.quantification.registration.picture import blurred
from app.scan.scan import View, ViewName

ANT = ViewName.ANTERIOR


@settings(max_examples=15)
@given(st.floats(8, 200), st.floats(0.3, 3.0), st.integers(0, 1000))
def test_poisson_noise_alone_gives_z_a_variance_of_one(mean: float, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    current, prior = (
        blurred(rng.poisson(counts, (90, 90)).astype(np.float32), SIGMA, SIGMA)
        for counts in (mean * scale, mean)
    )
    z = z_map(current, prior, scale, jitter=0, repeatability=0)[8:-8, 8:-8]
    assert 0.8 < z.var() < 1.25
    assert abs(z.mean()) < 0.25


def test_more_counts_than_before_are_positive_and_fewer_negative() -> None:
    same, more = np.full((9, 9), 40, np.float32), np.full((9, 9), 100, np.float32)
    assert (z_map(more, same, 1.0) > 5).all()
    assert (z_map(same, more, 1.0) < -5).all()
    assert (z_map(more, same, 2.5) == 0).all()


def test_air_is_no_change() -> None:
    nothing = np.zeros((9, 9), np.float32)
    assert (z_map(nothing, nothing, 1.5) == 0).all()


def test_the_reference_is_the_bone_in_the_middle_and_a_diseased_one_is_left_out() -> None:
    bones = np.zeros((40, 80), np.uint8)
    counts = np.zeros((40, 80), np.float32)
    now = counts.copy()
    for place, (code, factor) in enumerate(((1, 2.0), (5, 2.1), (20, 9.0), (22, 1.9))):
        bones[:, place * 20 : place * 20 + 20] = code
        counts[:, place * 20 : place * 20 + 20] = 10
        now[:, place * 20 : place * 20 + 20] = 10 * factor
    prior, current = View(ANT, counts), View(ANT, now)
    found = reference_bone(prior, current, bones, bones, frozenset({"hemipelvis right"}))
    assert found is not None
    assert (found.bone, found.scale, found.bones) == ("skull", 2.0, 3)


def test_without_a_bone_on_both_there_is_no_reference() -> None:
    view = View(ANT, np.ones((40, 80), np.float32))
    assert reference_bone(view, view, np.zeros((40, 80), np.uint8), np.ones((40, 80), np.uint8)) is None
