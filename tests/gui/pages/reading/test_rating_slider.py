"""The probability has no default: nothing is shown, and nothing suggested, until the reader touches it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.pages.reading.rating_rows import WORDS, RatingRows
from app.gui.pages.reading.rating_slider import RatingSlider
from app.study.protocol import Scale


@pytest.fixture
def slider(qtbot: QtBot, letters: int) -> RatingSlider:
    made = RatingSlider()
    qtbot.addWidget(made)
    made.resize(380, 140)
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(slider: RatingSlider | RatingRows) -> list[object]:
    values: list[object] = []
    slider.rated.connect(values.append)
    return values


def test_there_is_no_handle_before_the_first_touch(slider: RatingSlider) -> None:
    without = slider.track.grab().toImage()
    slider.show_rating(50)
    with_handle = slider.track.grab().toImage()
    slider.show_rating(None)
    assert slider.track.value is None
    assert slider.field.text() == ""
    assert without != with_handle
    assert slider.track.grab().toImage() == without


def test_a_click_on_the_line_gives_the_value_under_it(slider: RatingSlider) -> None:
    values = heard(slider)
    for wanted in (0, 25, 50, 100):
        QTest.mouseClick(
            slider.track, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.track._x(wanted)), 40)
        )
    assert [
        abs(int(str(value)) - wanted) <= 1 for value, wanted in zip(values, (0, 25, 50, 100), strict=True)
    ]
    assert slider.field.text() == "100"


def test_a_drag_is_one_answer_where_it_ends(slider: RatingSlider) -> None:
    values = heard(slider)
    track = slider.track
    places = [QPoint(round(track._x(value)), 40) for value in (10, 40, 60, 90)]
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(track, place)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=places[-1])
    assert len(values) == 2, "where it was put down, and where it came to rest"
    assert abs(int(str(values[-1])) - 90) <= 1


def test_typed_digits_are_the_rating_and_nothing_else_gets_into_the_field(slider: RatingSlider) -> None:
    values = heard(slider)
    QTest.keyClicks(slider.field, "7x3")
    assert slider.field.text() == "73"
    assert values == [7, 73]
    QTest.keyClicks(slider.field, "5")
    assert slider.field.text() == "73", "735 is no probability"
    assert slider.track.value == 73


def test_an_emptied_field_takes_the_rating_back(slider: RatingSlider) -> None:
    values = heard(slider)
    QTest.keyClicks(slider.field, "4")
    QTest.keyClick(slider.field, Qt.Key.Key_Backspace)
    assert values == [4, None]
    assert slider.track.value is None


def test_the_first_arrow_goes_to_the_middle_and_the_next_ones_step(slider: RatingSlider) -> None:
    values = heard(slider)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_End, Qt.Key.Key_Right):
        QTest.keyClick(slider.track, key)
    assert values == [50, 49, 59, 100]


@pytest.mark.parametrize("width", [170, 260, 380, 520])
def test_anchor_words_never_touch_each_other(slider: RatingSlider, width: int) -> None:
    track = slider.track
    track.resize(width, track.sizeHint().height())
    words = track.words()
    for row in (words[0::2], words[1::2]):
        boxes = [track._word_box(value, word) for value, word in row if word]
        assert all(left[1] <= right[0] for left, right in pairwise(boxes))
        assert boxes[0][0] >= 0
        assert boxes[-1][1] <= width


@pytest.mark.parametrize("scale", [Scale.FIVE, Scale.SIX])
def test_short_scales_have_a_row_per_grade_and_none_chosen(qtbot: QtBot, scale: Scale) -> None:
    rows = RatingRows(scale)
    qtbot.addWidget(rows)
    values = heard(rows)
    buttons = rows._group.buttons()
    assert len(buttons) == len(WORDS[scale]) == scale.bounds[1]
    assert not any(button.isChecked() for button in buttons)
    buttons[3].click()
    rows.show_rating(4)
    assert values == [4]
    assert [button.isChecked() for button in buttons].index(True) == 3
    rows.show_rating(None)
    assert not any(button.isChecked() for button in buttons)
