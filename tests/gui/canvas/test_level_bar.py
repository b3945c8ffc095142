"""The controls of levels, curve and palette follow the canvas and steer it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.gui.canvas.level_bar import LevelBar
from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan, View
from app.study.protocol import ScreenRules

from .conftest import ANT, Mouse, scan_of


@pytest.fixture
def bar(qtbot: QtBot, canvas: ScanCanvas) -> LevelBar:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    made = LevelBar(canvas)
    column.addWidget(canvas, 1)
    column.addWidget(made)
    host.resize(1200, 800)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    made.host = host  # type: ignore[attr-defined]  # keeps the window alive
    return made


def test_it_shows_the_levels_of_the_canvas(canvas: ScanCanvas, bar: LevelBar) -> None:
    assert (bar.upper_level.value(), bar.lower_level.value()) == (100, 0)
    canvas.display.set_levels(7, 55)
    canvas.display.set_curve("gamma 0.70")
    canvas.display.set_palette("PET")
    canvas.display.set_dual_intensity(True)
    assert (bar.upper_level.value(), bar.lower_level.value()) == (55, 7)
    assert (bar.curve.currentText(), bar.gamma.value()) == ("gamma", 0.7)
    assert bar.palette_choice.currentText() == "PET"
    assert bar.dual.isChecked()
    assert not bar.inverted.isChecked()


def test_a_typed_level_reaches_the_films_and_enter_gives_the_keys_back(
    canvas: ScanCanvas, bar: LevelBar
) -> None:
    bar.upper_level.setFocus()
    bar.upper_level.selectAll()
    QTest.keyClicks(bar.upper_level, "64")
    assert canvas.display.levels.upper == 100  # not while typing
    QTest.keyClick(bar.upper_level, Qt.Key.Key_Return)
    assert canvas.display.levels.upper == 64
    assert canvas.hasFocus()


def test_a_lower_level_above_the_upper_is_put_back(canvas: ScanCanvas, bar: LevelBar) -> None:
    bar.lower_level.setValue(500)
    assert canvas.display.levels.upper == 100
    assert bar.lower_level.value() == 0


def test_every_control_steers_the_canvas(canvas: ScanCanvas, bar: LevelBar) -> None:
    bar.curve.setCurrentText("gamma")
    bar.gamma.setValue(1.4)
    bar.palette_choice.setCurrentText("hot iron")
    bar.inverted.click()
    bar.dual.click()
    bar.upper_level.setValue(30)
    state = canvas.films.display_state()
    assert (state.curve, state.palette, state.inverted) == ("gamma 1.40", "hot iron", True)
    assert (state.dual_intensity, state.upper_level) == (True, 30)
    bar.auto.click()
    assert canvas.display.levels.upper == 100


def test_what_the_protocol_forbids_has_no_control(canvas: ScanCanvas, bar: LevelBar) -> None:
    canvas.display.set_rules(ScreenRules(palettes=False, curves=True, inversion=False, dual_intensity=False))
    assert not bar.palette_choice.isVisible()
    assert not bar.inverted.isVisible()
    assert not bar.dual.isVisible()
    assert bar.curve.isVisible()
    assert bar.upper_level.isVisible()


def test_handles_of_the_histogram_are_dragged(canvas: ScanCanvas, bar: LevelBar) -> None:
    histogram = bar.histogram
    mouse = Mouse(histogram)
    start = QPoint(round(histogram.place_of(100)), 10)
    mouse.drag(start, start - QPoint(60, 0))
    assert canvas.display.levels.upper < 90
    start = QPoint(round(histogram.place_of(0)), 10)
    mouse.drag(start, start + QPoint(40, 0))
    assert canvas.display.levels.lower > 5
    mouse.drag(QPoint(round(histogram.place_of(canvas.display.levels.lower)), 10), QPoint(1000, 10))
    assert canvas.display.levels.upper > canvas.display.levels.lower


def test_the_histogram_takes_wheel_and_arrow_keys(canvas: ScanCanvas, bar: LevelBar) -> None:
    Mouse(bar.histogram).wheel(QPoint(50, 10), 1)
    assert canvas.display.levels.upper == pytest.approx(105)
    bar.histogram.setFocus()
    QTest.keyClick(bar.histogram, Qt.Key.Key_Left)
    assert canvas.display.levels.upper == pytest.approx(100)
    QTest.keyClick(bar.histogram, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.display.levels.lower == pytest.approx(2)


def test_letters_typed_into_a_list_stay_there(canvas: ScanCanvas, bar: LevelBar) -> None:
    for box in (bar.curve, bar.palette_choice):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier, "y")
        event.ignore()
        QApplication.sendEvent(box, event)
        assert event.isAccepted(), "Y must not answer the question of a reading"


def test_a_blank_screen_empties_the_bar(canvas: ScanCanvas, bar: LevelBar, qtbot: QtBot) -> None:
    full = bar.histogram.grab().toImage()
    canvas.blank()
    qtbot.waitUntil(lambda: not bar.isEnabled())
    assert bar.histogram.grab().toImage() != full
    canvas.show_scan(scan_of())
    assert bar.isEnabled()
    assert bar.histogram.grab().toImage() == full


def test_fractional_counts_get_decimals(canvas: ScanCanvas, bar: LevelBar) -> None:
    ramp = np.linspace(0, 1, 5000, dtype=np.float32).reshape(100, 50)
    canvas.show_scan(Scan("case", anterior=View(ANT, ramp)))
    bar.upper_level.setValue(0.5)
    assert canvas.display.levels.upper == pytest.approx(0.5)
    canvas.show_scan(scan_of())
    assert bar.upper_level.text() == "100"


def test_a_narrow_bar_has_two_rows_and_a_wide_one_a_single_row(bar: LevelBar) -> None:
    host = bar.window()
    host.resize(1600, 600)
    assert bar.layout().direction() == QBoxLayout.Direction.LeftToRight
    host.resize(host.minimumSizeHint().width(), 600)
    assert bar.layout().direction() == QBoxLayout.Direction.TopToBottom
