"""What time does: reading time along the list, reading time of each case, calibration, FROC curves."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from app.analysis.calibration import CalibrationBin
from app.analysis.study import Analysis
from app.figures.distributions import log_seconds, timed_title
from app.figures.style import GREY, NEGATIVE, POSITIVE, arm_colour, arm_title, model_style, new_figure


def order(analysis: Analysis) -> Figure | None:
    """Reading time against the place in the list, with each arm's running median of 15 reads. None without
    order.
    """
    readings = analysis.readings
    known = (readings.seconds > 0) & ~np.isnan(readings.position)
    if not known.any():
        return None
    figure = new_figure(6.4, 3.6)
    axes = figure.subplots()
    for i, arm in enumerate(readings.arms):
        colour = arm_colour(readings.arms, arm)
        x, y = readings.position[i][known[i]], np.log10(readings.seconds[i][known[i]])
        if not len(x):
            continue
        axes.plot(x, y, ".", color=colour, alpha=0.25, markersize=3, rasterized=len(x) > 5000)
        places = np.unique(x)
        running = [np.median(y[np.abs(x - place) <= 7]) for place in places]
        axes.plot(places, running, color=colour, linewidth=2.0, label=timed_title(readings, arm))
    axes.set_xlabel("Place in the reader's list")
    log_seconds(axes)
    axes.legend(loc="upper right", ncols=len(readings.arms), title="running median of the arm")
    return figure


def time_per_case(analysis: Analysis) -> Figure | None:
    """Each case's median reading time over readers and arms, sorted, with the range. None without times."""
    readings = analysis.readings
    if not readings.has_times:
        return None
    seconds = np.where(readings.seconds > 0, readings.seconds, np.nan).reshape(-1, len(readings.cases))
    timed = ~np.isnan(seconds).all(axis=0)
    low, middle, high = np.log10(np.nanquantile(seconds[:, timed], [0.0, 0.5, 1.0], axis=0))
    rank = np.argsort(middle, kind="stable")
    figure = new_figure(6.4, 3.6)
    axes = figure.subplots()
    x = np.arange(len(rank))
    axes.vlines(x, low[rank], high[rank], color="#dddddd", linewidth=max(0.4, min(2.0, 200 / len(rank))))
    diseased = readings.truth[timed][rank]
    for mask, colour, name, marker in (
        (diseased, POSITIVE, "diseased", "^"),
        (~diseased, NEGATIVE, "normal", "o"),
    ):
        axes.plot(
            x[mask],
            middle[rank][mask],
            marker,
            color=colour,
            markersize=3,
            label=f"{name}, median of readers",
        )
    axes.set_xlabel("Cases, sorted by median time (bars: fastest to slowest read)")
    log_seconds(axes)
    axes.legend(loc="upper left")
    return figure


def calibration(analysis: Analysis) -> Figure | None:
    """Share of diseased cases against the rating given, readers of each arm together and algorithms."""
    readings = analysis.readings
    top = readings.certainty
    figure = new_figure(4.8, 4.4)
    axes = figure.subplots()
    scale = top or 1.0
    drawn = False
    for arm in readings.arms:
        rows = [row.calibration for row in analysis.calibration if row.arm == arm]
        for row in rows:
            x, y = _points(row.bins, scale)
            axes.plot(
                x, y, color=arm_colour(readings.arms, arm), linewidth=0.9, alpha=0.5, marker=".", markersize=4
            )
            drawn = drawn or len(x) > 1
        if rows:
            axes.plot(
                [],
                [],
                color=arm_colour(readings.arms, arm),
                marker=".",
                label=f"{arm_title(arm)}, each reader",
            )
    for model in analysis.calibration:
        if not model.arm and not np.isnan(model.calibration.brier) and top:
            x, y = _points(model.calibration.bins, 1.0)
            colour, line = model_style(analysis.predictions.models, model.reader)
            label = f"{model.reader}, Brier {model.calibration.brier:.3f}"
            axes.plot(x, y, color=colour, linestyle=line, marker="D", markersize=4, label=label)
    if not drawn:
        return None
    if top:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (2, 3)))
        axes.set(xlim=(-0.02, 1.02), xlabel="Stated probability of disease")
        axes.set_aspect("equal")
    else:
        axes.set_xlabel(f"Rating ({readings.rating_column})")
    axes.set(ylim=(-0.02, 1.02), ylabel="Observed share of diseased cases")
    axes.grid(color="#e6e6e6", linewidth=0.6)
    axes.legend(loc="upper left")
    return figure


def _points(bins: tuple[CalibrationBin, ...], scale: float) -> tuple[list[float], list[float]]:
    return [one.mean_rating / scale for one in bins], [one.observed.estimate for one in bins]


def froc(analysis: Analysis) -> Figure | None:
    """FROC curves, one panel per arm, every reader. None without marks."""
    if not analysis.froc or analysis.free_response is None:
        return None
    arms = analysis.free_response.arms
    figure = new_figure(3.1 * min(len(arms), 3) + 0.4, 3.2 * -(-len(arms) // 3) + 0.3)
    panels = figure.subplots(
        -(-len(arms) // 3), min(len(arms), 3), squeeze=False, sharex=True, sharey=True
    ).ravel()
    for axes, arm in zip(panels, arms, strict=False):
        rows = [row for row in analysis.froc if row.arm == arm]
        for row in rows:
            curve = row.curve
            look = {"color": arm_colour(arms, arm), "alpha": 0.7, "linewidth": 1.1, "marker": "."}
            axes.plot(curve.false_marks_per_image, curve.lesion_fraction, markersize=4, **look)
        mean = sum(row.wafroc for row in rows) / len(rows)
        axes.set_title(f"{arm_title(arm)}: mean wAFROC {mean:.3f}")
        axes.set(xlabel="False marks per image", ylim=(-0.02, 1.02))
        axes.grid(color="#e6e6e6", linewidth=0.6)
    panels[0].set_ylabel("Lesions found")
    for axes in panels[len(arms) :]:
        axes.set_visible(False)
    return figure
