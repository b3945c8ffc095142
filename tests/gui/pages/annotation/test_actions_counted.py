"""What annotating a folder costs in actions: the long way that there has always been, and the short one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.masks import union
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from app.workflows.annotation.desk_record import CaseStatus, read_record
from tests.gui.conftest import OpenProgram
from tests.scan.nm_files import toy_counts, write_nm

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
FOCI = ((300, 100), (400, 150), (620, 96))
"""Rows and columns on the anterior view."""
SCANS, EMPTY = 12, 3
CLOSE = 5
"""Presses of + that bring the films as near as a lesion is looked at."""


class Hand:
    """Real keys and clicks, counted."""

    def __init__(self, page: AnnotatePage, qtbot: QtBot) -> None:
        self.page, self._qtbot = page, qtbot
        self.actions = 0

    def key(self, name: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.actions += 1
        QTest.keyClick(QApplication.focusWidget(), name, modifier)

    def click(self, view: ViewName, row: int, column: int, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.actions += 1
        canvas = self.page.desk.canvas
        place = canvas.films.to_widget(view, column + 0.5, row + 0.5)
        QTest.mouseMove(canvas, place)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, modifier, place)

    def click_row(self, row: int) -> None:
        self.actions += 1
        table = self.page.desk.lesions.table
        place = table.visualRect(self.page.desk.lesions.model.index(row, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, QPoint(place))

    def see(self, case: str) -> None:
        canvas = self.page.desk.canvas
        self._qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == case)


@pytest.fixture
def twelve(tmp_path: Path) -> Path:
    folder = tmp_path / "twelve"
    folder.mkdir()
    rng = np.random.default_rng(5)
    for number in range(SCANS):
        spots = () if number < EMPTY else FOCI
        write_nm(folder / f"{number:02d}.dcm", *toy_counts(rng, hot_spots=spots))
    return folder


def cases(folder: Path) -> Sequence[str]:
    return sorted(file.stem for file in folder.glob("*.dcm"))


def opened(open_program: OpenProgram, folder: Path, code: str, qtbot: QtBot) -> Iterator[Hand]:
    window = open_program(WindowRequest(page="annotate", paths=(folder,), reader=code))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    hand = Hand(page, qtbot)
    hand.see("00")
    yield hand
    qtbot.waitUntil(lambda: page.presenter.clean)
    window.close_for_good()


def the_long_way(hand: Hand, folder: Path) -> None:
    """Each view by itself, each lesion by its row and the zoom keys; who is done keeps a list elsewhere."""
    hand.key(Qt.Key.Key_T)
    for number, case in enumerate(cases(folder)):
        hand.see(case)
        foci = () if number < EMPTY else FOCI
        for row, column in foci:
            hand.click(ANT, row, column)
            hand.click(POST, row, 255 - column)
        for place in range(len(foci)):
            hand.click_row(place)
            for _ in range(CLOSE if place == 0 else 0):
                hand.key(Qt.Key.Key_Plus)
        if foci:
            hand.key(Qt.Key.Key_F)
        hand.key(Qt.Key.Key_PageDown)


def the_short_way(hand: Hand, folder: Path) -> None:
    """A focus on both views at once, from lesion to lesion by key, and done with the next case in one."""
    hand.key(Qt.Key.Key_T)
    for number, case in enumerate(cases(folder)):
        hand.see(case)
        foci = () if number < EMPTY else FOCI
        for row, column in foci:
            hand.click(ANT, row, column, SHIFT)
        for _ in foci:
            hand.key(Qt.Key.Key_J)
        hand.key(Qt.Key.Key_Return, CTRL)
        if not foci:
            hand.key(Qt.Key.Key_Return, CTRL)


def drawn(folder: Path, code: str, case: str) -> Annotation:
    file = folder / "annotations" / code / f"{case}.annotation.json"
    return native.read(case, (file,)).annotation


def test_a_folder_of_twelve_scans_takes_half_of_the_actions_and_comes_to_the_same(
    open_program: OpenProgram, twelve: Path, qtbot: QtBot
) -> None:
    taken = {}
    for code, way in (("LONG", the_long_way), ("SHORT", the_short_way)):
        for hand in opened(open_program, twelve, code, qtbot):
            way(hand, twelve)
            taken[code] = hand.actions
    assert taken["SHORT"] <= taken["LONG"] / 2, taken

    for number, case in enumerate(cases(twelve)):
        if number < EMPTY:
            assert drawn(twelve, "SHORT", case).regions == ()
            continue
        long, short = (drawn(twelve, code, case) for code in ("LONG", "SHORT"))
        assert len(long.lesion_numbers) == len(short.lesion_numbers) == len(FOCI)
        for view in ViewName:
            ours, theirs = (union(each.on(view), (1024, 256)) for each in (short, long))
            assert ours.any()
            assert (ours == theirs).all()
    record, _ = read_record(twelve / "annotations" / "SHORT", ())
    said = [record.status(case) for case in cases(twelve)]
    assert said == [CaseStatus.EMPTY] * EMPTY + [CaseStatus.DONE] * (SCANS - EMPTY)
