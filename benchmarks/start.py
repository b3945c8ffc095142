"""Program start to the first painted library: the whole process, seen from outside, several times."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row, print_table

PROBE = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.window().isVisible():
            assert "library" in watched.window().pages, "the gate was measured, not the library"
            print(time.monotonic_ns(), 'torch' in sys.modules, flush=True)
            os._exit(0)
        return False

import app.__main__
original = QApplication.exec
def exec_with_probe(*arguments):
    probe = FirstPaint()
    QApplication.instance().installEventFilter(probe)
    return original()
QApplication.exec = staticmethod(exec_with_probe)
sys.exit(app.__main__.main([]))
"""


def start_to_paint_ms(command: list[str], home: str) -> float:
    """Milliseconds from starting the process to its first paint event with the window visible."""
    environment = {**os.environ, "SCINTIREAD_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
    begun = time.monotonic_ns()
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    painted, torch_loaded = run.stdout.split()[-2:]
    if torch_loaded != "False":
        raise SystemExit("torch was imported at start")
    return (int(painted) - begun) / 1e6


def acknowledge(home: str) -> None:
    """Write the settings of somebody who has acknowledged what the program is for."""
    from app.gui.research_use import acknowledgement_now
    from app.settings import SettingsStore

    SettingsStore(Path(home) / "config" / "settings.json").change(
        research_use_acknowledged=acknowledgement_now()
    )


def seconds(milliseconds: list[float]) -> str:
    """The median in seconds."""
    return f"{statistics.median(milliseconds) / 1e3:.2f} s"


def main() -> None:
    """Print the median of ten starts after one that warms the file cache, and the floor beside it."""
    with tempfile.TemporaryDirectory() as home:
        acknowledge(home)
        probe = Path(home) / "probe.py"
        probe.write_text(PROBE)
        runs = [start_to_paint_ms([sys.executable, str(probe)], home) for _ in range(11)][1:]
    floor_code = "import PySide6.QtWidgets, pyqtgraph, time; print(time.monotonic_ns(), False)"
    command = [sys.executable, "-c", floor_code]
    floor = [start_to_paint_ms(command, tempfile.gettempdir()) for _ in range(6)][1:]
    print_table(
        [
            Row("program start to first painted window, median of 10", seconds(runs), "≤ 0.35 s"),
            Row("Python, Qt and pyqtgraph imported and nothing else", seconds(floor)),
        ]
    )


if __name__ == "__main__":
    main()
