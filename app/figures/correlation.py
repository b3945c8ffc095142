"""One measurement over another, with the line that fits best."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from app.figures.style import BLUE, GREY, new_figure

Floats = NDArray[np.float64]


def scatter(x: Floats, y: Floats, x_title: str, y_title: str, title: str) -> Figure:
    """A point for each scan and the line of least squares; x, y: float64 (n,) without gaps."""
    figure = new_figure(4.6, 3.6)
    axes = figure.subplots()
    axes.plot(x, y, "o", color=BLUE, markersize=4, alpha=0.8, clip_on=False)
    if len(x) > 2 and np.ptp(x) > 0:
        slope, start = np.polyfit(x, y, 1)
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, start + slope * ends, color=GREY, linewidth=1)
    axes.set(xlabel=x_title, ylabel=y_title, title=title)
    return figure
