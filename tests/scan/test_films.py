"""Captured screens: films are found by their frames, or the picture is refused; none is read upside down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.errors import AppError
from app.scan.read import read_scan
from app.scan.scan import Scan
from tests.scan.nm_files import toy_counts

ANTERIOR, POSTERIOR = (np.clip(view * 2, 0, 255) for view in toy_counts(np.random.default_rng(10)))

Picture = NDArray[np.float64]


def at(view: Picture, factor: float) -> Picture:
    """A view at another intensity."""
    return np.clip(view * factor, 0, 255)


def screen(*films: tuple[int, Picture], level: float = 0, rows: int = 1200, columns: int = 1640) -> Picture:
    """A screen of one level with films at these columns."""
    made = np.full((rows, columns), float(level))
    for column, film in films:
        made[88 : 88 + film.shape[0], column : column + film.shape[1]] = film
    return made


def lined(film: Picture, level: float) -> Picture:
    return np.pad(film, 2, constant_values=level)


def read(folder: Path, picture: Picture) -> Scan:
    Image.fromarray(picture.astype(np.uint8)).save(folder / "x.png")
    return read_scan(folder / "x.png")


WHITE, WHITE_POSTERIOR = 255 - ANTERIOR, 255 - POSTERIOR
BOTH = np.hstack([WHITE, WHITE_POSTERIOR])
TWO_VIEWS = {
    "white films side by side on black": screen((300, BOTH)),
    "white films apart on black": screen((300, WHITE), (700, WHITE_POSTERIOR)),
    "black films on grey": screen((300, ANTERIOR), (700, POSTERIOR), level=190),
    "black films in white lines": screen((300, lined(ANTERIOR, 255)), (700, lined(POSTERIOR, 255))),
    "white films in black lines": screen((9, lined(WHITE, 0)), (400, lined(WHITE_POSTERIOR, 0)), level=255),
    "a black panel beside white films": np.hstack([BOTH, np.zeros((1024, 200))]),
    "a dark bar above white films": np.vstack([np.full((40, 512), 60), np.full((20, 512), 255), BOTH]),
    "a light view and a dark one": 255 - np.hstack([at(ANTERIOR, 0.5), at(POSTERIOR, 4)]),
    "a dark view and a light one": np.hstack([at(ANTERIOR, 4), at(POSTERIOR, 0.4)]),
}


@pytest.mark.parametrize("name", TWO_VIEWS)
def test_two_views_are_found_with_uptake_high(name: str, tmp_path: Path) -> None:
    scan = read(tmp_path, TWO_VIEWS[name])
    assert [str(view.name) for view in scan.views] == ["anterior", "posterior"]
    for view, drawn in zip(scan.views, (ANTERIOR, POSTERIOR), strict=True):
        hottest = int(np.argwhere(drawn == drawn.max()).mean(axis=0)[0])
        assert 1000 < view.counts.shape[0] <= 1084
        assert np.median(view.counts) == 0
        assert view.counts[hottest - 20 : hottest + 80].max() > 100


def test_one_film_on_a_screen_is_cut_out_and_the_rest_is_named(tmp_path: Path) -> None:
    scan = read(tmp_path, screen((300, WHITE)))
    assert len(scan.views) == 1
    assert np.array_equal(scan.views[0].counts, ANTERIOR.astype(np.uint8))
    assert any("beside the films was left out" in warning for warning in scan.warnings)


REFUSED = {
    "three films": (screen((100, WHITE), (500, WHITE_POSTERIOR), (900, WHITE)), "3 films"),
    "four bodies at two intensities": (
        255 - np.hstack([ANTERIOR, POSTERIOR, at(ANTERIOR, 3), at(POSTERIOR, 3)]),
        "more than two bodies",
    ),
    "three bodies": (np.hstack([ANTERIOR, POSTERIOR, at(ANTERIOR, 3)]), "more than two bodies"),
    "two rows of bodies": (np.vstack([BOTH, 255 - at(255 - BOTH, 3)]), "more than two bodies"),
    "one view at two intensities": (np.hstack([ANTERIOR, at(ANTERIOR, 2)]), "one view twice"),
    "a white film beside a black one": (np.hstack([WHITE, POSTERIOR]), "neither light nor dark"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_scan_of_two_views_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    picture, why = REFUSED[name]
    with pytest.raises(AppError, match=why) as caught:
        read(tmp_path, picture)
    assert str(caught.value).startswith("x.png")
    assert caught.value.hint
