from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.gui.messages import Banners
from app.gui.widgets.hanging import Hanging


@pytest.fixture
def banners(qtbot: QtBot) -> Banners:
    banners = Banners()
    qtbot.addWidget(banners)
    return banners


def test_an_error_stands_with_its_hint_and_its_level_as_a_word(banners: Banners) -> None:
    banner = banners.error(AppError("The disk is full.", "Free some space."))
    assert banner.label.text() == "Error: The disk is full. Free some space."
    assert not banners.isHidden()


def test_the_button_does_what_it_says(banners: Banners) -> None:
    done: list[str] = []
    banner = banners.warn("Read-only.", action=("Choose…", lambda: done.append("chosen")))
    assert banner.action_button is not None
    banner.action_button.click()
    assert done == ["chosen"]


def test_the_keyboard_can_dismiss_a_banner(banners: Banners) -> None:
    banner = banners.warn("Read-only.")
    QTest.keyClick(banner.dismiss_button, Qt.Key.Key_Space)
    assert banners.shown() == ()
    assert banners.isHidden()


def test_a_banner_with_the_same_key_takes_the_place_of_the_older_one(banners: Banners) -> None:
    banners.warn("One file failed.", key="import")
    banners.warn("Two files failed.", key="import")
    assert [banner.text for banner in banners.shown()] == ["Two files failed."]
    banners.dismiss("import")
    assert banners.shown() == ()


def test_the_same_words_twice_are_one_banner_and_never_more_than_three_stand(banners: Banners) -> None:
    for text in ("a", "b", "b", "c", "d"):
        banners.error(text)
    assert [banner.text for banner in banners.shown()] == ["d", "c", "b"]


def test_a_banner_lies_over_the_page_and_moves_nothing_on_it(qtbot: QtBot) -> None:
    pane = QWidget()
    qtbot.addWidget(pane)
    column = QVBoxLayout(pane)
    button = QPushButton("Read as R1…")
    column.addWidget(button)
    column.addStretch(1)
    banners = Banners()
    Hanging(banners, pane)
    pane.resize(900, 600)
    with qtbot.waitExposed(pane):
        pane.show()
    before = button.geometry()
    banners.error("The disk is full. " * 12, "Free some space.")
    first = banners.warn("The folder is read-only.")
    qtbot.waitUntil(lambda: first.isVisible() and banners.geometry().bottom() < 600)
    QApplication.processEvents()
    assert button.geometry() == before
    assert not banners.geometry().intersects(before)
    qtbot.waitUntil(
        lambda: all(
            each.height() >= each.label.heightForWidth(each.label.width()) for each in banners.shown()
        )
    )
    pane.resize(600, 400)
    QApplication.processEvents()
    assert pane.rect().contains(banners.geometry())
    for banner in banners.shown():
        QTest.mouseClick(banner.dismiss_button, Qt.MouseButton.LeftButton)
    assert not banners.isVisible()


def test_text_is_never_taken_for_markup(banners: Banners) -> None:
    banner = banners.error("<b>bold</b> & <img src=x>")
    assert banner.label.textFormat() is Qt.TextFormat.PlainText
