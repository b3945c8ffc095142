"""Probability maps become outlines without a pixel lost, and both views of a lesion one lesion."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from app.annotation.drawn import linked, regions_of
from app.annotation.masks import union
from app.annotation.region import Region, RegionSource
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = {ANT: (100, 80), POST: (100, 80)}


@given(st.integers(0, 10_000), st.floats(0.5, 3.0), st.sampled_from([0.3, 0.5, 0.62]))
@settings(max_examples=60)
def test_outlines_hold_exactly_the_pixels_at_or_above_the_level(seed: int, blur: float, level: float) -> None:
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random((40, 30)), blur)
    plane = ((noise - noise.min()) / np.ptp(noise)).astype(np.float32)
    regions = regions_of(plane, ANT, "metastasis", level, least_pixels=1)
    assert np.array_equal(union(regions, plane.shape), plane >= np.float32(level))


def test_an_outline_runs_between_the_pixels() -> None:
    y, x = np.mgrid[:40, :40] + 0.5
    plane = np.clip(1 - np.hypot(x - 20, y - 20) / 16, 0, 1).astype(np.float32)
    (region,) = regions_of(plane, POST, "metastasis", 0.5)
    radius = np.hypot(*(region.vertices - 20).T)
    assert np.all(np.abs(radius - 8) < 0.3)
    assert region.source is RegionSource.AI
    assert region.view is POST


def test_small_parts_are_left_out_and_parts_of_a_ring_are_one_lesion() -> None:
    plane = np.zeros((40, 40), np.float32)
    plane[2:4, 2:4] = 0.9
    plane[10:30, 10:30] = 0.9
    plane[15:25, 15:25] = 0.1
    regions = regions_of(plane, ANT, "bladder", 0.5)
    assert len({region.lesion for region in regions}) == 1
    assert np.array_equal(union(regions, plane.shape)[10:30, 10:30], plane[10:30, 10:30] > 0.5)
    assert not union(regions, plane.shape)[:5].any()


def test_nothing_drawn_gives_nothing() -> None:
    assert regions_of(np.zeros((8, 8), np.float32), ANT, "metastasis", 0.5) == []


def one(view: ViewName, x: float, y: float, lesion: str, label: str = "metastasis") -> Region:
    return Region(view, disc(x, y, 4), label=label, lesion=lesion)


def test_lesions_at_mirrored_places_are_one() -> None:
    made = linked([one(ANT, 30, 20, "a"), one(POST, 100 - 32, 21, "b"), one(POST, 30, 60, "c")], SIZES)
    assert [region.lesion for region in made] == ["a", "a", "c"]


def test_of_two_candidates_the_nearer_is_the_partner() -> None:
    made = linked([one(ANT, 30, 20, "a"), one(POST, 70, 29, "far"), one(POST, 70, 21, "near")], SIZES)
    assert [region.lesion for region in made] == ["a", "far", "a"]


def test_other_classes_and_images_of_other_sizes_are_not_linked() -> None:
    pair = [one(ANT, 30, 20, "a"), one(POST, 70, 20, "b", "bladder")]
    assert [region.lesion for region in linked(pair, SIZES)] == ["a", "b"]
    pair = [one(ANT, 30, 20, "a"), one(POST, 70, 20, "b")]
    assert [region.lesion for region in linked(pair, {ANT: (100, 80), POST: (90, 80)})] == ["a", "b"]
    assert [region.lesion for region in linked(pair[:1], {ANT: (100, 80)})] == ["a"]
