"""The difference of two measurements against their mean, with its mean and limits of agreement."""

from __future__ import annotations

from matplotlib.figure import Figure

from app.analysis.bland_altman import BlandAltman
from app.analysis.placements import Floats
from app.figures.style import BLUE, GREY, SMALL, VERMILION, column_figure, short


def bland_altman_figure(first: Floats, second: Floats, found: BlandAltman, name: str, words: str) -> Figure:
    """A point for each scan; first, second: float64 (n,); `words` say what is compared, of which scans."""
    figure = column_figure(2.5)
    axes = figure.subplots()
    axes.axhline(0.0, color=GREY, linewidth=0.6)
    axes.plot((first + second) / 2.0, first - second, "o", color=BLUE, markersize=3, alpha=0.7, clip_on=False)
    values = [
        (found.bias, found.bias_ci, "-"),
        (found.low, found.low_ci, "--"),
        (found.high, found.high_ci, "--"),
    ]
    for value, (low, high), dash in values:
        axes.axhline(value, color=VERMILION, linewidth=0.9, linestyle=dash)
        if low < high:
            axes.axhspan(low, high, color=VERMILION, alpha=0.12, linewidth=0)
    for value, label in ((found.high, "+1.96 SD"), (found.low, "−1.96 SD")) if found.sd > 0 else ():
        axes.annotate(
            f"{label} {value:.3g}", (1.0, value), xycoords=("axes fraction", "data"), xytext=(0, 1.5),
            textcoords="offset points", ha="right", va="bottom", fontsize=SMALL,
        )  # fmt: skip
    axes.set(xlabel=f"Mean of both: {short(name, 38)}", ylabel="Difference, first − second")
    axes.set_title(f"{words}: mean difference {found.bias:.3g}", fontsize=6.5, fontweight="normal")
    axes.margins(y=0.15)
    axes.locator_params(axis="x", nbins=5)  # large numbers would run into each other
    return figure
