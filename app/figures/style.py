"""One look for all figures: colour-blind-safe colours (Okabe & Ito 2008), quiet axes, text in DejaVu Sans."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, BLACK, GREY = "#CC79A7", "#56B4E9", "#222222", "#999999"
ARM_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY)
MODEL_COLOURS = (BLACK, VERMILION, GREEN, PURPLE)
MODEL_LINES = ("-", "--", "-.", ":")
POSITIVE, NEGATIVE = VERMILION, BLUE

_LOOK = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.linewidth": 1.4,
    "svg.hashsalt": "scintiread",
    "svg.fonttype": "none",
    "savefig.facecolor": "white",
}
matplotlib.rcParams.update(_LOOK)  # type: ignore[arg-type]  # its stubs want literal keys


def new_figure(width: float = 6.4, height: float = 4.2) -> Figure:
    """An empty figure, size in inches, never registered with pyplot."""
    return Figure(figsize=(width, height), layout="constrained")


def unit_square(axes: Axes, x: str = "False-positive fraction", y: str = "True-positive fraction") -> None:
    """The axes of an ROC plot, with the line of chance."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (2, 3)), zorder=0)
    axes.set(xlim=(-0.015, 1.015), ylim=(-0.015, 1.015), xlabel=x, ylabel=y)
    axes.set_aspect("equal")
    axes.grid(color="#e6e6e6", linewidth=0.6)


def arm_colour(arms: tuple[str, ...], arm: str) -> str:
    """The colour of an arm, the same in every figure."""
    return ARM_COLOURS[arms.index(arm) % len(ARM_COLOURS)]


def model_style(models: tuple[str, ...], model: str) -> tuple[str, str]:
    """Colour and line style of an algorithm, the same in every figure."""
    place = models.index(model)
    return MODEL_COLOURS[place % len(MODEL_COLOURS)], MODEL_LINES[place % len(MODEL_LINES)]


def arm_title(arm: str) -> str:
    """An arm as a title; a study without arms has just its readers."""
    return "Readers" if arm == "all" else arm[:1].upper() + arm[1:]


def stamp(figure: Figure, words: str) -> None:
    """Write across the foot of a figure what must not be lost when it is taken out of its report."""
    figure.supxlabel(words, fontsize=7.5, fontweight="bold", color=VERMILION)


def save(figure: Figure, stem: Path, dpi: int = 160) -> tuple[Path, Path]:
    """Write `stem`.svg (vector) and `stem`.png; the same figure gives the same bytes."""
    svg, png = stem.with_suffix(".svg"), stem.with_suffix(".png")
    figure.savefig(svg, metadata={"Date": None, "Creator": "ScintiRead"})
    figure.set_layout_engine("none")  # the layout is found; finding it again would double the time
    figure.savefig(png, dpi=dpi, metadata={"Software": "ScintiRead"})
    return svg, png


def font_file(bold: bool = False) -> Path:
    """The TrueType file of the text font (DejaVu Sans, which has every sign that the reports use)."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
