"""Confusion matrices: the readers of each arm together, and each algorithm."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from app.analysis.operating import OperatingPoint, from_counts
from app.analysis.study import Analysis
from app.figures.style import arm_title, column_figure, panels, short


def confusion_matrices(analysis: Analysis) -> Figure | None:
    """One matrix per arm (all reads) and per algorithm; shares are of each true class. None without calls."""
    groups: list[tuple[str, OperatingPoint]] = []
    for arm in analysis.readings.arms:
        points = [row.point for row in analysis.operating if row.arm == arm]
        if points:
            tp, fp, fn, tn = (
                sum(getattr(point, key) for point in points) for key in ("tp", "fp", "fn", "tn")
            )
            groups.append((f"{arm_title(arm)} ({len(points)} readers)", from_counts(tp, fp, fn, tn)))
    groups += [(row.reader, row.point) for row in analysis.operating if not row.arm]
    if not groups:
        return None
    figure = column_figure(1.95 * -(-len(groups) // 2) if len(groups) > 1 else 2.9)
    for axes, (title, point) in zip(panels(figure, len(groups), shared=False), groups, strict=True):
        counts = np.array([[point.tp, point.fn], [point.fp, point.tn]])
        share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
        for (y, x), count in np.ndenumerate(counts):
            ink = "white" if share[y, x] > 0.55 else "black"
            axes.text(x, y, f"{count}\n{share[y, x]:.1%}", ha="center", va="center", color=ink, fontsize=7)
        axes.set_xticks([0, 1], ["yes", "no"])
        axes.set_yticks([0, 1], ["diseased", "normal"], rotation=90, va="center")
        axes.set(xlabel="call", title=short(title, 22))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure
