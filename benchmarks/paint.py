"""A level change and its repaint: both views, 1200 x 1000, with and without many marks."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from app.annotation.region import Region
from app.gui.canvas.attention import AttentionMaps
from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan, View, ViewName
from benchmarks.table import Row, print_table

SIZE = (1200, 1000)
FRAMES = 60


def body(rng: np.random.Generator) -> np.ndarray:
    """A Poisson image of the size and brightness of a whole-body scan; float32 (1024, 256)."""
    y, x = np.mgrid[0:1024, 0:256]
    mean = 120 * np.exp(-(((x - 128) / 40) ** 2) - ((y - 450) / 250) ** 2)
    return rng.poisson(mean).astype(np.float32)


def polygons(number: int, rng: np.random.Generator) -> tuple[Region, ...]:
    """Outlines of 20 vertices, over both views."""
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    made = []
    for place in range(number):
        centre, radius = rng.uniform([25, 40], [230, 980]), rng.uniform(4, 14)
        outline = centre + radius * np.column_stack([np.cos(turn), np.sin(turn)])
        made.append(Region(list(ViewName)[place % 2], outline))
    return tuple(made)


def main() -> None:
    """Measure the median over sixty frames of each kind of change."""
    application = QApplication([])
    rng = np.random.default_rng(1)
    views = [View(name, body(rng)) for name in ViewName]
    canvas = ScanCanvas()
    canvas.resize(*SIZE)
    canvas.show_scan(Scan("bench", *views))
    canvas.show()
    application.processEvents()
    rows: list[Row] = []

    def measure(what: str, change: Callable[[int], None], target: str = "") -> None:
        taken = []
        for frame in range(FRAMES + 5):
            start = time.perf_counter()
            change(frame)
            canvas.repaint()
            taken.append((time.perf_counter() - start) * 1e3)
        late = float(np.percentile(taken[5:], 95))
        rows.append(Row(what, f"{statistics.median(taken[5:]):.1f} ms (95 %: {late:.1f})", target))

    def levels(frame: int) -> None:
        canvas.display.set_levels(0, 60 + 2 * frame)

    measure("Level change, both views painted", levels, "≤ 4 ms")
    canvas.films.set_smooth(False)
    measure("the same, pixels not interpolated", levels)
    canvas.films.set_smooth(True)
    canvas.display.set_curve("log")
    measure("the same, logarithmic curve", levels)
    canvas.display.set_curve("linear")
    canvas.display.set_palette("hot iron")
    measure("the same, hot iron", levels)
    canvas.display.set_palette("grey")
    canvas.display.set_dual_intensity(True)
    measure("the same, dual intensity (four films)", levels)
    canvas.display.set_dual_intensity(False)
    heat = np.exp(-(((np.mgrid[0:1024, 0:256][0] - 400) / 90.0) ** 2)).astype(np.float32)
    maps = AttentionMaps(dict.fromkeys(ViewName, heat), "class activation map")
    canvas.films.show_attention(maps, 0.4)
    measure("Level change, attention beside and over the films", levels)
    measure(
        "Opacity of the attention",
        lambda frame: canvas.films.set_attention_opacity(0.2 + 0.01 * frame),
        "≤ 4 ms",
    )
    canvas.films.show_attention(None)
    for number in (50, 500):
        canvas.films.fit()
        canvas.marks.put(polygons(number, rng))
        measure(f"Level change with {number} polygons of 20 vertices", levels, "≤ 16 ms")
        measure(f"Zoom with {number} polygons", lambda _frame: canvas.films.zoom_by(1.01))
        measure(
            f"Pan with {number} polygons", lambda frame: canvas.films.pan_by(0, frame % 2 * 2 - 1), "≤ 16 ms"
        )
    print_table(rows)


if __name__ == "__main__":
    main()
