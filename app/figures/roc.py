"""ROC curves: each reader beside the algorithms, and the mean of each arm with its band."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from app.analysis.study import Analysis
from app.figures.style import arm_colour, arm_title, model_style, new_figure, unit_square


def roc_readers(analysis: Analysis) -> Figure:
    """One panel per arm: every reader's empirical curve and operating point, and every algorithm's curve."""
    arms = analysis.readings.arms
    figure = new_figure(3.4 * max(len(arms), 1) + 0.4, 4.0)
    panels = figure.subplots(1, len(arms), squeeze=False, sharey=True)[0]
    for axes, arm in zip(panels, arms, strict=True):
        unit_square(axes, y="True-positive fraction" if axes is panels[0] else "")
        rows = [row for row in analysis.auc if row.arm == arm]
        colour = arm_colour(arms, arm)
        for row in rows:
            curve = row.curve
            axes.plot(curve.false_positive, curve.true_positive, color=colour, linewidth=1.0, alpha=0.55)
        for point in (row.point for row in analysis.operating if row.arm == arm):
            x, y = 1.0 - point.specificity.estimate, point.sensitivity.estimate
            axes.plot(x, y, "o", color=colour, markeredgecolor="white", markersize=6, zorder=4)
        low, high = min(row.auc for row in rows), max(row.auc for row in rows)
        axes.plot([], [], color=colour, marker="o", label=f"{len(rows)} readers, AUC {low:.2f}–{high:.2f}")
        _models(axes, analysis, points=True)
        axes.set_title(arm_title(arm))
        axes.legend(loc="lower right")
    return figure


def roc_arms(analysis: Analysis) -> Figure:
    """The mean curve of each arm (vertical average) with its 95 % band, and the algorithms."""
    figure = new_figure(4.6, 4.4)
    axes = figure.subplots()
    unit_square(axes)
    for row in analysis.curves:
        colour, band = arm_colour(analysis.readings.arms, row.arm), row.band
        axes.fill_between(band.false_positive, band.low, band.high, color=colour, alpha=0.16, linewidth=0)
        values = [one.auc for one in analysis.auc if one.arm == row.arm]
        label = f"{arm_title(row.arm)}, mean AUC {sum(values) / len(values):.3f}"
        axes.plot(band.false_positive, band.mean, color=colour, linewidth=2.0, label=label)
    _models(axes, analysis, points=False)
    axes.legend(loc="lower right")
    return figure


def _models(axes: Axes, analysis: Analysis, points: bool) -> None:
    for row in analysis.models:
        colour, line = model_style(analysis.predictions.models, row.reader)
        label = f"{row.reader}, AUC {row.auc:.3f}"
        axes.plot(
            row.curve.false_positive,
            row.curve.true_positive,
            color=colour,
            linestyle=line,
            label=label,
            zorder=3,
        )
        for point in (
            one.point for one in analysis.operating if points and not one.arm and one.reader == row.reader
        ):
            x, y = 1.0 - point.specificity.estimate, point.sensitivity.estimate
            axes.plot(x, y, "D", color=colour, markeredgecolor="white", markersize=6, zorder=5)
