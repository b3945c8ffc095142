"""What time does: reading time along the list, reading time of each case, calibration, FROC curves."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from app.analysis.calibration import CalibrationBin
from app.analysis.study import Analysis
from app.figures.distributions import log_seconds, timed_title
from app.figures.style import (
    GREY,
    NEGATIVE,
    POSITIVE,
    arm_colour,
    arm_title,
    column_figure,
    legend_below,
    model_style,
    panels,
    reader_look,
    short,
)


def order(analysis: Analysis) -> Figure | None:
    """Reading time against the place in the list, with each arm's running median of 15 reads. None without
    order.
    """
    readings = analysis.readings
    known = (readings.seconds > 0) & ~np.isnan(readings.position)
    if not known.any():
        return None
    figure = column_figure(2.5)
    axes = figure.subplots()
    legend = []
    for i, arm in enumerate(readings.arms):
        colour = arm_colour(readings.arms, arm)
        x, y = readings.position[i][known[i]], np.log10(readings.seconds[i][known[i]])
        if not len(x):
            continue
        axes.plot(x, y, ".", color=colour, alpha=0.25, markersize=3, rasterized=len(x) > 5000)
        places = np.unique(x)
        running = [np.median(y[np.abs(x - place) <= 7]) for place in places]
        label = f"{timed_title(readings, arm)}, running median"
        legend += axes.plot(
            places, running, color=colour, linestyle=_DASHES[i % 4], linewidth=1.8, label=label
        )
    axes.set_xlabel("Place in the reader's list")
    log_seconds(axes.yaxis)
    legend_below(figure, legend)
    return figure


_DASHES = ("-", "--", "-.", ":")
"""Lines of the arms in their order."""


def time_per_case(analysis: Analysis) -> Figure | None:
    """Each case's median reading time over readers and arms, sorted, with the range. None without times."""
    readings = analysis.readings
    if not readings.has_times:
        return None
    seconds = np.where(readings.seconds > 0, readings.seconds, np.nan).reshape(-1, len(readings.cases))
    timed = ~np.isnan(seconds).all(axis=0)
    low, middle, high = np.log10(np.nanquantile(seconds[:, timed], [0.0, 0.5, 1.0], axis=0))
    rank = np.argsort(middle, kind="stable")
    figure = column_figure(2.5)
    axes = figure.subplots()
    legend = []
    x = np.arange(len(rank))
    axes.vlines(x, low[rank], high[rank], color="#dddddd", linewidth=max(0.4, min(2.0, 200 / len(rank))))
    diseased = readings.truth[timed][rank]
    for mask, colour, name, marker in (
        (diseased, POSITIVE, "diseased", "^"),
        (~diseased, NEGATIVE, "normal", "o"),
    ):
        legend += axes.plot(
            x[mask],
            middle[rank][mask],
            marker,
            color=colour,
            markersize=3,
            label=f"{name}, median of readers",
        )
    axes.set_xlabel("Cases by median time (bars: fastest to slowest)")
    log_seconds(axes.yaxis)
    legend_below(figure, legend)
    return figure


def calibration(analysis: Analysis) -> Figure | None:
    """Share of diseased cases against the rating given: a panel per arm with each reader, and algorithms."""
    readings, top = analysis.readings, analysis.readings.certainty
    rows = {
        arm: [row for row in analysis.calibration if row.arm == arm and len(row.calibration.bins) > 1]
        for arm in readings.arms
    }
    if not any(rows.values()):
        return None
    figure = column_figure(1.85 * -(-len(rows) // 2) if len(rows) > 1 else 2.9)
    readers = []
    for place, (axes, arm) in enumerate(zip(panels(figure, len(rows)), rows, strict=True)):
        for row in rows[arm]:
            x, y = _points(row.calibration.bins, top or 1.0)
            axes.plot(x, y, **reader_look(readings.readers, row.reader), linewidth=0.8, markersize=2.5)
        _models(axes, analysis)
        if top:
            axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (2, 3)))
            axes.set(xlim=(-0.02, 1.02))
            axes.set_aspect("equal")
        axes.set(ylim=(-0.02, 1.02), title=arm_title(arm))
        axes.set_xlabel("Stated probability" if top else f"Rating ({short(readings.rating_column)})")
        axes.set_ylabel("Observed share of disease" if place % 2 == 0 else "")
        axes.grid(color="#e6e6e6", linewidth=0.6)
    for reader in readings.readers:
        look = reader_look(readings.readers, reader)
        readers.append(Line2D([], [], **look, linewidth=0.8, markersize=2.5, label=short(reader)))
    legend_below(figure, [*readers, *_models(None, analysis)])
    return figure


def _models(axes: Axes | None, analysis: Analysis) -> list[Line2D]:
    """The algorithms' lines, drawn into `axes` where there are any; none beside ratings of a scale."""
    lines: list[Line2D] = []
    for row in analysis.calibration:
        if row.arm or np.isnan(row.calibration.brier) or not analysis.readings.certainty:
            continue
        colour, dash = model_style(analysis.predictions.models, row.reader)
        label = f"{short(row.reader)}, Brier {row.calibration.brier:.3f}"
        x, y = _points(row.calibration.bins, 1.0)
        line = Line2D(x, y, color=colour, linestyle=dash, marker="*", markersize=4, label=label)
        if axes is not None:
            axes.add_line(line)
        lines.append(line)
    return lines


def _points(bins: tuple[CalibrationBin, ...], scale: float) -> tuple[list[float], list[float]]:
    return [one.mean_rating / scale for one in bins], [one.observed.estimate for one in bins]


def froc(analysis: Analysis) -> Figure | None:
    """FROC curves, one panel per arm, every reader. None without marks."""
    if not analysis.froc or analysis.free_response is None:
        return None
    arms, readers = analysis.free_response.arms, analysis.free_response.readers
    figure = column_figure(1.85 * -(-len(arms) // 2) if len(arms) > 1 else 2.9)
    for place, (axes, arm) in enumerate(zip(panels(figure, len(arms)), arms, strict=True)):
        rows = [row for row in analysis.froc if row.arm == arm]
        for row in rows:
            curve = row.curve
            axes.plot(
                curve.false_marks_per_image, curve.lesion_fraction, **reader_look(readers, row.reader),
                linewidth=0.9, markersize=2.5, markevery=max(1, len(curve.lesion_fraction) // 8),
            )  # fmt: skip
        mean = sum(row.wafroc for row in rows) / len(rows) if rows else float("nan")
        axes.set_title(f"{short(arm_title(arm), 12)}: wAFROC {mean:.3f}")
        axes.set(xlabel="False marks per image", ylim=(-0.02, 1.02))
        axes.set_ylabel("Lesions found" if place % 2 == 0 else "")
        axes.grid(color="#e6e6e6", linewidth=0.6)
    looks = [(reader, reader_look(readers, reader)) for reader in readers]
    legend_below(
        figure,
        [Line2D([], [], **look, linewidth=0.9, markersize=2.5, label=short(name)) for name, look in looks],
    )
    return figure
