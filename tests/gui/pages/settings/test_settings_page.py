from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.gui.actions import ACTIONS
from app.gui.main_window import MainWindow
from app.gui.pages.settings.view import SettingsPage
from app.settings import ROWS
from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram


@pytest.fixture
def window(open_program: OpenProgram) -> MainWindow:
    return open_program(WindowRequest(page="settings"))


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    page = window.pages["settings"]
    assert isinstance(page, SettingsPage)
    return page


def choose_action(page: SettingsPage, action_id: str) -> None:
    page.keys.list.selectRow([action.id for action in ACTIONS].index(action_id))


def test_every_setting_with_a_group_is_on_the_page(page: SettingsPage) -> None:
    assert set(page.fields) | {"keys"} == {row.key for row in ROWS if row.group}


def test_the_theme_is_chosen_by_keyboard_alone(window: MainWindow, page: SettingsPage) -> None:
    assert QApplication.focusWidget() is page.fields["language"].box  # type: ignore[attr-defined]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.fields["theme"].box  # type: ignore[attr-defined]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert window.settings.current.theme == "light"


def test_a_tick_is_saved_at_once(window: MainWindow, page: SettingsPage) -> None:
    box = page.fields["thumbnails"].box  # type: ignore[attr-defined]
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert window.settings.current.thumbnails is False


def test_a_change_that_cannot_be_saved_is_told_and_the_control_goes_back(
    window: MainWindow, page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.settings._path = window.settings._path / "below a file" / "settings.json"
    box = page.fields["thumbnails"].box  # type: ignore[attr-defined]
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert window.banners.shown()[0].level == "error"
    assert box.isChecked()


def test_a_key_is_changed_by_pressing_it_and_works_at_once(window: MainWindow, page: SettingsPage) -> None:
    choose_action(page, "log")
    page.keys.key.setFocus()
    QTest.keyClick(page.keys.key, Qt.Key.Key_F8)
    page.keys.replace_button.click()
    assert window.settings.current.keys == {"log": ("F8",)}
    page.keys.list.setFocus()
    QTest.keyClick(page.keys.list, Qt.Key.Key_F8)
    assert window.sheet is not None


def test_a_key_that_is_taken_is_refused_before_it_can_be_used(page: SettingsPage) -> None:
    choose_action(page, "invert")
    page.keys.key.setFocus()
    QTest.keyClick(page.keys.key, Qt.Key.Key_F)
    assert "Fit to the panel" in page.keys.verdict.text()
    assert not page.keys.replace_button.isEnabled()
    assert not page.keys.add_button.isEnabled()
