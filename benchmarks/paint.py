"""How long a level change takes until both views are painted; prints a table.

python benchmarks/paint.py [--frames 60]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from app.annotation.region import Region
from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan, View, ViewName

SIZE = (1200, 1000)


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


def median_ms(change: Callable[[int], None], canvas: ScanCanvas, frames: int) -> tuple[float, float]:
    """Median and 95th percentile of a change followed by its repaint, ms."""
    taken = []
    for frame in range(frames + 5):
        start = time.perf_counter()
        change(frame)
        canvas.repaint()
        taken.append((time.perf_counter() - start) * 1e3)
    counted = taken[5:]
    return statistics.median(counted), float(np.percentile(counted, 95))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=60)
    frames = parser.parse_args().frames
    app = QApplication([])
    rng = np.random.default_rng(1)
    scan = Scan(
        "bench", View(ViewName.ANTERIOR, body(rng)), View(ViewName.POSTERIOR, body(rng)[:, ::-1].copy())
    )
    canvas = ScanCanvas()
    canvas.resize(*SIZE)
    canvas.show_scan(scan)
    canvas.show()
    app.processEvents()

    def row(name: str, change: Callable[[int], None]) -> None:
        median, late = median_ms(change, canvas, frames)
        print(f"| {name:58s} | {median:6.2f} | {late:6.2f} |", flush=True)

    print(f"Platform {app.platformName()}, {SIZE[0]}x{SIZE[1]}, both views 1024x256, {frames} frames\n")
    print(f"| {'change, then repaint':58s} | median | p95 ms |")
    print(f"|{'-' * 60}|{'-' * 7}:|{'-' * 7}:|")

    def levels(frame: int) -> None:
        canvas.set_levels(0, 60 + 2 * frame)

    row("nothing changed", lambda frame: None)
    row("levels, linear", levels)
    canvas.set_smooth(False)
    row("levels, linear, nearest pixels", levels)
    canvas.set_smooth(True)
    for curve in ("square root", "log", "gamma 0.50"):
        canvas.set_curve(curve)
        row(f"levels, {curve}", levels)
    canvas.set_curve("linear")
    canvas.set_palette("hot iron")
    row("levels, hot iron", levels)
    canvas.set_palette("grey")
    canvas.set_dual_intensity(True)
    row("levels, dual intensity (four films)", levels)
    canvas.set_dual_intensity(False)
    row("zoom", lambda frame: canvas.zoom_by(1.02))
    canvas.fit()
    for number in (50, 500):
        canvas.set_regions(polygons(number, rng))
        row(f"levels, {number} polygons of 20 vertices", levels)
        row(f"pan, {number} polygons of 20 vertices", lambda frame: canvas.pan_by(0, 1 if frame % 2 else -1))
        canvas.fit()


if __name__ == "__main__":
    main()
