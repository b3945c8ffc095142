"""Next image painted in two well-known annotation programs, measured as `submit_to_next` measures ours.

They live in an environment of their own:

    python3.11 -m venv rivals
    rivals/bin/pip install "labelme==6.3.*" "napari[pyside6_essentials]==0.9.*" "PySide6-Essentials<6.12"
    python -m benchmarks.rivals rivals/bin/python

Both show an 8-bit picture of 1024 x 512 from disk and commit nothing; window 1200 x 1000. Labelme runs
offscreen; napari needs OpenGL and therefore a virtual screen (xvfb).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.table import Row, print_table

LABELME = """
import sys, time
import labelme.__main__
from labelme.app import MainWindow
from PyQt5 import QtCore, QtWidgets
app = QtWidgets.QApplication([])
window = MainWindow(file_or_dir=sys.argv[1])
window.resize(1200, 1000); window.show()
for _ in range(20): app.processEvents()
canvas = window._canvas_widgets.canvas
painted = [0]
class Paint(QtCore.QObject):
    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Paint:
            QtCore.QTimer.singleShot(0, lambda: painted.__setitem__(0, painted[0] + 1))
        return False
probe = Paint(); canvas.installEventFilter(probe)
for _ in range(60):
    before = painted[0]; begun = time.perf_counter()
    window._open_next_image()
    while painted[0] == before: app.processEvents()
    print((time.perf_counter() - begun) * 1e3, flush=True)
"""

NAPARI = """
import pathlib, sys, time
import imageio.v3, napari
from qtpy import QtCore, QtWidgets
viewer = napari.Viewer(show=True)
window = viewer.window._qt_window; window.resize(1200, 1000)
app = QtWidgets.QApplication.instance()
files = sorted(pathlib.Path(sys.argv[1]).glob('*.png'))
layer = viewer.add_image(imageio.v3.imread(files[0]))
for _ in range(20): app.processEvents()
drawn = [0]
scene = viewer.window._qt_viewer.canvas._scene_canvas
scene.events.draw.connect(lambda event: drawn.__setitem__(0, drawn[0] + 1))
for path in files[1:61]:
    before = drawn[0]; begun = time.perf_counter()
    layer.data = imageio.v3.imread(path)
    while drawn[0] == before: app.processEvents()
    print((time.perf_counter() - begun) * 1e3, flush=True)
"""


VIRTUAL_SCREEN = ["xvfb-run", "-a", "-s", "-screen 0 1280x1100x24"]


def next_image_ms(command: list[str], script: str, folder: Path, **environment: str) -> str:
    """Median of the printed milliseconds, or why there is none."""
    run = subprocess.run(
        [*command, "-c", script, str(folder)],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    times = [float(line) for line in run.stdout.splitlines() if line.replace(".", "", 1).isdigit()]
    return (
        f"{statistics.median(times):.1f} ms"
        if len(times) >= 20
        else f"did not run: {run.stderr.strip()[-160:]}"
    )


def main(python: str) -> None:
    """Print the median of 60 changes of image for each rival."""
    noise = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        from PIL import Image

        folder = Path(name)
        for index in range(62):
            picture = noise.poisson(20, (1024, 512)).astype(np.uint8)
            Image.fromarray(picture).save(folder / f"{index:03d}.png")
        labelme = next_image_ms([python], LABELME, folder, QT_QPA_PLATFORM="offscreen")
        napari = next_image_ms(
            [*VIRTUAL_SCREEN, python], NAPARI, folder, QT_QPA_PLATFORM="xcb", QT_API="pyside6"
        )
        print_table(
            [
                Row("next image painted, Labelme 6.3 (8-bit PNG, no commit)", labelme),
                Row("next image painted, napari 0.9 (8-bit PNG, no commit)", napari),
            ]
        )


if __name__ == "__main__":
    main(sys.argv[1])
