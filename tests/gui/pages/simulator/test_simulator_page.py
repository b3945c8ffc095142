"""The simulator page by the front door: keyboard, sliders, truth, another patient."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.annotation.classes import class_table
from app.gui.actions import ACTIONS, Context
from app.gui.main_window import MainWindow
from app.gui.pages.simulator.view import SimulatorPage
from app.scan.palettes import PALETTES
from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram

WAIT_MS = 20_000


@pytest.fixture
def window(open_program: OpenProgram) -> MainWindow:
    return open_program(WindowRequest(page="simulator"))


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> SimulatorPage:
    page = window.pages["simulator"]
    assert isinstance(page, SimulatorPage)
    qtbot.waitUntil(lambda: page.canvas.scan is not None, timeout=WAIT_MS)
    return page


def test_a_patient_is_on_the_screen_and_says_that_it_is_simulated(page: SimulatorPage) -> None:
    assert page.canvas.scan is not None
    assert page.canvas.scan.simulated
    assert page.truth_layer.regions
    assert "metastasis" in page.legend.text()
    assert "years" in page.words.text()
    assert page.controls.preset.hasFocus()


def test_the_legend_lets_every_colour_that_is_drawn_be_seen(page: SimulatorPage, qtbot: QtBot) -> None:
    for _ in range(10):  # not every patient has benign findings
        if len({region.label for region in page.truth_layer.regions}) > 1:
            break
        before = page.canvas.scan
        QTest.mouseClick(page.next_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda shown=before: page.canvas.scan is not shown, timeout=WAIT_MS)
    image = page.legend.grab().toImage()
    seen = Counter(image.pixelColor(x, y).rgb() for y in range(image.height()) for x in range(image.width()))
    labels = {region.label for region in page.truth_layer.regions}
    assert len(labels) > 1
    for label in labels:
        assert seen[QColor(class_table().of(label).colour).rgb()] >= 20, label


def test_the_truth_is_hidden_and_shown_by_its_tick(page: SimulatorPage) -> None:
    page.truth.setFocus()
    QTest.keyClick(page.truth, Qt.Key.Key_Space)
    assert page.truth_layer.regions == ()
    QTest.keyClick(page.truth, Qt.Key.Key_Space)
    assert page.truth_layer.regions


def test_every_key_for_looking_does_something_here_too(page: SimulatorPage, window: MainWindow) -> None:
    looking = [action.id for action in ACTIONS if action.context is Context.IMAGES]
    assert [name for name in looking if not window.actions_of_window.qactions[name].isEnabled()] == []
    page.canvas.setFocus()
    QTest.keyClick(page.canvas, Qt.Key.Key_Z)
    QTest.keyClick(page.canvas, Qt.Key.Key_L)
    assert page.canvas.magnifier
    assert page.canvas.films.display_state().palette == PALETTES[1]


def test_metastases_are_drawn_in_red_and_hidden_while_the_key_is_held(page: SimulatorPage) -> None:
    def red_pixels() -> int:
        image = page.canvas.grab().toImage()
        lines = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
        return sum(colour.red() > 180 and colour.green() < 90 and colour.blue() < 110 for colour in lines)

    shown = red_pixels()
    page.canvas.hide_marks(True)
    hidden = red_pixels()
    page.canvas.hide_marks(False)
    assert shown > hidden + 100
    assert red_pixels() == shown


def test_a_slider_moved_by_keys_shows_another_scan(page: SimulatorPage, qtbot: QtBot) -> None:
    before = page.canvas.scan
    slider = page.controls.sliders["counts"].slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert page.controls.sliders["counts"].value.text() == "0.2 ×"
    qtbot.waitUntil(lambda: page.canvas.scan is not before, timeout=WAIT_MS)
    assert before is not None
    assert before.anterior is not None
    now = page.canvas.scan
    assert now is not None
    assert now.anterior is not None
    assert now.anterior.counts.sum() < 0.4 * before.anterior.counts.sum()


def test_the_next_patient_comes_by_button_and_the_healthy_twin_by_tick(
    page: SimulatorPage, qtbot: QtBot
) -> None:
    first = page.canvas.scan
    QTest.mouseClick(page.next_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.canvas.scan is not first, timeout=WAIT_MS)
    second = page.canvas.scan
    page.ill.setFocus()
    QTest.keyClick(page.ill, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.canvas.scan is not second, timeout=WAIT_MS)
    assert "no metastasis" in page.words.text()
    assert not [region for region in page.truth_layer.regions if region.label == "metastasis"]


def test_the_page_has_its_key_and_the_display_keys_work_on_it(
    window: MainWindow, page: SimulatorPage, qtbot: QtBot
) -> None:
    window.open_page(WindowRequest(page="library"))
    QTest.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.isVisible)
    page.canvas.setFocus()
    inverted = page.canvas.films.display_state().inverted
    QTest.keyClick(page.canvas, Qt.Key.Key_I)
    assert page.canvas.films.display_state().inverted != inverted
