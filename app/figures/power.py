"""Power against the number of cases, a line for each number of readers."""

from __future__ import annotations

from matplotlib.figure import Figure

from app.analysis.power import PowerGrid
from app.figures.style import GREY, column_figure, legend_below, reader_look

_TICKS = 6
"""Numbers of cases that are written on the axis."""


def power_curves(grid: PowerGrid) -> Figure:
    """The whole grid; dashed: the power that is sought, ring: the study with fewest reads that has it."""
    figure = column_figure(2.5)
    axes = figure.subplots()
    readers = sorted({cell.readers for cell in grid.cells})
    cases = sorted({cell.cases for cell in grid.cells})
    lines = []
    for count in readers:
        own = sorted((cell.cases, cell.power) for cell in grid.cells if cell.readers == count)
        look = reader_look(tuple(map(str, readers)), str(count))
        lines += axes.plot(
            *zip(*own, strict=True), **look, linewidth=1.1, markersize=3, label=f"{count} readers"
        )
    axes.axhline(grid.target, color=GREY, linewidth=0.8, linestyle="--")
    if grid.smallest:
        spot = grid.smallest.cases, grid.smallest.power
        axes.plot(*spot, "o", markersize=9, markerfacecolor="none", markeredgecolor="black", zorder=5)
    axes.set_xscale("log")
    step = max(1, -(-len(cases) // _TICKS))
    shown = cases[::-step][::-1]
    axes.set_xticks(shown, [str(one) for one in shown])
    axes.minorticks_off()
    axes.set(ylim=(0.0, 1.02), xlabel="Cases (logarithmic)", ylabel="Power")
    axes.grid(color="#e6e6e6", linewidth=0.6)
    legend_below(figure, lines)
    return figure
