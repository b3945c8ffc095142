"""Differences of AUC with their intervals, and each reader's way from the first arm to the last."""

from __future__ import annotations

import math

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from app.analysis.study import Analysis
from app.figures.apart import apart
from app.figures.style import (
    BLACK,
    GREY,
    SMALL,
    VERMILION,
    arm_title,
    column_figure,
    legend_below,
    reader_look,
    short,
)

_MOST_ROWS = 28
Row = tuple[str, float, tuple[float, float], float, bool]


def forest(analysis: Analysis) -> Figure | None:
    """Every difference of AUC: arms (readers and cases), algorithms against readers, single pairs (DeLong).

    Each with its name and numbers on a line of their own above its interval. None when nothing is compared.
    Beyond 28 rows the single pairs stay in the tables.
    """
    rows, against = _strong_rows(analysis)
    single = [
        (f"{short(one.first)} − {short(one.second)}", one.difference, one.ci, one.p, False)
        for one in analysis.paired
    ]
    if len(rows) + len(single) <= _MOST_ROWS:
        rows += single
    if not rows:
        return None
    figure = column_figure(0.75 + 0.27 * len(rows))
    axes = figure.subplots()
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    margin = analysis.options.margin
    if against:
        axes.axvline(-margin, color=VERMILION, linewidth=0.8, linestyle="--")
    for place, row in enumerate(rows):
        name, estimate, (low, high), _, strong = row
        y = len(rows) - 1 - place
        colour = BLACK if strong else "#666666"
        if not math.isnan(low):
            axes.plot([low, high], [y, y], color=colour, linewidth=1.5 if strong else 0.9)
        axes.plot(estimate, y, "s" if strong else "o", color=colour, markersize=4 if strong else 3)
        weight = "bold" if strong else "normal"
        for side, words, bold in ((0.0, name, weight), (1.0, _interval_text(row), "normal")):
            axes.text(
                side, y + 0.25, words, transform=axes.get_yaxis_transform(), fontsize=SMALL, weight=bold,
                ha="right" if side else "left", va="bottom",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            )  # fmt: skip
    axes.set_yticks([])
    axes.set(ylim=(-0.6, len(rows) - 0.1), xlabel="Difference of AUC with 95 % interval")
    axes.spines["left"].set_visible(False)
    if against:
        label = f"non-inferiority margin −{margin:g}"
        legend_below(figure, [Line2D([], [], color=VERMILION, linewidth=0.8, linestyle="--", label=label)])
    return figure


def _strong_rows(analysis: Analysis) -> tuple[list[Row], bool]:
    """The rows on readers together, and whether algorithms are among them."""
    main = analysis.mrmc.main
    rows: list[Row] = [
        (f"{one.first} − {one.second}, {len(result.readers)} readers", one.estimate, one.ci, one.p, True)
        for result in ([main] if main else []) + list(analysis.mrmc.pairs)
        for one in result.differences
    ]
    rows += [
        (f"{one.first} − {one.second}", one.estimate, one.ci, one.p, True) for one in analysis.mrmc.unpaired
    ]
    against: list[Row] = [
        (
            f"{short(one.model, 16)} − readers" + (f" ({one.arm})" if one.arm != "all" else ""),
            one.effect,
            one.ci,
            one.p,
            True,
        )
        for one in analysis.ai_vs_readers
    ]
    return [*rows, *against], bool(against)


def _interval_text(row: Row) -> str:
    _, estimate, (low, high), p, _ = row
    if math.isnan(p):
        return f"{estimate:+.3f}  no test"
    shown = "p<.001" if p < 0.001 else f"p={p:.3f}".replace("0.", ".", 1)
    return f"{estimate:+.3f} [{low:+.3f}, {high:+.3f}] {shown}"


def slopes(analysis: Analysis) -> Figure | None:
    """AUC of each reader in the first and the last arm, dashed where it got worse. None with one arm."""
    arms, readers = analysis.readings.arms, analysis.readings.readers
    if len(arms) < 2:
        return None
    before, after = (
        {row.reader: row.auc for row in analysis.auc if row.arm == arm} for arm in (arms[0], arms[-1])
    )
    both = [reader for reader in readers if reader in before and reader in after]
    if not both:
        return None
    height = max(2.4, 0.125 * len(both) + 0.9)
    figure = column_figure(height)
    axes = figure.subplots()
    values = [[side[reader] for reader in both] for side in (before, after)]
    low, high = min(map(min, values)), max(map(max, values))
    span = max(high - low, 0.02)
    # a line of text is 0.12 inches high, and the axes as high as the figure without its 0.7 of words
    gap = 0.12 / (height - 0.7) * 1.15 * span
    places = [apart(side, gap) for side in values]
    edge = 0.6 * gap
    axes.set_ylim(min(low, *map(min, places)) - edge, max(high, *map(max, places)) + edge)
    for reader, start, end in zip(both, *values, strict=True):
        look = reader_look(readers, reader)
        line = "--" if end < start else "-"
        axes.plot(
            [0, 1], [start, end], color=look["color"], linestyle=line, marker=look["marker"], markersize=4
        )
    for side, align in ((0, "right"), (1, "left")):
        for reader, value, y in zip(both, values[side], places[side], strict=True):
            outside = side + (0.09 if side else -0.09)
            axes.plot([side + (0.03 if side else -0.03), outside], [value, y], color=GREY, linewidth=0.4)
            axes.text(
                outside + (0.02 if side else -0.02),
                y,
                f"{short(reader, 16)}",
                ha=align,
                va="center",
                fontsize=SMALL,
            )
    axes.set_xticks([0, 1], [arm_title(arms[0]), arm_title(arms[-1])])
    axes.set(xlim=(-0.75, 1.75), ylabel="AUC")
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    legend_below(
        figure,
        [
            Line2D([], [], color=BLACK, linestyle="-", label="better or equal"),
            Line2D([], [], color=BLACK, linestyle="--", label="worse"),
        ],
    )
    return figure
