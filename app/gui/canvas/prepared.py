"""A scan made ready for the screen away from the window's thread; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scan.body_box import WHOLE, BodyBox, body_box
from app.scan.palettes import GREY, palette
from app.scan.scan import Scan, ViewName
from app.scan.window import Histogram, Indexed, Levels, auto_level, histogram, lookup_table, to_index


@dataclass(frozen=True)
class FilmLook:
    """Everything that decides the colour of a count."""

    levels: Levels
    curve: str = "linear"
    palette: str = GREY
    inverted: bool = True


@dataclass(frozen=True, eq=False)
class Developed:
    """One film's picture; `pixels`: uint32 (rows, cols), 0xffRRGGBB; `air`: the lowest level's colour."""

    look: FilmLook
    pixels: NDArray[np.uint32]
    air: int


@dataclass(frozen=True, eq=False)
class PreparedScan:
    """A scan with everything that showing it needs: indices for the look-up tables, levels, histogram.

    `developed`: the films at the levels the scan starts with, so that showing them is painting only.
    """

    scan: Scan
    indexed: dict[ViewName, Indexed]
    levels: Levels
    histogram: Histogram
    developed: dict[ViewName, Developed]
    body: BodyBox = WHOLE
    """The part that shows the patient."""


def prepare(scan: Scan) -> PreparedScan:
    """Quantise the views of a scan, find its levels, develop it; some 30 ms, safe in any thread."""
    counts = [view.counts for view in scan.views]
    indexed = {view.name: to_index(view.counts) for view in scan.views}
    levels = auto_level(counts)
    first = FilmLook(levels)
    return PreparedScan(
        scan,
        indexed,
        levels,
        histogram(counts),
        {name: develop(one, first) for name, one in indexed.items()},
        body_box(scan.views, levels.upper),
    )


def develop(indexed: Indexed, look: FilmLook, into: Developed | None = None) -> Developed:
    """Counts to colours through a look-up table; `into` gives its pixels, which are written over."""
    colours = palette(look.palette)
    table = lookup_table(indexed, look.levels, look.curve, look.inverted, colours).astype(np.uint32)
    packed = (0xFF000000 | table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]).astype(np.uint32)
    pixels = np.empty(indexed.index.shape, np.uint32) if into is None else into.pixels
    np.take(packed, indexed.index, out=pixels, mode="clip")
    return Developed(look, pixels, int(packed[0]))
