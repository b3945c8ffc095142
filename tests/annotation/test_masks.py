"""From pixels to outlines and back without a pixel lost; from outlines to pixels within half a pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.annotation.annotation import Annotation
from app.annotation.geometry import area, to_mask
from app.annotation.masks import label_mask, outlines, union
from app.annotation.region import Region
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT = ViewName.ANTERIOR
masks = hnp.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))


def filled(pieces: tuple[np.ndarray, ...], shape: tuple[int, int]) -> np.ndarray:
    return union([Region(ANT, piece) for piece in pieces], shape)


@given(masks)
def test_any_mask_holes_and_all_comes_back_from_its_outlines(mask: np.ndarray) -> None:
    assert (filled(outlines(mask), mask.shape) == mask).all()


def test_a_ring_becomes_outlines_without_a_hole() -> None:
    ring = to_mask(disc(20, 20, 12), (40, 40)) & ~to_mask(disc(20, 20, 6), (40, 40))
    pieces = outlines(ring)
    assert len(pieces) == 2
    assert (filled(pieces, ring.shape) == ring).all()


@given(st.floats(12, 28), st.floats(12, 28), st.floats(2.5, 9), st.floats(0, 1))
def test_an_outline_comes_back_from_its_pixels_within_half_a_pixel(
    x: float, y: float, radius: float, flatter: float
) -> None:
    drawn = disc(0, 0, radius, 180) * [1, 1 - 0.5 * flatter] + [x, y]
    traced = outlines(to_mask(drawn, (40, 40)))[0]
    distance = np.array([nearest_on(drawn, place) for place in traced])
    assert distance.max() <= 0.5 + 1e-6


def nearest_on(ring: np.ndarray, place: np.ndarray) -> float:
    """Distance from a point to a closed outline."""
    start, along = ring, np.roll(ring, -1, axis=0) - ring
    length = (along**2).sum(axis=1)
    share = np.clip(((place - start) * along).sum(axis=1) / length, 0, 1)
    return float(np.hypot(*(start + share[:, None] * along - place).T).min())


def test_areas_of_outlines_are_exact() -> None:
    assert np.isclose(area(disc(0, 0, 3, 4)), 18.0, rtol=1e-12)
    number, radius = 60, 7.5
    expected = 0.5 * number * radius**2 * np.sin(2 * np.pi / number)
    assert np.isclose(area(disc(11, 5, radius, number)), expected, rtol=1e-12)


def test_a_class_has_the_pixels_of_its_regions_only() -> None:
    regions = (
        Region(ANT, disc(10, 10, 4), label="metastasis"),
        Region(ANT, disc(30, 10, 4), label="bladder"),
        Region(ANT, np.array([[5.0, 30.0]]), label="metastasis"),
    )
    mask = label_mask(Annotation("c", "", regions), ANT, "metastasis", (40, 40))
    assert (mask == to_mask(disc(10, 10, 4), (40, 40))).all()
