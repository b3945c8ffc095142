"""ROC curves: every reader in each arm, and the mean of each arm with its band."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from app.analysis.operating import OperatingPoint
from app.analysis.study import Analysis
from app.figures.style import (
    arm_colour,
    arm_title,
    column_figure,
    legend_below,
    model_style,
    panels,
    reader_look,
    short,
    unit_square,
)


def roc_readers(analysis: Analysis) -> Figure:
    """One panel per arm: every reader's empirical curve and operating point, and every algorithm's curve."""
    arms, readers = analysis.readings.arms, analysis.readings.readers
    figure = column_figure(1.85 * -(-len(arms) // 2) if len(arms) > 1 else 3.0)
    for place, (axes, arm) in enumerate(zip(panels(figure, len(arms)), arms, strict=True)):
        unit_square(axes, y="True-positive fraction" if place % 2 == 0 else "")
        axes.set_title(arm_title(arm))
        points = {row.reader: row.point for row in analysis.operating if row.arm == arm}
        for row in (row for row in analysis.auc if row.arm == arm):
            look = reader_look(readers, row.reader)
            x, y = row.curve.false_positive, row.curve.true_positive
            (line,) = axes.plot(x, y, color=look["color"], linestyle=look["linestyle"], linewidth=0.9)
            if row.reader in points:
                _point(axes, points[row.reader], look["marker"], look["color"])
            else:
                line.set(marker=look["marker"], markersize=3.5, markevery=max(1, len(x) // 4))
        _models(axes, analysis, points=True)
    legend_below(figure, [*_readers(analysis), *_model_lines(analysis)])
    return figure


def _readers(analysis: Analysis) -> list[Line2D]:
    """The look of each reader with their AUC in every arm, in the order of the panels."""
    arms, readers = analysis.readings.arms, analysis.readings.readers
    found = {(row.arm, row.reader): f"{row.auc:.3f}" for row in analysis.auc}
    lines = []
    for reader in readers:
        values = " / ".join(found.get((arm, reader), "–") for arm in arms) if len(arms) < 3 else ""
        label = f"{short(reader)} {values}".strip()
        lines.append(
            Line2D([], [], **reader_look(readers, reader), markersize=3.5, linewidth=0.9, label=label)
        )
    return lines


def roc_arms(analysis: Analysis) -> Figure:
    """The mean curve of each arm (vertical average) with its 95 % band, and the algorithms."""
    figure = column_figure(3.2)
    axes = figure.subplots()
    unit_square(axes)
    lines = []
    for row in analysis.curves:
        arms, band = analysis.readings.arms, row.band
        colour, dash = arm_colour(arms, row.arm), "-" if row.arm == arms[0] else (0, (6, 1.5))
        axes.fill_between(band.false_positive, band.low, band.high, color=colour, alpha=0.16, linewidth=0)
        values = [one.auc for one in analysis.auc if one.arm == row.arm]
        label = f"{short(arm_title(row.arm))}, mean AUC {sum(values) / len(values):.3f}"
        lines += axes.plot(
            band.false_positive, band.mean, color=colour, linestyle=dash, linewidth=1.8, label=label
        )
    _models(axes, analysis, points=False)
    legend_below(figure, [*lines, *_model_lines(analysis)])
    return figure


def _models(axes: Axes, analysis: Analysis, points: bool) -> None:
    called = {row.reader: row.point for row in analysis.operating if points and not row.arm}
    for row in analysis.models:
        colour, line = model_style(analysis.predictions.models, row.reader)
        curve = row.curve
        axes.plot(
            curve.false_positive, curve.true_positive, color=colour, linestyle=line, linewidth=1.3, zorder=3
        )
        if row.reader in called:
            _point(axes, called[row.reader], "*", colour)


def _model_lines(analysis: Analysis) -> list[Line2D]:
    called = {row.reader for row in analysis.operating if not row.arm}
    lines = []
    for row in analysis.models:
        colour, line = model_style(analysis.predictions.models, row.reader)
        marker = "*" if row.reader in called else ""
        label = f"{short(row.reader)} {row.auc:.3f}"
        lines.append(Line2D([], [], color=colour, linestyle=line, linewidth=1.3, marker=marker, label=label))
    return lines


def _point(axes: Axes, point: OperatingPoint, marker: str, colour: str) -> None:
    x, y = 1.0 - point.specificity.estimate, point.sensitivity.estimate
    size = 7.0 if marker == "*" else 4.5
    axes.plot(
        x, y, marker, color=colour, markeredgecolor="white", markeredgewidth=0.5, markersize=size, zorder=5
    )
