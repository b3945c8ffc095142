"""Nothing is drawn on a guess: which view is which is said first, once for every page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.annotation.formats import native
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from app.workflows.scans.confirmed_views import confirmed_views
from tests.gui.conftest import OpenProgram
from tests.scan.nm_files import toy_counts, write_nm

ANT = ViewName.ANTERIOR
PATIENCE = 120_000
"""Milliseconds until a busy machine is given up."""


@pytest.fixture
def guessed(tmp_path: Path) -> Path:
    """A folder with one scan, back first, whose sides its detectors alone tell, the wrong way round."""
    folder = tmp_path / "scans"
    front, back = toy_counts(np.random.default_rng(3))
    write_nm(folder / "a.dcm", back, front, view_codes=(None, None))
    return folder


def opened(open_program: OpenProgram, folder: Path, qtbot: QtBot) -> AnnotatePage:
    window = open_program(WindowRequest(page="annotate", paths=(folder,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None, timeout=PATIENCE)
    return page


def draw(page: AnnotatePage) -> None:
    canvas = page.desk.canvas
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_E)
    start = canvas.films.to_widget(ANT, 100, 200)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for step in (5, 10, 15):
        QTest.mouseMove(canvas, start + QPoint(step, step))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(15, 15))


def test_a_region_waits_for_the_word_on_the_sides(
    open_program: OpenProgram, guessed: Path, qtbot: QtBot
) -> None:
    page = opened(open_program, guessed, qtbot)
    assert page.sides.isVisible()
    assert "detector number" in page.sides.asked.text()
    draw(page)
    assert page.desk.annotation.regions == ()
    assert "which view is which" in page.desk.readout.text()
    QTest.mouseClick(page.sides.swap_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.sides.isVisible(), timeout=PATIENCE)
    front = page.desk.canvas.scan.anterior  # type: ignore[union-attr]
    stored = read_scan(guessed / "a.dcm")
    assert front is not None
    assert stored.posterior is not None
    assert np.array_equal(front.counts, stored.posterior.counts)
    draw(page)
    assert len(page.desk.annotation.regions) == 1
    qtbot.waitUntil(lambda: page.presenter.clean, timeout=PATIENCE)
    (file,) = (guessed / "annotations" / "R7").glob(f"*{native.ENDING}")
    assert native.read("a", (file,)).annotation.regions[0].view is ANT
    assert confirmed_views().of(stored) is False


def test_what_the_library_was_told_is_not_asked_again(
    open_program: OpenProgram, guessed: Path, qtbot: QtBot
) -> None:
    confirmed_views().remember(read_scan(guessed / "a.dcm"), as_shown=False)
    page = opened(open_program, guessed, qtbot)
    assert not page.sides.isVisible()
    draw(page)
    assert len(page.desk.annotation.regions) == 1
