"""Violins of bootstrap AUC and box plots of log reading time, the two halves of one picture."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.study import Analysis
from app.analysis.timing import TimeSpan
from app.figures.style import (
    SMALL,
    arm_colour,
    arm_title,
    column_figure,
    legend_below,
    model_style,
    short,
)


def auc_violins(analysis: Analysis) -> Figure:
    """Bootstrap AUCs, the readers of each arm pooled, beside each algorithm; bar = IQR, dot = median."""
    groups: list[tuple[str, Floats, str]] = []
    for arm in analysis.readings.arms:
        parts = [row.distribution for row in analysis.auc if row.arm == arm]
        if parts:
            label = f"{arm_title(arm)}\n({len(parts)} readers)"
            groups.append((label, np.concatenate(parts), arm_colour(analysis.readings.arms, arm)))
    models = analysis.predictions.models
    groups += [
        (short(row.reader), row.distribution, model_style(models, row.reader)[0]) for row in analysis.models
    ]
    figure = column_figure(0.6 + 0.55 * len(groups))
    axes = figure.subplots()
    for place, (_, values, colour) in enumerate(groups):
        _violin(axes, place, values[~np.isnan(values)], colour)
    axes.set_yticks(range(len(groups)), [label for label, _, _ in groups])
    axes.set(xlabel="AUC in bootstrap resamples", ylim=(len(groups) - 0.3, -0.5))
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.6)
    return figure


def _violin(axes: Axes, place: int, values: Floats, colour: str) -> None:
    """A histogram mirrored and smoothed by a short Gaussian; cut at the data, so that no AUC above 1 is
    drawn.
    """
    low, high = float(values.min()), float(values.max())
    if high > low:
        counts, edges = np.histogram(values, bins=60)
        taps = np.exp(-0.5 * (np.arange(-6, 7) / 2.0) ** 2)
        smooth = np.convolve(np.pad(counts, 6, mode="reflect"), taps / taps.sum(), mode="valid")
        middle = (edges[1:] + edges[:-1]) / 2.0
        width = 0.38 * smooth / smooth.max()
        axes.fill_between(middle, place - width, place + width, color=colour, alpha=0.3, linewidth=0)
        axes.plot(middle, place - width, color=colour, linewidth=0.8)
        axes.plot(middle, place + width, color=colour, linewidth=0.8)
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75])
    axes.plot([lower, upper], [place, place], color=colour, linewidth=3.5, solid_capstyle="butt")
    axes.plot(median, place, "o", color="white", markeredgecolor=colour, markersize=4.5, zorder=4)
    axes.text(median, place + 0.47, f"{median:.3f}", ha="center", va="center", fontsize=SMALL)


def time_boxes(analysis: Analysis) -> Figure | None:
    """Reading time per reader and arm, and of algorithms whose seconds are known, on a log axis.

    Boxes are quartiles, whiskers 1.5 IQR. None without times of readers.
    """
    readings, predictions = analysis.readings, analysis.predictions
    if not readings.has_times:
        return None
    arms, readers = readings.arms, readings.readers
    timed = [(model, predictions.seconds_of(model)) for model in predictions.models]
    timed = [(model, seconds) for model, seconds in timed if len(seconds)]
    rows = len(readers) * len(arms) + len(timed)
    figure = column_figure(0.8 + max(0.13 * rows, 0.8))
    axes = figure.subplots()
    width = 0.8 / len(arms)
    legend = []
    for i, arm in enumerate(arms):
        colour = arm_colour(arms, arm)
        samples = [row[row > 0] for row in readings.seconds[i]]
        places = [j + (i - (len(arms) - 1) / 2) * width for j in range(len(readers))]
        chosen = [place for place, sample in enumerate(samples) if len(sample)]
        _boxes(axes, [samples[at] for at in chosen], [places[at] for at in chosen], width * 0.8, colour)
        if chosen and arm != "all":
            legend.append(Patch(color=colour, label=timed_title(readings, arm)))
    for place, (model, seconds) in enumerate(timed, len(readers)):
        _boxes(axes, [seconds], [float(place)], 0.4, model_style(predictions.models, model)[0])
    names = [*readers, *(model for model, _ in timed)]
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    log_seconds(axes.xaxis)
    if timed:
        axes.axhline(len(readers) - 0.5, color="#999999", linewidth=0.8, linestyle=":")
        axes.set_xlabel("Active reading time, algorithm's answer (s, log scale)")
    legend_below(figure, legend)
    return figure


def timed_title(readings: Readings, arm: str) -> str:
    """The arm above its times; in a sequential study with what they measure."""
    span = readings.span(arm)
    return arm_title(arm) if span is TimeSpan.ANSWER else f"{arm_title(arm)}, {span.value}"


def _boxes(axes: Axes, samples: list[Floats], places: list[float], width: float, colour: str) -> None:
    """Boxes of log seconds at their places; samples: seconds above 0, float64 (n,) each."""
    axes.boxplot(
        [np.log10(sample) for sample in samples],
        positions=places,
        orientation="horizontal",
        widths=width,
        patch_artist=True,
        manage_ticks=False,
        flierprops={"marker": ".", "markersize": 2.5, "markeredgecolor": colour, "alpha": 0.5},
        medianprops={"color": "white", "linewidth": 1.4},
        whiskerprops={"color": colour, "linewidth": 0.8},
        capprops={"color": colour, "linewidth": 0.8},
        boxprops={"facecolor": colour, "edgecolor": colour},
    )


def log_seconds(axis: Axis) -> None:
    """Label an axis of log10 seconds in seconds: as many of 1, 2, 5, 10, … as do not crowd."""
    low, high = axis.get_view_interval()
    steps = ((1, 2, 3, 5), (1, 2, 5), (1, 3), (1,))
    powers = range(math.floor(low), math.ceil(high) + 1)
    for leads in steps:
        shown = [lead * 10.0**power for power in powers for lead in leads]
        shown = [tick for tick in shown if low <= math.log10(tick) <= high]
        if len(shown) <= 8:
            break
    axis.set_ticks(np.log10(shown).tolist(), [f"{tick:g}" for tick in shown])
    axis.set_label_text("Active reading time (s, log scale)")
    axis.grid(color="#e6e6e6", linewidth=0.6)
