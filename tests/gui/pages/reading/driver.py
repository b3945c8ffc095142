"""A person at the reading page: real keys, real mouse, and eyes on what is on the screen."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app import paths
from app.gui.application import build
from app.gui.main_window import MainWindow
from app.gui.pages.reading.curtain import CurtainPhase
from app.gui.pages.reading.view import ReadingPage
from app.gui.research_use import acknowledgement_now
from app.language import tr
from app.scan.scan import ViewName
from app.settings import SettingsStore
from app.store.opening import open_study
from app.study.protocol import Protocol
from app.window_request import WindowRequest
from app.workflows.study.new import Ingredients, new_study
from tests.gui.conftest import PATIENCE_MS
from tests.scan.nm_files import toy_counts, write_nm

HOT = (330, 110)
"""Row and column of the hot spot on the anterior view of every even case."""


def make_scans(folder: Path, cases: int = 6, seed: int = 4) -> Path:
    """So many two-view whole-body objects; every second has a hot spot."""
    rng = np.random.default_rng(seed)
    for number in range(cases):
        anterior, posterior = toy_counts(rng, [HOT] if number % 2 == 0 else [])
        write_nm(folder / f"scan{number:03d}.dcm", anterior, posterior, PatientID=f"T{number}")
    return folder


def make_study(
    folder: Path,
    scans: Path,
    protocol: Protocol | None = None,
    truth: Path | None = None,
    *,
    begun: bool = True,
) -> Path:
    """A study of all scans in a folder."""
    new_study(folder, scans, Ingredients(protocol=protocol or Protocol("Test study", "TEST"), truth=truth))
    if begun:
        freeze(folder)
    return folder


def freeze(folder: Path) -> None:
    """The state after the first sitting of all: nobody is asked any more whether the study may begin."""
    opened = open_study(folder)
    opened.studies.freeze(datetime.now(UTC))
    opened.close()


class Person:
    """One reader in front of the window."""

    def __init__(self, study: Path, reader: str = "R1", size: tuple[int, int] = (1400, 1000)) -> None:
        store = SettingsStore(paths.user_config() / "settings.json")
        store.change(research_use_acknowledged=acknowledgement_now())
        self.window: MainWindow = build(WindowRequest(page="reading", study=study, reader=reader))
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)
        self.wait_to_be_seated()

    @property
    def page(self) -> ReadingPage:
        """The reading page."""
        page = self.window.pages["reading"]
        assert isinstance(page, ReadingPage)
        return page

    @property
    def canvas(self):  # type: ignore[no-untyped-def]
        """The images."""
        assert self.page.desk is not None
        return self.page.desk.canvas

    @property
    def panel(self):  # type: ignore[no-untyped-def]
        """The answer."""
        assert self.page.desk is not None
        return self.page.desk.panel

    @property
    def session(self):  # type: ignore[no-untyped-def]
        """The session behind the page, to look at, never to touch."""
        assert self.page.presenter is not None
        return self.page.presenter.desk.session

    @property
    def phase(self) -> CurtainPhase:
        """What the desk is used for."""
        assert self.page.presenter is not None
        return self.page.presenter.desk.phase

    @property
    def curtain(self) -> str:
        """The heading of the screen before the desk, "" when the desk is in view."""
        if not self.page.curtain.isVisible() or self.page.curtain.curtain is None:
            return ""
        return self.page.curtain.curtain.heading

    def wait(self, until, timeout: int = PATIENCE_MS) -> None:  # type: ignore[no-untyped-def]
        """Wait for something to become true on the screen."""
        deadline = time.monotonic() + timeout / 1000
        while not until():
            assert time.monotonic() < deadline, "this never happened"
            QTest.qWait(2)

    def wait_to_be_seated(self) -> None:
        """Wait until the study or the bundle is open, or the screen says what is in the way."""
        before, after = tr("Opening {name}").split("{name}")
        self.wait(lambda: not (self.curtain.startswith(before) and self.curtain.endswith(after)))

    def wait_for_case(self) -> None:
        """Wait until both views are painted and the clock runs."""
        self.wait(lambda: self.page.presenter is not None and self.phase is CurtainPhase.ANSWERING)

    def start(self) -> None:
        """Enter on the start screen."""
        self.wait_to_be_seated()
        self.wait(lambda: bool(self.page.curtain.buttons))
        if any("freeze" in button.text() for button in self.page.curtain.buttons):
            self.choose("freeze")
            self.wait_to_be_seated()
        self.key(Qt.Key.Key_Return)
        self.wait_for_case()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key, where the keyboard is."""
        QTest.keyClick(self.focused, key, modifiers)

    def type(self, text: str) -> None:
        """Letters and digits, where the keyboard is."""
        QTest.keyClicks(self.focused, text)

    @property
    def focused(self) -> QWidget:
        """The widget that has the keyboard."""
        return QApplication.focusWidget() or self.window

    def submit(self) -> None:
        """Ctrl+Enter."""
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def click(self, widget: QWidget) -> None:
        """The left button in the middle of a widget."""
        place = widget.rect().center()
        if widget.inherits("QAbstractButton") and not isinstance(widget, QPushButton):
            place = QPoint(widget.height() // 2, widget.rect().center().y())  # on the indicator
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)

    def choose(self, words: str) -> None:
        """The button of a curtain, a notice or a prompt."""
        buttons = [*self.page.curtain.buttons, *self.page.notice.buttons]
        if self.page.desk is not None:
            buttons += [*self.panel.prompt.buttons, self.panel.decline, self.panel.keep_old]
        self.click(next(button for button in buttons if button.isVisible() and words in button.text()))

    def click_image(self, view: ViewName, x: float, y: float) -> None:
        """The left button on an image pixel."""
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, pos=self.canvas.films.to_widget(view, x, y))

    def answer(self, call: str = "y", rating: str = "8") -> None:
        """Call and rating by their keys."""
        self.type(call + rating)

    def look(self, path: Path) -> None:
        """Keep a picture of the window."""
        self.window.grab().save(str(path))

    def leave(self) -> None:
        """Close the window for good."""
        if shiboken6.isValid(self.window):
            self.window.close_for_good()
            # Left to the garbage collector, widgets may be destroyed on a thread that loads images.
            self.window.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def protocol(**fields: object) -> Protocol:
    """A protocol of one reader with these fields."""
    return replace(Protocol("Test study", "TEST"), **fields)  # type: ignore[arg-type]
