from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.flow import FlowLayout


def flowing(qtbot: QtBot, width: int) -> list[tuple[int, int]]:
    """Where four buttons of 100 x 20 pixels stand in a room of this width."""
    room = QWidget()
    qtbot.addWidget(room)
    flow = FlowLayout(room, gap=5)
    buttons = [QPushButton("x") for _ in range(4)]
    for button in buttons:
        button.setFixedSize(100, 20)
        flow.addWidget(button)
    room.resize(width, 300)
    room.show()
    return [(button.x(), button.y()) for button in buttons]


def test_controls_stand_in_one_line_where_there_is_room(qtbot: QtBot) -> None:
    assert flowing(qtbot, 500) == [(0, 0), (105, 0), (210, 0), (315, 0)]


def test_controls_go_on_in_the_next_line_where_there_is_none(qtbot: QtBot) -> None:
    assert flowing(qtbot, 210) == [(0, 0), (105, 0), (0, 25), (105, 25)]


def test_even_the_narrowest_room_shows_every_control(qtbot: QtBot) -> None:
    assert flowing(qtbot, 50) == [(0, 0), (0, 25), (0, 50), (0, 75)]


def test_a_long_line_never_widens_the_window_and_is_whole_in_the_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("a very long case code " * 20)
    assert label.minimumSizeHint().width() < 100
    assert label.toolTip() == label.text()
