"""Letters, markers and bright borders of pictures are told from the body; counts are left as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.scan.burnt_in import burnt_in, without_burnt_in
from tests.learning.toy_scans import toy_scan
from tests.scan.nm_files import toy_counts

BODY = np.clip(toy_counts(np.random.default_rng(3), [(300, 100), (700, 96)])[0] * 4, 0, 255).astype(
    np.float32
)


def written(
    picture: NDArray[np.float32], words: str, column: int, row: int, size: int = 24
) -> NDArray[np.float32]:
    """The picture with words in white, their left upper corner there."""
    image = Image.fromarray(picture.astype(np.uint8))
    ImageDraw.Draw(image).text((column, row), words, fill=255, font=ImageFont.load_default(size))
    return np.asarray(image).astype(np.float32)


@settings(deadline=None, max_examples=15)
@given(column=st.integers(2, 20), row=st.integers(2, 60), size=st.integers(16, 36))
def test_letters_beside_the_body_are_found_to_the_last_pixel(column: int, row: int, size: int) -> None:
    picture = written(BODY, "R", column, row, size)
    found = burnt_in(picture)
    assert found[picture > np.maximum(BODY, 128)].all()
    assert (picture[found] > 0).all()
    assert found.sum() < 2 * (picture != BODY).sum() + 16


@pytest.mark.parametrize("peak", [4, 8, 20])
def test_a_body_with_hot_spots_loses_nothing_however_bright_it_is(peak: float) -> None:
    for seed in range(3):
        for view in toy_counts(np.random.default_rng(seed), [(300, 100), (500, 60)]):
            assert not burnt_in(np.clip(view * peak, 0, 255).astype(np.float32)).any()


def test_a_drop_beside_the_body_that_a_camera_has_blurred_is_no_letter() -> None:
    rows, columns = np.mgrid[0:1024, 0:256]
    drop = 400 * np.exp(-((rows - 900) ** 2 + (columns - 20) ** 2) / (2 * 4.0**2))
    assert not burnt_in(np.clip(BODY + drop, 0, 255).astype(np.float32)).any()


def test_letters_that_touch_the_body_stay() -> None:
    assert not burnt_in(written(BODY, "ANT", 100, 300)).any()


@pytest.mark.parametrize("side", range(4))
def test_a_bright_border_goes_and_a_body_at_the_edge_does_not(side: int) -> None:
    turned = np.rot90(BODY, side).copy()
    turned[:12] = 250
    found = burnt_in(turned)
    assert found[:12].all()
    assert not found[12:].any()
    assert not burnt_in(BODY[100:600]).any()


def test_a_picture_is_cleaned_and_a_scan_with_counts_is_not() -> None:
    scan = toy_scan(1, True)
    assert without_burnt_in(scan) == (scan, 0)
    assert scan.anterior is not None
    lettered = written(np.clip(scan.anterior.counts * 4, 0, 255), "R", 8, 8)
    picture = replace(scan, display_only=True, anterior=replace(scan.anterior, counts=lettered))
    cleaned, blanked = without_burnt_in(picture)
    assert blanked > 50
    assert cleaned.anterior is not None
    assert cleaned.anterior.counts[:40, :40].max() < 128
    assert cleaned.posterior is picture.posterior or cleaned.posterior is not None
    assert without_burnt_in(cleaned)[1] == 0
    assert burnt_in(np.zeros((64, 32), np.float32)).sum() == 0
