"""Two scans of a patient side by side, and the difference between them in a diverging colour table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from app.figures.style import GREY, VERMILION, new_figure

MOST_Z = 10.0
"""The colour table ends at this z."""
_BLACKEST = 99.5


@dataclass(frozen=True, eq=False)
class FollowUpPanel:
    """One view: `prior` (laid on the current one and scaled), `current` counts and `z`, float32 (rows, cols).

    `aspect`: height of a pixel over its width. `reference`: the bone by which the prior view was scaled.
    """

    view: str
    prior: NDArray[np.float32]
    current: NDArray[np.float32]
    z: NDArray[np.float32]
    body: NDArray[np.bool_]
    aspect: float
    reference: str


def follow_up_figure(
    panels: Sequence[FollowUpPanel], title: str, subtitle: str, *, simulated: bool
) -> Figure:
    """Prior, current and difference of each view in a row; "SIMULATED" stands above where it is so."""
    figure = new_figure(3.1 * 1.35 * len(panels) + 0.7, 6.2)
    grid = figure.subplots(1, 3 * len(panels), squeeze=False)[0]
    shown = None
    for place, panel in enumerate(panels):
        rows, columns = _box(panel.body)
        most = max(float(np.percentile(panel.current[panel.body], _BLACKEST)), 1.0)
        axes = grid[3 * place : 3 * place + 3]
        for one, image, name in ((axes[0], panel.prior, "prior"), (axes[1], panel.current, "current")):
            one.imshow(image[rows, columns], cmap="gray_r", vmin=0, vmax=most, aspect=panel.aspect)
            _named(one, f"{panel.view.capitalize()}, {name}")
        shown = axes[2].imshow(
            panel.z[rows, columns], cmap="RdBu_r", vmin=-MOST_Z, vmax=MOST_Z, aspect=panel.aspect
        )
        _named(axes[2], "difference")
        _sided(axes, panel.view)
        axes[0].set_xlabel(f"scaled by {panel.reference}", fontsize=6.5, loc="left", color=GREY)
    if shown is not None:
        bar = figure.colorbar(shown, ax=list(grid), shrink=0.6, pad=0.01, aspect=40)
        bar.set_label("z: blue less, red more than before")
    figure.suptitle(f"{title}\n{subtitle}", fontsize=9, x=0.01, ha="left")
    if simulated:
        figure.text(0.99, 0.985, "SIMULATED", ha="right", va="top", color=VERMILION, weight="bold")
    figure.text(0.01, 0.005, "For research only. Not a medical device.", fontsize=6.5, color=GREY)
    return figure


def _sided(axes: Sequence[Axes], view: str) -> None:
    """The patient's sides; the posterior view is seen from behind."""
    left, right = ("R", "L") if view == "anterior" else ("L", "R")
    for one in axes:
        for at, letter, where in ((0.02, left, "left"), (0.98, right, "right")):
            one.text(at, 0.99, letter, transform=one.transAxes, ha=where, va="top", fontsize=7, color=GREY)


def _box(body: NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    if not rows.size:
        return slice(None), slice(None)
    return (
        slice(max(int(rows[0]) - 8, 0), int(rows[-1]) + 9),
        slice(max(int(columns[0]) - 8, 0), int(columns[-1]) + 9),
    )


def _named(axes: Axes, name: str) -> None:
    axes.set_title(name, fontsize=7.5)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
