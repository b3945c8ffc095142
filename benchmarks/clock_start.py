"""How far the start of the reading clock lies from the first painted frame, seen from outside the program."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.reading_room import reading_room, submit
from benchmarks.table import Row, print_table

CASES = 40
FRAME_MS = 1000 / 60


class FrameWatch(QObject):
    """Takes the time when the event loop comes back from painting the canvas with a scan on it."""

    def __init__(self, canvas: QObject) -> None:
        super().__init__()
        self._canvas = canvas
        self.painted_ns: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() == QEvent.Type.Paint and self._canvas.scan is not None:
            QTimer.singleShot(0, lambda: self.painted_ns.append(time.monotonic_ns()))
        return False


def main() -> None:
    """Print the greatest difference over some cases, both ways of looking."""
    differences: list[float] = []
    with reading_room(CASES) as person:
        watch = FrameWatch(person.canvas)
        QApplication.instance().installEventFilter(watch)
        for _ in range(CASES - 2):
            watch.painted_ns.clear()
            submit(person)
            person.wait_for_case()
            person.wait(lambda: bool(watch.painted_ns))
            first = watch.painted_ns[0]
            person.answer("n", "2")
            attempt = person.session._attempt
            displayed = next(event.at for event in attempt.events if event.kind.value == "displayed")
            differences.append(abs(first - displayed.monotonic_ns) / 1e6)
        QApplication.instance().removeEventFilter(watch)
    what = "start of the clock against the first painted frame"
    print_table(
        [
            Row(f"{what}, greatest of {len(differences)}", f"{max(differences):.2f} ms", "< 16.7 ms"),
            Row(f"{what}, median", f"{np.median(differences):.2f} ms"),
        ]
    )


if __name__ == "__main__":
    main()
