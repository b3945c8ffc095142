"""Differences of AUC with their intervals, and each reader's way from the first arm to the last."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from app.analysis.study import Analysis
from app.figures.style import BLACK, GREY, VERMILION, arm_title, new_figure

_MOST_ROWS = 40
Row = tuple[str, float, tuple[float, float], float, bool]


def forest(analysis: Analysis) -> Figure | None:
    """Every difference of AUC: arms (readers and cases), algorithms against readers, single pairs (DeLong).

    None when nothing is compared. Beyond 40 rows the single pairs stay in the tables.
    """
    main = analysis.mrmc.main
    rows: list[Row] = []
    rows += [
        (f"{one.first} − {one.second}, {len(result.readers)} readers", one.estimate, one.ci, one.p, True)
        for result in ([main] if main else []) + list(analysis.mrmc.pairs)
        for one in result.differences
    ]
    rows += [
        (f"{one.first} − {one.second}", one.estimate, one.ci, one.p, True) for one in analysis.mrmc.unpaired
    ]
    against = [
        (
            f"{one.model} − readers" + (f" ({one.arm})" if one.arm != "all" else ""),
            one.effect,
            one.ci,
            one.p,
            True,
        )
        for one in analysis.ai_vs_readers
    ]
    rows += against
    single = [
        (f"{one.first} − {one.second}", one.difference, one.ci, one.p, False) for one in analysis.paired
    ]
    if len(rows) + len(single) <= _MOST_ROWS:
        rows += single
    if not rows:
        return None
    figure = new_figure(6.6, 0.9 + 0.19 * len(rows))
    axes = figure.subplots()
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    if against:
        axes.axvline(-analysis.options.margin, color=VERMILION, linewidth=0.8, linestyle="--")
    for place, (_, estimate, (low, high), _, strong) in enumerate(rows):
        y = len(rows) - 1 - place
        colour = BLACK if strong else GREY
        if not math.isnan(low):
            axes.plot([low, high], [y, y], color=colour, linewidth=1.8 if strong else 1.0)
        axes.plot(estimate, y, "s" if strong else "o", color=colour, markersize=5 if strong else 3.5)
    axes.set_yticks(range(len(rows) - 1, -1, -1), [row[0] for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.set(ylim=(-0.8, len(rows) - 0.2), xlabel="Difference of AUC with 95 % interval")
    for place, row in enumerate(rows):
        spot = (1.02, len(rows) - 1 - place)
        axes.annotate(
            _interval_text(row), spot, xycoords=("axes fraction", "data"), va="center", fontsize=7.5
        )
    axes.spines["left"].set_visible(False)
    if against:
        text = f"margin −{analysis.options.margin:g}"
        corner = (-analysis.options.margin, len(rows) - 0.45)
        axes.annotate(text, corner, color=VERMILION, ha="center", fontsize=7, annotation_clip=False)
    return figure


def _interval_text(row: Row) -> str:
    _, estimate, (low, high), p, _ = row
    if math.isnan(p):
        return f"{estimate:+.3f}  no test"
    shown = "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".", 1)
    return f"{estimate:+.3f} [{low:+.3f}, {high:+.3f}]  {shown}"


def slopes(analysis: Analysis) -> Figure | None:
    """AUC of each reader in the first and the last arm; readers who got worse are marked. None with one
    arm.
    """
    arms = analysis.readings.arms
    if len(arms) < 2:
        return None
    before, after = (
        {row.reader: row.auc for row in analysis.auc if row.arm == arm} for arm in (arms[0], arms[-1])
    )
    both = [reader for reader in analysis.readings.readers if reader in before and reader in after]
    if not both:
        return None
    figure = new_figure(4.4, 4.2)
    axes = figure.subplots()
    for reader in both:
        harmed = after[reader] < before[reader]
        colour = VERMILION if harmed else BLACK
        style = "--" if harmed else "-"
        axes.plot(
            [0, 1], [before[reader], after[reader]], style, color=colour, marker="o", markersize=4, alpha=0.85
        )
    for side, values, align in ((0, before, "right"), (1, after, "left")):
        for reader, y in _spread({reader: values[reader] for reader in both}).items():
            axes.annotate(
                reader, (side, y), (14 * side - 7, 0), textcoords="offset points", ha=align, va="center"
            )
    axes.plot([], [], "-", color=BLACK, label="better or equal")
    axes.plot([], [], "--", color=VERMILION, label="worse")
    axes.set_xticks([0, 1], [arm_title(arms[0]), arm_title(arms[-1])])
    axes.set(xlim=(-0.35, 1.35), ylabel="AUC")
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axes.legend(loc="lower right")
    return figure


def _spread(values: dict[str, float]) -> dict[str, float]:
    """Label heights moved apart by at least 4 % of the range, in the order of the values."""
    gap = max(0.04 * (max(values.values()) - min(values.values())), 0.004)
    placed: dict[str, float] = {}
    last = -math.inf
    for reader in sorted(values, key=lambda name: values[name]):
        last = max(values[reader], last + gap)
        placed[reader] = last
    return placed
