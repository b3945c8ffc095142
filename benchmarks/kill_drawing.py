"""kill -9 at random moments of drawing in the real window: what of it is on the disk, and what is left lying.

python -m benchmarks.kill_drawing [KILLS]        200 by default
"""

from __future__ import annotations

import math
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import paths
from app.annotation.formats import native
from app.files import drafts_in
from app.gui.application import build
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.pages.annotation.view import AnnotatePage
from app.gui.research_use import acknowledgement_now
from app.scan.scan import ViewName
from app.settings import SettingsStore
from app.window_request import WindowRequest
from benchmarks.table import Row, print_table
from tests.scan.nm_files import toy_counts, write_nm

CODE, CASE = "R1", "scan"
STEPS, STEP_MS = 16, 5
"""Movements of the mouse in a stroke, and the time between two: a quick hand."""
MOST_STROKES = 5
"""Of a life, before the stroke that the kill may fall into."""
COLUMNS, ROWS = 18, 60
"""Places for strokes on a view."""


@dataclass(frozen=True)
class Life:
    """A window from its start to its kill."""

    kept: int
    """Strokes whose mouse button was let go, and that the file has."""
    lost: int
    """Strokes whose mouse button was let go, and that the file lacks."""
    drafts: int
    """Files that the kill left half written."""
    swept: bool
    """Whether what the kill before had left half written was gone when the case was on the screen."""


def lives(folder: Path, kills: int, chance: random.Random) -> list[Life]:
    """Draw, kill and look, so many times; the scan in `folder` is one file called scan."""
    file = folder / "annotations" / CODE / f"{CASE}{native.ENDING}"
    before, left, told = 0, set[Path](), []
    for _ in range(kills):
        swept, let_go = _one_life(folder, before, left, chance)
        regions = native.read(CASE, (file,)).annotation.regions if file.is_file() else ()
        left = set(drafts_in(file.parent))
        kept = len(regions) - before
        told.append(Life(kept, let_go - kept, len(left), swept))
        before = len(regions)
    return told


def _one_life(folder: Path, drawn: int, left: set[Path], chance: random.Random) -> tuple[bool, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _draw(folder, drawn, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        said.readline()
        swept = not any(draft.exists() for draft in left)
        let_go, begun = 0, time.monotonic()
        for _ in range(chance.randrange(MOST_STROKES)):
            let_go += said.readline() == "let go\n"
        a_stroke = (time.monotonic() - begun) / let_go if let_go else STEPS * STEP_MS / 1000
        time.sleep(chance.uniform(0.0, a_stroke))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return swept, let_go + sum(line == "let go\n" for line in said)


def _draw(folder: Path, drawn: int, pipe: int) -> None:
    """Open the window on the folder and draw freehand until the end; says so after each stroke."""
    SettingsStore(paths.user_config() / "settings.json").change(
        research_use_acknowledged=acknowledgement_now()
    )
    window = build(WindowRequest(page="annotate", paths=(folder,), reader=CODE))
    window.resize(1480, 940)
    window.show()
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    canvas = page.desk.canvas
    while canvas.scan is None:
        QTest.qWait(STEP_MS)
    QTest.keyClick(canvas, Qt.Key.Key_G)
    os.write(pipe, b"ready\n")
    for number in range(drawn, 2 * COLUMNS * ROWS):
        view = list(ViewName)[number % 2]
        row, column = divmod(number // 2, COLUMNS)
        middle = (50 + 9 * column, 60 + 15 * row)
        places = [
            canvas.films.to_widget(view, middle[0] + 3 * math.cos(turn), middle[1] + 3 * math.sin(turn))
            for turn in np.linspace(0, 2 * math.pi, STEPS, endpoint=False)
        ]
        _mouse(canvas, QEvent.Type.MouseButtonPress, places[0])
        for place in places[1:]:
            QTest.qWait(STEP_MS)
            _mouse(canvas, QEvent.Type.MouseMove, place)
        _mouse(canvas, QEvent.Type.MouseButtonRelease, places[-1])
        os.write(pipe, b"let go\n")
        QTest.qWait(STEP_MS)


def _mouse(canvas: ScanCanvas, kind: QEvent.Type, place: QPoint) -> None:
    at = QPointF(place)
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def main(kills: int) -> None:
    """Print how many strokes were kept and lost, and what lay about."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["SCINTIREAD_HOME"] = str(Path(place) / "home")
        folder = Path(place) / "scans"
        folder.mkdir()
        write_nm(folder / f"{CASE}.dcm", *toy_counts(np.random.default_rng(18)))
        told = lives(folder, kills, random.Random(18))
    lost = Counter(life.lost for life in told)
    print_table(
        [
            Row("Kills", str(len(told))),
            Row("Strokes that were finished", str(sum(life.kept + life.lost for life in told))),
            Row("Finished strokes that a kill took along", _counts(lost), "0 or 1: the last"),
            Row("Kills that left a file half written", str(sum(life.drafts > 0 for life in told))),
            Row(
                "… that were still there at the next case on the screen",
                str(sum(not life.swept for life in told)),
                "0",
            ),
        ]
    )


def _counts(lost: Counter[int]) -> str:
    return ", ".join(f"{number}: {times} times" for number, times in sorted(lost.items()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
