"""The matrix fetches what is in sight, paints a sign per state, and can be walked with the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.gui.pages.study.matrix_view import LEGEND, MatrixView, sign
from app.study.protocol import Arm
from app.study.status import CellStatus, StatusColumn

CASES = 10_000


class Rows:
    """Ten thousand cases of six readers in two arms that count what is asked of them."""

    columns = tuple(
        StatusColumn(f"R{reader}", arm) for reader in range(1, 7) for arm in (Arm.UNAIDED, Arm.AIDED)
    )
    count = CASES

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def rows(self, first: int, count: int) -> Sequence[tuple[str, Sequence[CellStatus]]]:
        self.asked.append((first, count))
        states = tuple(CellStatus)
        return [
            (f"case-{row:05d}", [states[(row + column) % len(states)] for column in range(12)])
            for row in range(first, min(first + count, CASES))
        ]


@pytest.fixture
def source() -> Rows:
    return Rows()


@pytest.fixture
def view(qtbot: QtBot, source: Rows) -> MatrixView:
    view = MatrixView()
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.matrix.show_source(source)
    view.show()
    qtbot.waitExposed(view)
    view.viewport().repaint()
    return view


def test_the_first_picture_asks_for_the_first_rows_only(view: MatrixView, source: Rows) -> None:
    assert view.matrix.rowCount() == CASES
    assert sum(count for _, count in source.asked) < CASES / 50


def test_jumping_to_the_end_by_key_fetches_the_end_and_nothing_between(
    view: MatrixView, source: Rows, qtbot: QtBot
) -> None:
    view.setCurrentIndex(view.matrix.index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    view.viewport().repaint()
    assert view.currentIndex().row() == CASES - 1
    assert not any(1_000 < first < 9_000 for first, _ in source.asked)


def test_rows_that_were_fetched_are_not_fetched_again(view: MatrixView, source: Rows) -> None:
    asked = len(source.asked)
    for _ in range(3):
        view.viewport().repaint()
    assert len(source.asked) == asked


def test_a_cell_says_how_far_it_is(view: MatrixView) -> None:
    index = view.matrix.index(3, 2)
    assert view.matrix.data(index) in {cell.value for cell in CellStatus}
    tip = view.matrix.data(index, Qt.ItemDataRole.ToolTipRole)
    assert tip is not None and tip.startswith("case-00003 · R2 unaided: ")


def test_every_state_has_a_sign_of_its_own(view: MatrixView) -> None:
    pictures = {cell: sign(cell, 18, 1.0, view.palette()).toImage() for cell in LEGEND}
    for cell in LEGEND:
        same = [other for other in LEGEND if pictures[other] == pictures[cell]]
        assert same == [cell]


def test_a_read_cell_is_painted_and_an_unassigned_one_is_blank(view: MatrixView) -> None:
    def centre(row: int, column: int) -> QColor:
        place = view.visualRect(view.matrix.index(row, column)).center()
        return view.viewport().grab().toImage().pixelColor(place)

    states = tuple(CellStatus)
    background = centre(0, states.index(CellStatus.UNASSIGNED))
    assert centre(0, states.index(CellStatus.DONE)) != background


def test_another_matrix_replaces_the_old_one(view: MatrixView) -> None:
    view.matrix.show_source(None)
    assert (view.matrix.rowCount(), view.matrix.columnCount()) == (0, 0)
