"""Scan, map and overlay of one case of each outcome, as Ibrahim 2023's figures 5 and 6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from app.figures.style import new_figure


@dataclass(frozen=True, eq=False)
class OutcomeRow:
    """One line of the figure: both views beside each other.

    film: uint8 (rows, cols, 3); looked: float32 (rows, cols), 0-1; overlay: uint8 (rows, cols, 3); None where
    the cohort has no case of that outcome, as `title` then says.
    """

    title: str
    film: NDArray[np.uint8] | None = None
    looked: NDArray[np.float32] | None = None
    overlay: NDArray[np.uint8] | None = None


def outcomes(rows: Sequence[OutcomeRow], title: str) -> Figure:
    """A line for each outcome; columns: the scan, where the model looked, and both."""
    figure = new_figure(7.2, 0.6 + 2.9 * len(rows))
    panels = figure.subplots(len(rows), 3, squeeze=False)
    for line, row in zip(panels, rows, strict=True):
        pictures = (("scan", row.film), ("map", row.looked), ("overlay", row.overlay))
        for axes, (name, picture) in zip(line, pictures, strict=True):
            axes.set_axis_off()
            if picture is None:
                continue
            axes.imshow(picture, cmap="inferno", vmin=0, vmax=1 if name == "map" else 255)
            axes.set_title(name, fontweight="normal", fontsize=7.5)
        line[0].set_title(row.title, loc="left")
    figure.suptitle(title, fontsize=8)
    return figure
