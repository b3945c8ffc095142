"""A study of many cases and a person in front of the window, for the benchmarks of the reading page."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.pages.reading.driver import Person, make_study
from tests.scan.nm_files import toy_counts, write_nm

BODIES = 6


@contextmanager
def reading_room(cases: int) -> Iterator[Person]:
    """A reader whose first case of `cases` is on the screen, in a home of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["SCINTIREAD_HOME"] = str(Path(name) / "home")
        application = QApplication.instance() or QApplication([])
        rng = np.random.default_rng(8)
        bodies = [toy_counts(rng, [(330, 110)]) for _ in range(BODIES)]
        for number in range(cases):
            anterior, posterior = (view.copy() for view in bodies[number % BODIES])
            anterior[0, 0] = posterior[0, 0] = number  # otherwise they would count as duplicates
            write_nm(Path(name) / "scans" / f"scan{number:04d}.dcm", anterior, posterior)
        person = Person(make_study(Path(name) / "study", Path(name) / "scans"))
        person.start()
        yield person
        person.leave()
        application.processEvents()


def spin(until: Callable[[], bool], seconds: float = 10.0) -> None:
    """Run the window until something is true, without sleeping."""
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            raise SystemExit("the window did not get there in time")
        QApplication.processEvents()


def look_a_while(person: Person) -> None:
    """Let the next cases be loaded, as they are while a person looks at this one."""
    presenter = person.page.presenter
    assert presenter is not None
    ahead = presenter._ahead
    spin(lambda: all(slot.outcome is not None for slot in ahead._slots.values()))
    QTest.qWait(5)


def submit(person: Person) -> None:
    """Answer and press Ctrl+Enter."""
    person.answer("n", "2")
    look_a_while(person)
    QTest.keyClick(person.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
