"""The flow of cases and reads as STARD 2015 draws it: boxes down the middle, what was lost to the right."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle

from app.analysis.flow import FlowArm, LossReason, StudyFlow, flow
from app.analysis.study import Analysis
from app.figures.style import BLACK, COLUMN, GREY, SMALL, arm_title, short
from app.wording import counted

_WIDE = COLUMN * 72
"""All lengths below are points, from the upper left corner of the figure."""
_LINE, _PAD, _GAP = 8.4, 4.0, 12.0
_SIGN = 3.75
"""Points that a sign of the small text is wide at the most, on average over a line."""


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return _LINE * len(self.lines) + 2 * _PAD

    @property
    def foot(self) -> float:
        return self.y + self.height


def study_flow(analysis: Analysis) -> Figure:
    """Cases and reads on record, what was left out of each and why, and the calls of each arm by truth."""
    boxes, arrows = _layout(flow(analysis.readings))
    high = max(box.foot for box in boxes) + 2.0
    figure = Figure(figsize=(COLUMN, high / 72), layout=ConstrainedLayoutEngine(w_pad=0, h_pad=0))
    axes = figure.subplots()
    axes.set(xlim=(0.0, _WIDE), ylim=(high, 0.0))
    axes.set_axis_off()
    for box in boxes:
        _draw(axes, box)
    for *way, start, end in arrows:
        axes.plot(*zip(*way, start, strict=True), color=BLACK, linewidth=0.7)
        axes.annotate("", end, start, arrowprops=_ARROW)
    return figure


Point = tuple[float, float]
Arrow = tuple[Point, ...]
"""A way with its head at the last point."""
_ARROW = {
    "arrowstyle": "-|>",
    "color": BLACK,
    "linewidth": 0.7,
    "mutation_scale": 6,
    "shrinkA": 0,
    "shrinkB": 0,
}


def _layout(found: StudyFlow) -> tuple[list[_Box], list[Arrow]]:
    main, side = 0.5 * _WIDE, 0.40 * _WIDE
    middle, right = main / 2 + 1, _WIDE - side - 1
    steps = (
        (("Cases on record", f"n = {found.cases}"), "Cases left out", found.cases_left_out),
        (
            ("Cases analysed", f"n = {found.diseased + found.normal}",
             f"diseased {found.diseased}, normal {found.normal}"),
            "", (),
        ),
        (
            ("Reads of the design", f"n = {found.planned}",
             f"{counted(found.readers, 'reader')}, {counted(found.arms, 'arm')}"),
            "Reads lost", found.lost,
        ),
        (("Reads analysed", f"n = {found.reads}"), "Beside the design", found.beside),
    )  # fmt: skip
    spine: list[_Box] = []
    beside: list[_Box] = []
    arrows: list[Arrow] = []
    y = 2.0
    for words, title, reasons in steps:
        box = _Box(1.0, y, main, words)
        if spine:
            arrows.append(((middle, spine[-1].foot), (middle, y)))
        spine.append(box)
        lost = _reasons(title, reasons, right, y, side)
        if lost:
            beside.append(lost)
            across = y + box.height / 2
            arrows.append(((1.0 + main, across), (right, across)))
        y = max(box.foot, lost.foot if lost else 0.0) + _GAP
    width = (_WIDE - 2 - _PAD) / 2
    arms: list[_Box] = []
    for number, arm in enumerate(found.by_arm):
        if number and number % 2 == 0:
            y = max(one.foot for one in arms) + _PAD
        arms.append(_Box(1.0 + (number % 2) * (width + _PAD), y, width, _calls(arm)))
    fork = arms[0].y - _GAP / 2  # down to here, across, and down into each arm
    for box in arms[:2]:
        x = box.x + width / 2
        arrows += [((middle, spine[-1].foot), (middle, fork), (x, fork), (x, box.y))]
    return [*spine, *beside, *arms], arrows


def _reasons(title: str, reasons: Sequence[LossReason], x: float, y: float, width: float) -> _Box | None:
    if not reasons:
        return None
    room = int((width - 2 * _PAD) / _SIGN)
    lines = [f"{title}: n = {sum(one.count for one in reasons)}"]
    for one in reasons:
        lines += textwrap.wrap(f"{one.words}: {one.count}", room)
    return _Box(x, y, width, tuple(lines))


def _calls(arm: FlowArm) -> tuple[str, ...]:
    lines = [f"{short(arm_title(arm.arm))}: n = {arm.reads}"]
    for name, (yes, no, silent) in (("diseased", arm.diseased), ("normal", arm.normal)):
        called = f": yes {yes}, no {no}" if yes or no else ""
        rated = f"{', ' if called else ': '}rated {silent}" if silent else ""
        lines.append(f"{name} {yes + no + silent}{called}{rated}")
    return tuple(lines)


def _draw(axes: Axes, box: _Box) -> None:
    axes.add_patch(
        Rectangle((box.x, box.y), box.width, box.height, facecolor="white", edgecolor=GREY, lw=0.7)
    )
    for number, line in enumerate(box.lines):
        axes.text(
            box.x + _PAD, box.y + _PAD + _LINE * (number + 0.5), line, fontsize=SMALL, color=BLACK,
            va="center_baseline", weight="bold" if number == 0 else "normal",
        )  # fmt: skip
