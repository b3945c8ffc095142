"""A coordinator at the window: scans to choose, a study, and a page that is driven by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.study.steps import Step
from app.gui.pages.study.view import CoordinatorPage
from app.study.answer import Answer, DisplayState, ScreenRecord
from app.study.clock import SimulatedClock
from app.study.protocol import Protocol
from app.window_request import WindowRequest
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.read import open_session
from tests.gui.conftest import OpenProgram
from tests.scan.nm_files import toy_counts, write_nm

CASES = 3
PROTOCOL = Protocol(title="Bone study", code="BONE", readers=("R1", "R2"))


class Coordinator:
    """One person in front of the coordinator's page."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        page = window.pages["coordinator"]
        assert isinstance(page, CoordinatorPage)
        self.page = page

    def type(self, widget: QWidget, text: str) -> None:
        """Replace what stands in a field."""
        widget.setFocus()
        widget.selectAll()  # type: ignore[attr-defined]
        for index, line in enumerate(text.split("\n")):
            if index:
                self.qtbot.keyClick(widget, Qt.Key.Key_Return)
            self.qtbot.keyClicks(widget, line)

    def field(self, path: str) -> QWidget:
        """The editor of a protocol field."""
        return self.page.design.form.rows[path].editor.widget

    def click(self, button: QWidget) -> None:
        """Click with the left button, and wait until nothing is under way any more."""
        assert button.isVisible() and button.isEnabled()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def go(self, step: Step) -> None:
        """Click on a step."""
        steps: QListWidget = self.page.steps
        place: QPoint = steps.visualItemRect(steps.item(tuple(Step).index(step))).center()
        self.qtbot.mouseClick(steps.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.settle()

    def settle(self) -> None:
        """Wait for the background."""
        self.qtbot.waitUntil(lambda: not self.window.tasks.running, timeout=30_000)

    @property
    def told(self) -> str:
        """What the banners say."""
        return " ".join(f"{banner.text} {banner.hint}" for banner in self.window.banners.shown())

    def words(self, widget: QWidget) -> list[str]:
        """Every text on a widget, tables included."""
        texts = [label.text() for label in widget.findChildren(QLabel)]
        texts += [text.toPlainText() for text in widget.findChildren(QPlainTextEdit)]
        return texts

    def matrix(self) -> list[list[str | None]]:
        """The cells of the matrix, as words."""
        model = self.page.progress.table.matrix
        return [
            [model.data(model.index(row, column)) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]


Sit = Callable[..., Coordinator]


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three whole-body objects with two views each, and a file that is none."""
    folder = tmp_path_factory.mktemp("scans")
    rng = np.random.default_rng(7)
    for number in range(CASES):
        write_nm(folder / f"scan{number}.dcm", *toy_counts(rng, [(300, 100)]), PatientID=f"T{number}")
    (folder / "letter.dcm").write_text("Dear colleague")
    return folder


@pytest.fixture
def sit(open_program: OpenProgram, qtbot: QtBot) -> Sit:
    """Opens the window on the coordinator's page."""

    def open_for(study: Path | None = None, **chosen: object) -> Coordinator:
        window = open_program(WindowRequest("coordinator", study), **chosen)
        person = Coordinator(window, qtbot)
        person.settle()
        return person

    return open_for


@pytest.fixture
def make_study(tmp_path: Path, scans: Path) -> Callable[..., Path]:
    """Makes a study of the three scans."""

    def make(name: str = "study", protocol: Protocol = PROTOCOL, truth: str = "") -> Path:
        file = tmp_path / f"{name}.csv"
        file.write_text(truth, encoding="utf-8")
        ingredients = Ingredients(protocol=protocol, truth=file if truth else None)
        return new_study(tmp_path / name, scans, ingredients).path

    return make


def read_one(study: Path, reader: str, answer: Answer, only_lock: bool = False) -> str:
    """Let a reader read the next case (or only lock the first answer) through the session; gives the case."""
    clock = SimulatedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    opened = open_session(study, reader, screen=ScreenRecord(), clock=clock)
    try:
        assignment = opened.session.open_next()
        assert assignment is not None
        loaded = opened.load(assignment)
        display = DisplayState(0, 100)
        opened.session.displayed(display, loaded.image_hashes, 0.1, clock.advance(0.2))
        clock.advance(12)
        (opened.session.lock if only_lock else opened.session.submit)(answer, display)
        return assignment.case
    finally:
        opened.close()
