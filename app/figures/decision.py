"""Decision curves: the net benefit of each arm's readers and of each algorithm."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from app.analysis.benefit import THRESHOLDS, treat_all
from app.analysis.study import Analysis
from app.figures.style import (
    BLACK,
    GREY,
    arm_colour,
    arm_title,
    column_figure,
    legend_below,
    model_style,
    short,
)


def decision_curves(analysis: Analysis) -> Figure | None:
    """The mean of each arm's readers over each reader; None where no rating is a probability."""
    rows, arms = analysis.decision_curves, analysis.readings.arms
    if not rows:
        return None
    figure = column_figure(2.6)
    axes = figure.subplots()
    every = treat_all(analysis.readings.truth)
    lines = axes.plot(
        THRESHOLDS, every, color=GREY, linestyle=(0, (2, 2)), linewidth=1.0, label="all called diseased"
    )
    axes.axhline(0.0, color=BLACK, linewidth=0.6)
    for place, arm in enumerate(arms):
        own = [row.net_benefit for row in rows if row.arm == arm]
        if not own:
            continue
        colour, mean = arm_colour(arms, arm), np.mean(own, axis=0)
        for one in own:
            axes.plot(THRESHOLDS, one, color=colour, linewidth=0.5, alpha=0.35)
        label, dash = f"{short(arm_title(arm))}, mean of readers", "-" if place == 0 else "--"
        lines += axes.plot(THRESHOLDS, mean, color=colour, linestyle=dash, linewidth=1.8, label=label)
    for row in (row for row in rows if not row.arm):
        ink, line = model_style(analysis.predictions.models, row.reader)
        lines += axes.plot(
            THRESHOLDS, row.net_benefit, color=ink, linestyle=line, linewidth=1.2, label=short(row.reader)
        )
    highest = max(float(np.nanmax(row.net_benefit)) for row in rows)
    axes.set(
        xlim=(0.0, 1.0), ylim=(-0.35 * highest, 1.08 * highest), xlabel="Threshold probability",
        ylabel="Net benefit (true positives per case)",
    )  # fmt: skip
    axes.grid(color="#e6e6e6", linewidth=0.6)
    legend_below(figure, lines)
    return figure
