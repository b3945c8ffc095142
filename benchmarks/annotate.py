"""Annotating: a vertex drag with 500 polygons, the threshold contour, undo, painting, saving."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.annotation.annotation import Annotation
from app.annotation.classes import class_table
from app.annotation.contour import isocontour
from app.annotation.model_map import ModelMap
from app.annotation.region import ProposedBy
from app.gui.canvas.prepared import prepare
from app.gui.pages.annotation.desk import AnnotateDesk
from app.gui.pages.annotation.measures import Measures
from app.gui.tasks import Tasks
from app.gui.thumbnails import Thumbnails
from app.scan.scan import Scan, View, ViewName
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.propose import model_map_of
from benchmarks.paint import body, polygons
from benchmarks.table import Row, print_table

POLYGONS, FRAMES = 500, 60
LEFT = Qt.MouseButton.LeftButton


def summary(taken: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"{statistics.median(taken):.1f} ms (95 %: {float(np.percentile(taken, 95)):.1f})"


def main() -> None:
    """Print one row for each kind of work on a whole annotation desk of 1480 x 940."""
    application = QApplication([])
    rng = np.random.default_rng(1)
    scan = Scan("bench", *(View(name, body(rng), (2.26, 2.26)) for name in ViewName))
    desk = AnnotateDesk(class_table(), lambda _action: "", Thumbnails(Tasks(application), print))
    desk.resize(1480, 940)
    annotation = Annotation("bench", "R1", polygons(POLYGONS, rng))
    desk.show_case("bench", Path("bench"), prepare(scan), annotation, Measures(scan))
    desk.show()
    application.processEvents()
    canvas = desk.canvas
    rows: list[Row] = []

    def measure(what: str, work: Callable[[int], None], target: str = "") -> None:
        taken = []
        for turn in range(FRAMES + 3):
            begun = time.perf_counter()
            work(turn)
            taken.append((time.perf_counter() - begun) * 1e3)
        rows.append(Row(what, summary(taken[3:]), target))

    def mouse(kind: QEvent.Type, at: QPointF, held: Qt.MouseButton) -> None:
        none = Qt.KeyboardModifier.NoModifier
        button = LEFT if kind is not QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, none)
        QApplication.sendEvent(canvas, event)

    region = annotation.regions[0]
    canvas.marks.select(region.uuid)
    canvas.repaint()
    start = QPointF(canvas.films.to_widget(region.view, *region.vertices[0]))
    mouse(QEvent.Type.MouseButtonPress, start, LEFT)

    def drag(turn: int) -> None:
        mouse(QEvent.Type.MouseMove, start + QPointF(8 + turn % 5, turn % 7), LEFT)
        canvas.repaint()

    measure(f"Vertex drag and repaint with {POLYGONS} polygons", drag, "≤ 16 ms")
    mouse(QEvent.Type.MouseButtonRelease, start + QPointF(10, 3), LEFT)

    view = scan.views[0]
    places = rng.uniform((100, 300), (156, 600), (FRAMES + 3, 2))
    measure("Threshold contour", lambda turn: _contour(view, *places[turn]), "≤ 10 ms")

    planes = {each.name: each.counts / max(float(each.counts.max()), 1.0) for each in scan.views}
    canvas.marks.set_model_map(ModelMap(ProposedBy("bench", "1"), "bench 1", 0.5, planes))
    canvas.marks.set_tool("model_outline")

    def click(turn: int) -> None:
        at = QPointF(canvas.films.to_widget(view.name, *places[turn]))
        mouse(QEvent.Type.MouseButtonPress, at, LEFT)
        mouse(QEvent.Type.MouseButtonRelease, at, LEFT)

    measure(f"Model's outline by a click beside {POLYGONS} polygons, list included", click, "≤ 50 ms")

    model_map_of(scan)  # the model is opened with the first case
    begun = time.perf_counter()
    model_map_of(scan)
    rows.append(Row("The model's map of a case, in the background", f"{time.perf_counter() - begun:.1f} s"))

    for turn in range(FRAMES + 5):
        canvas.marks.change(region.uuid, rating=float(turn % 100))
    measure(f"Undo with {POLYGONS} polygons, list included", lambda _turn: canvas.marks.undo(), "≤ 5 ms")

    canvas.marks.set_tool("brush")
    middle = QPointF(canvas.films.to_widget(ViewName.POSTERIOR, 128, 500))
    mouse(QEvent.Type.MouseButtonPress, middle, LEFT)

    def paint(turn: int) -> None:
        mouse(QEvent.Type.MouseMove, middle + QPointF(turn, turn % 9), LEFT)
        canvas.repaint()

    measure("Brush stroke and repaint", paint, "≤ 16 ms")
    mouse(QEvent.Type.MouseButtonRelease, middle, LEFT)
    with tempfile.TemporaryDirectory() as place:
        os.environ["SCINTIREAD_HOME"] = place
        folder = AnnotationFolder(Path(place), "R1")
        measure(
            f"Saving {POLYGONS} polygons whole, in the background", lambda _t: _save(folder, scan, annotation)
        )
    print_table(rows)


def _contour(view: View, x: float, y: float) -> None:
    isocontour(view.counts, x, y)


def _save(folder: AnnotationFolder, scan: Scan, annotation: Annotation) -> None:
    folder.save(scan, annotation)


if __name__ == "__main__":
    main()
