from __future__ import annotations

import math

import numpy as np
import pytest

from app.quantification.lesion_statistics import ViewReference, bones_under, ratio
from app.quantification.reference import contralateral, midline, mirrored, surroundings
from app.scan.scan import View, ViewName

SHAPE = (120, 80)


def a_body(axis: int = 40) -> np.ndarray:
    """A body of 20 counts, symmetrical about a column edge; float32."""
    counts = np.zeros(SHAPE, np.float32)
    counts[10:110, axis - 25 : axis + 25] = 20
    counts[20:90, axis - 3 : axis + 3] = 80
    return counts


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, cols = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    return np.hypot(cols - x, rows - y) <= radius


def test_counts_maximum_mean_and_area_are_those_of_the_pixels() -> None:
    counts, mask = a_body(), disc(25, 50, 4)
    counts[mask] = 60
    counts[50, 25] = 90
    found = ViewReference(View(ViewName.ANTERIOR, counts, (2.0, 3.0))).statistics(mask, mask)
    n = int(mask.sum())
    assert (found.pixels, found.maximum) == (n, 90)
    assert found.counts == pytest.approx(60 * (n - 1) + 90)
    assert found.mean == pytest.approx(found.counts / n)
    assert found.area_cm2 == pytest.approx(n * 0.06)


def test_a_focus_is_three_times_its_mirror_place_and_its_surroundings() -> None:
    counts, mask = a_body(), disc(25, 50, 4)
    counts[mask] = 60
    found = ViewReference(View(ViewName.ANTERIOR, counts)).statistics(mask, mask)
    assert found.to_contralateral is not None
    assert found.to_background is not None
    assert found.to_contralateral.value == pytest.approx(3.0)
    assert found.to_background.value == pytest.approx(3.0)
    assert found.area_cm2 is None


def test_the_standard_error_is_that_of_two_poisson_counts() -> None:
    counts = np.array([[30, 30, 10, 10]], np.float32)
    lesion, reference = np.array([[1, 1, 0, 0]], bool), np.array([[0, 0, 1, 1]], bool)
    found = ratio(counts, lesion, reference)
    assert found is not None
    assert found.value == pytest.approx(3.0)
    assert found.error == pytest.approx(3.0 * math.sqrt(1 / 60 + 1 / 20))


def test_the_standard_error_is_the_spread_over_many_noisy_scans() -> None:
    rng = np.random.default_rng(2)
    lesion, reference = disc(25, 50, 4), disc(55, 50, 4)
    mean = a_body()
    mean[lesion] = 60
    found = [ratio(rng.poisson(mean).astype(np.float32), lesion, reference) for _ in range(400)]
    values = [one.value for one in found if one]
    assert np.std(values) == pytest.approx(np.mean([one.error for one in found if one]), rel=0.12)


@pytest.mark.parametrize("axis", [34, 40, 47])
def test_the_midline_is_found_wherever_the_patient_lies(axis: int) -> None:
    counts = a_body(axis)
    counts[disc(axis - 15, 60, 4)] = 300
    assert midline(counts, counts > 0) == pytest.approx(axis, abs=1)


def test_a_lesion_on_the_midline_has_no_other_side() -> None:
    mask = disc(40, 50, 4)
    assert contralateral(mask, mask, 40.0) is None


def test_a_lesion_opposite_another_has_no_other_side() -> None:
    mask, other = disc(25, 50, 4), disc(55, 50, 4)
    assert contralateral(mask, mask | other, 40.0) is None


def test_mirroring_twice_is_the_same_place() -> None:
    mask = disc(25, 50, 4)
    assert (mirrored(mirrored(mask, 40.0), 40.0) == mask).all()


def test_the_surroundings_hold_no_lesion_and_no_air() -> None:
    body, mask, other = a_body() > 0, disc(18, 50, 3), disc(26, 50, 3)
    ring = surroundings(mask, mask | other, body)
    assert ring is not None
    assert not (ring & (mask | other)).any()
    assert not (ring & ~body).any()
    assert surroundings(mask, np.ones(SHAPE, bool), body) is None


def test_the_main_bone_is_named_and_a_second_from_a_quarter_on() -> None:
    bones = np.zeros((10, 10), np.uint8)
    bones[:, :7], bones[:, 7:] = 5, 6
    everything = np.ones((10, 10), bool)
    assert bones_under(everything, bones) == ("lumbar spine", "sacrum")
    assert bones_under(everything[:, :1] & (bones[:, :1] > 0), bones[:, :1]) == ("lumbar spine",)
    assert bones_under(everything, np.zeros((10, 10), np.uint8)) == ()
    bones[:, 7:9] = 5
    assert bones_under(everything, bones) == ("lumbar spine",)
