"""Violins of bootstrap AUC and box plots of log reading time, the two halves of one picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.study import Analysis
from app.analysis.timing import TimeSpan
from app.figures.style import arm_colour, arm_title, model_style, new_figure


def auc_violins(analysis: Analysis) -> Figure:
    """Bootstrap AUCs, the readers of each arm pooled, beside each algorithm; bar = IQR, dot = median."""
    groups: list[tuple[str, Floats, str]] = []
    for arm in analysis.readings.arms:
        parts = [row.distribution for row in analysis.auc if row.arm == arm]
        if parts:
            label = f"{arm_title(arm)}\n({len(parts)} readers)"
            groups.append((label, np.concatenate(parts), arm_colour(analysis.readings.arms, arm)))
    models = analysis.predictions.models
    groups += [(row.reader, row.distribution, model_style(models, row.reader)[0]) for row in analysis.models]
    figure = new_figure(1.4 + 1.15 * len(groups), 3.8)
    axes = figure.subplots()
    for place, (_, values, colour) in enumerate(groups):
        _violin(axes, place, values[~np.isnan(values)], colour)
    axes.set_xticks(range(len(groups)), [label for label, _, _ in groups])
    axes.set(ylabel="AUC in bootstrap resamples", xlim=(-0.6, len(groups) - 0.4))
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
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
        axes.fill_betweenx(middle, place - width, place + width, color=colour, alpha=0.3, linewidth=0)
        axes.plot(place - width, middle, color=colour, linewidth=0.8)
        axes.plot(place + width, middle, color=colour, linewidth=0.8)
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75])
    axes.plot([place, place], [lower, upper], color=colour, linewidth=4, solid_capstyle="butt")
    axes.plot(place, median, "o", color="white", markeredgecolor=colour, markersize=5, zorder=4)
    axes.annotate(
        f"{median:.3f}", (place, median), xytext=(9, 0), textcoords="offset points", va="center", fontsize=7.5
    )


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
    figure = new_figure(max(4.2, 1.2 + 0.34 * (len(readers) * (len(arms) + 1) + 2 * len(timed))), 3.8)
    axes = figure.subplots()
    width = 0.8 / len(arms)
    for i, arm in enumerate(arms):
        colour = arm_colour(arms, arm)
        samples = [row[row > 0] for row in readings.seconds[i]]
        places = [j + (i - (len(arms) - 1) / 2) * width for j in range(len(readers))]
        chosen = [place for place, sample in enumerate(samples) if len(sample)]
        boxes = _boxes(
            axes, [samples[at] for at in chosen], [places[at] for at in chosen], width * 0.8, colour
        )
        if chosen and arm != "all":
            boxes["boxes"][0].set_label(timed_title(readings, arm))
    for place, (model, seconds) in enumerate(timed, len(readers)):
        _boxes(axes, [seconds], [float(place)], 0.4, model_style(predictions.models, model)[0])
    axes.set_xticks(range(len(readers) + len(timed)), [*readers, *(model for model, _ in timed)])
    log_seconds(axes)
    if timed:
        axes.axvline(len(readers) - 0.5, color="#999999", linewidth=0.8, linestyle=":")
        axes.set_ylabel("Active reading time, algorithm's answer (s, log scale)")
    if arms != ("all",):
        rows = 1 if readings.with_ai is None else len(arms)
        axes.legend(loc="lower right", ncols=-(-len(arms) // rows), bbox_to_anchor=(1.0, 1.0))
    return figure


def timed_title(readings: Readings, arm: str) -> str:
    """The arm above its times; in a sequential study with what they measure."""
    span = readings.span(arm)
    return arm_title(arm) if span is TimeSpan.ANSWER else f"{arm_title(arm)}, {span.value}"


def _boxes(
    axes: Axes, samples: list[Floats], places: list[float], width: float, colour: str
) -> dict[str, Any]:
    """Boxes of log seconds at their places; samples: seconds above 0, float64 (n,) each."""
    drawn: dict[str, Any] = axes.boxplot(
        [np.log10(sample) for sample in samples],
        positions=places,
        widths=width,
        patch_artist=True,
        manage_ticks=False,
        flierprops={"marker": ".", "markersize": 3, "markeredgecolor": colour, "alpha": 0.5},
        medianprops={"color": "white", "linewidth": 1.6},
        whiskerprops={"color": colour},
        capprops={"color": colour},
        boxprops={"facecolor": colour, "edgecolor": colour},
    )
    return drawn


def log_seconds(axes: Axes) -> None:
    """Label a log10 axis in seconds."""
    ticks = (
        0.01,
        0.02,
        0.05,
        0.1,
        0.2,
        0.5,
        1,
        2,
        3,
        5,
        10,
        20,
        30,
        50,
        100,
        200,
        300,
        500,
        1000,
        2000,
        3000,
        5000,
    )
    low, high = axes.get_ylim()
    shown = [tick for tick in ticks if low <= np.log10(tick) <= high]
    axes.set_yticks(np.log10(shown), [f"{tick:g}" for tick in shown])
    axes.set_ylabel("Active reading time (s, log scale)")
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
