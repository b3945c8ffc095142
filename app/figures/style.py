"""One look for all figures: colour-blind-safe colours (Okabe & Ito 2008), quiet axes, text in DejaVu Sans."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

COLUMN = 85 / 25.4
"""Inches: the column of a journal, as wide as every figure of an analysis is drawn."""
PRINT_DPI = 300
SMALL = 6.0
"""Points: the smallest text of a figure."""

LineStyle: TypeAlias = Literal["-", "--", "-.", ":"] | tuple[float, tuple[float, ...]]
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, BLACK, GREY = "#CC79A7", "#56B4E9", "#222222", "#999999"
ARM_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY)
MODEL_COLOURS = (BLACK, VERMILION, GREEN, PURPLE)
MODEL_LINES: tuple[LineStyle, ...] = ("-", "--", "-.", ":")
POSITIVE, NEGATIVE = VERMILION, BLUE
_READER_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK)
_READER_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
_READER_LINES: tuple[LineStyle, ...] = (
    "-",
    "--",
    "-.",
    (0, (1, 1.2)),
    (0, (6, 1.5, 1, 1.5, 1, 1.5)),
    (0, (8, 2)),
)

_LOOK = {
    "font.family": "DejaVu Sans",
    "font.size": 7.0,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 6.5,
    "lines.linewidth": 1.4,
    "svg.hashsalt": "scintiread",
    "svg.fonttype": "none",
    "savefig.facecolor": "white",
}
matplotlib.rcParams.update(_LOOK)  # type: ignore[arg-type]  # its stubs want literal keys


def new_figure(width: float = 6.4, height: float = 4.2) -> Figure:
    """An empty figure, size in inches, never registered with pyplot."""
    return Figure(figsize=(width, height), layout="constrained")


def column_figure(height: float) -> Figure:
    """An empty figure as wide as a column of print, height in inches."""
    return Figure(figsize=(COLUMN, height), layout="compressed")  # panels of fixed shape stay together


def panels(figure: Figure, count: int, *, shared: bool = True) -> list[Axes]:
    """So many axes, two to a row, with one scale where `shared`."""
    columns = min(count, 2)
    made = figure.subplots(-(-count // columns), columns, squeeze=False, sharex=shared, sharey=shared).ravel()
    for axes in made[count:]:
        axes.set_visible(False)
    if shared:
        for axes in made[max(0, count - columns) : count]:
            axes.tick_params(labelbottom=True)
    return list(made[:count])


def legend_below(figure: Figure, lines: Sequence[Artist]) -> None:
    """A legend under everything else, in as many columns as fit beside each other; the figure grows."""
    for columns in range(min(len(lines), 4), 0, -1):
        made = figure.legend(
            handles=lines,
            loc="lower center",
            ncols=columns,
            columnspacing=1.2,
            handlelength=2.6,
            borderaxespad=0.2,
        )
        made.set_in_layout(False)
        size = made.get_window_extent()
        if size.width <= figure.bbox.width or columns == 1:
            _make_room(figure, below=size.height / figure.dpi)
            return
        made.remove()


def _make_room(figure: Figure, *, below: float = 0.0, above: float = 0.0) -> None:
    """Let the figure grow by so many inches in which no axes stand."""
    engine = figure.get_layout_engine()
    if not isinstance(engine, ConstrainedLayoutEngine):
        raise TypeError("the figure was not made by new_figure")
    width, height = figure.get_size_inches()
    _, foot, _, used = engine.get()["rect"]
    whole = height + below + above
    figure.set_size_inches(width, whole)
    engine.set(rect=(0.0, (foot * height + below) / whole, 1.0, used * height / whole))


def unit_square(axes: Axes, x: str = "False-positive fraction", y: str = "True-positive fraction") -> None:
    """The axes of an ROC plot, with the line of chance."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (2, 3)), zorder=0)
    axes.set(xlim=(-0.015, 1.015), ylim=(-0.015, 1.015), xlabel=x, ylabel=y)
    axes.set_aspect("equal")
    axes.grid(color="#e6e6e6", linewidth=0.6)


def arm_colour(arms: tuple[str, ...], arm: str) -> str:
    """The colour of an arm, the same in every figure."""
    return ARM_COLOURS[arms.index(arm) % len(ARM_COLOURS)]


def model_style(models: tuple[str, ...], model: str) -> tuple[str, LineStyle]:
    """Colour and line style of an algorithm, the same in every figure."""
    place = models.index(model)
    return MODEL_COLOURS[place % len(MODEL_COLOURS)], MODEL_LINES[place % len(MODEL_LINES)]


class ReaderLook(TypedDict):
    """How a line is drawn."""

    color: str
    linestyle: LineStyle
    marker: str


def reader_look(readers: tuple[str, ...], reader: str) -> ReaderLook:
    """Colour, line and marker of a reader, the same in every figure; the first 210 readers all differ."""
    place = readers.index(reader)
    return {
        "color": _READER_COLOURS[place % len(_READER_COLOURS)],
        "linestyle": _READER_LINES[place % len(_READER_LINES)],
        "marker": _READER_MARKERS[place % len(_READER_MARKERS)],
    }


def short(name: str, most: int = 20) -> str:
    """A name for a figure: at most so many characters, the middle left out."""
    if len(name) <= most:
        return name
    head = (most - 1) // 2
    return f"{name[:head]}…{name[head + 1 - most :]}"


def arm_title(arm: str) -> str:
    """An arm as a title; a study without arms has just its readers."""
    return "Readers" if arm == "all" else arm[:1].upper() + arm[1:]


def stamp(figure: Figure, words: str) -> None:
    """Write across the head of a figure what must not be lost when it is taken out of its report."""
    room = int(figure.get_size_inches()[0] * 72 / 4.7)  # a bold sign is so wide, in points
    lines = textwrap.wrap(words, room)
    _make_room(figure, above=0.12 * len(lines))
    figure.text(
        0.5, 1.0, "\n".join(lines), ha="center", va="top", fontsize=6.5, fontweight="bold", color=VERMILION,
        in_layout=False,
    )  # fmt: skip


def save(figure: Figure, stem: Path, dpi: int = PRINT_DPI) -> tuple[Path, Path]:
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
