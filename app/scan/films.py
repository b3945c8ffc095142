"""Films on a screen: captured pictures are cut out by their frames, and what is no film is left aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.scan.pictures import Piece, bodies, hot_is_high, runs, stacked
from app.scan.scan import Counts

LEVEL = 0.06
"""Grey values closer than this share of the whole range are one level: JPEG and dithering blur them."""
FRAMED = 0.85
"""Share of a rectangle's outline that is of one level, other than the screen's, in a frame."""
FILM, SMALLEST = (0.3, 0.08), (0.02, 0.02)
"""Smallest shares of the picture's rows and columns that a film takes, and anything that is looked at."""
BODY_SHARE = 0.02, 0.7
"""Share of a film's pixels that lie off its air: less is an empty panel, more is no film."""
SAME_PICTURE = 0.5
"""Correlation of the fine structure of two bodies above which they are one image at two intensities.

Two views never share their noise: at most 0.03 between the sides of 10 real scans that are not distributed,
at least 0.82 between two intensities of one side."""
ONE_INTENSITY = "Export the anterior and the posterior view at one intensity."

Box = tuple[int, int, int, int]


def views_in(path: Path, picture: Counts, warnings: list[str]) -> tuple[Piece, ...]:
    """The one or two bodies in a captured picture, left to right, each (rows, columns) with uptake high.

    `warnings` says that something was left aside. Raises AppError when there are more bodies, or when it is
    not sure which end of the greys is hot.
    """
    films, rest = _films(picture)
    if films or rest is not picture:
        warnings.append("A captured screen: what lies beside the films was left out.")
    if len(films) > 2:
        raise AppError(f"{path.name} shows {len(films)} films, and two are one scan.", ONE_INTENSITY)
    if not films and _unsure(rest):
        raise AppError(
            f"{path.name} has a border that is neither light nor dark: which greys are hot is not sure.",
            "Cut the picture down to the two views, or export the scan as DICOM.",
        )
    hot = [film._replace(counts=hot_is_high(film.counts)) for film in films or [Piece(rest)]]
    found = [
        Piece(body.counts, film.left + body.left, film.top + body.top)
        for film in hot
        for body in bodies(film.counts)
    ]
    if len(found) > 2 or any(stacked(film.counts) for film in hot):
        raise AppError(f"{path.name} shows more than two bodies in one picture.", ONE_INTENSITY)
    if len(found) == 2 and _correlation(*(body.counts for body in found)) > SAME_PICTURE:
        raise AppError(f"{path.name} shows one view twice, at two intensities.", ONE_INTENSITY)
    return tuple(found)


def _films(picture: Counts) -> tuple[list[Piece], Counts]:
    """The framed rectangles that hold a body, left to right, and the picture without those that hold none."""
    tolerance = LEVEL * float(np.ptp(picture))
    screen = float(np.median(_outline(picture)))
    films, rest = [], picture
    for top, bottom, left, right in _boxes(np.abs(picture - screen) > tolerance, _part(picture, SMALLEST)):
        box = picture[top:bottom, left:right]
        level = float(np.median(_outline(box)))
        framed = _share(_outline(box), level, tolerance) >= FRAMED and abs(level - screen) > tolerance
        if not framed or box.size == picture.size:
            continue
        inset = _line(box, tolerance)
        inner = box[inset : box.shape[0] - inset, inset : box.shape[1] - inset]
        off_air = 1 - _share(inner, float(np.median(_outline(inner))), tolerance)
        high, wide = _part(picture, FILM)
        if box.shape[0] >= high and box.shape[1] >= wide and BODY_SHARE[0] < off_air < BODY_SHARE[1]:
            films.append(Piece(inner, left + inset, top + inset))
        elif box.shape[0] >= high or box.shape[1] >= 2 * wide:  # a bar or a panel
            rest = rest.copy() if rest is picture else rest
            rest[top:bottom, left:right] = screen
    return sorted(films, key=lambda film: film.left), rest


def _part(picture: Counts, share: tuple[float, float]) -> tuple[int, int]:
    return max(int(share[0] * picture.shape[0]), 8), max(int(share[1] * picture.shape[1]), 8)


def _boxes(content: NDArray[np.bool_], least: tuple[int, int], top: int = 0, left: int = 0) -> Iterator[Box]:
    """Rectangles (top, bottom, left, right) that no empty row or column cuts, of `least` (rows, columns)."""
    if content.shape[0] < least[0] or content.shape[1] < least[1]:
        return
    for axis in (1, 0):
        stretches = runs(np.asarray(content.any(axis=axis)))
        if stretches == [(0, content.shape[1 - axis])]:
            continue
        for start, stop in stretches:
            part = content[start:stop] if axis == 1 else content[:, start:stop]
            yield from _boxes(part, least, top + start * (axis == 1), left + start * (axis == 0))
        return
    yield top, top + content.shape[0], left, left + content.shape[1]


def _line(box: Counts, tolerance: float) -> int:
    """How many pixels wide the line around a film is, 0 where there is none."""
    line = float(np.median(_outline(box)))
    for inset in range(1, max(2, min(box.shape) // 20)):
        inner = box[inset:-inset, inset:-inset]
        if _share(_outline(inner), line, tolerance) < 0.5:
            return inset
    return 0


def _outline(picture: NDArray[Any]) -> NDArray[Any]:
    """The outermost pixels."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _share(values: NDArray[Any], level: float, tolerance: float) -> float:
    return float((np.abs(values - level) <= tolerance).mean())


def _unsure(picture: Counts) -> bool:
    """Whether light and dark share the border, so that it does not tell what air is."""
    border = _outline(picture)
    light = float((border > (picture.min() + picture.max()) / 2).mean())
    return 0.35 < light < 0.65


def _correlation(one: Counts, two: Counts) -> float:
    """Highest correlation of the fine structure of two pictures over all shifts of one against the other."""
    rows, columns = (max(sides) for sides in zip(one.shape, two.shape, strict=True))
    spectra = []
    for picture in (one, two):
        fine = np.diff(np.diff(picture, axis=1), axis=0)
        fine = fine / (np.linalg.norm(fine) or 1.0)
        spectra.append(np.fft.rfft2(fine, (2 * rows, 2 * columns)))
    return float(np.fft.irfft2(spectra[0] * np.conj(spectra[1])).max())
