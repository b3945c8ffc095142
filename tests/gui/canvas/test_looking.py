"""Levels, curves, palettes, zoom and pan, by mouse and by call."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.canvas.scan_canvas import ScanCanvas
from app.scan.scan import Scan
from app.study.answer import DisplayState
from app.study.protocol import ScreenRules

from .conftest import ANT, POST, Mouse, scan_of

RIGHT, MIDDLE = Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


def test_a_scan_starts_at_its_own_levels_in_inverse_grey_fitted(canvas: ScanCanvas) -> None:
    state = canvas.films.display_state()
    assert (state.lower_level, state.curve, state.palette, state.inverted) == (0, "linear", "grey", True)
    assert state.upper_level == 100
    assert state.zoom == pytest.approx(2)
    assert state.dual_intensity is False


def test_levels_are_kept_for_the_next_scan_when_asked(canvas: ScanCanvas, scan: Scan) -> None:
    canvas.display.set_levels(5, 44)
    canvas.display.set_curve("log")
    canvas.display.set_inverted(False)
    canvas.films.zoom_by(3)
    kept = canvas.films.display_state()
    canvas.blank()
    canvas.show_scan(scan_of(), kept)
    assert canvas.films.display_state() == kept
    canvas.show_scan(scan_of())
    assert canvas.display.levels.upper == 100


def test_a_fitted_scan_kept_for_the_next_one_stays_fitted(canvas: ScanCanvas) -> None:
    canvas.show_scan(scan_of(), canvas.films.display_state())
    canvas.resize(800, 400)
    assert canvas.films.display_state().zoom == pytest.approx(1)


def test_every_change_of_the_display_is_told(canvas: ScanCanvas) -> None:
    told: list[DisplayState] = []
    canvas.films.display_changed.connect(told.append)
    canvas.display.set_levels(0, 50)
    canvas.display.set_levels(0, 50)
    canvas.display.set_curve("square root")
    canvas.display.invert()
    canvas.display.toggle_dual_intensity()
    assert [state.upper_level for state in told] == [50] * 4
    assert told[-1].dual_intensity
    assert not told[-1].inverted


def test_the_upper_level_never_meets_the_lower(canvas: ScanCanvas) -> None:
    canvas.display.set_levels(60, 10)
    assert canvas.display.levels.upper == 61
    with pytest.raises(ValueError, match="levels"):
        canvas.display.set_levels(0, float("nan"))
    for _ in range(500):
        canvas.display.step_upper(-3)
        canvas.display.step_lower(+3)
    assert canvas.display.levels.upper > canvas.display.levels.lower
    for _ in range(2000):
        canvas.display.step_upper(+3)
    assert canvas.display.levels.upper <= 1e9


def test_steps_go_up_and_down_again(canvas: ScanCanvas) -> None:
    canvas.display.step_upper(4)
    assert canvas.display.levels.upper == pytest.approx(100 * 1.05**4)
    canvas.display.step_upper(-4)
    canvas.display.step_lower(5)
    assert canvas.display.levels.upper == pytest.approx(100)
    assert canvas.display.levels.lower == pytest.approx(10)
    canvas.display.step_lower(-50)
    assert canvas.display.levels.lower == 0


def test_reset_brings_back_how_the_scan_started(canvas: ScanCanvas) -> None:
    start = canvas.films.display_state()
    canvas.display.set_levels(3, 7)
    canvas.display.set_palette("PET")
    canvas.display.set_curve("log")
    canvas.films.zoom_by(5, QPointF(100, 100))
    canvas.films.reset()
    assert canvas.films.display_state() == start


def test_colours_come_as_defined_and_grey_comes_back_inverted(canvas: ScanCanvas) -> None:
    canvas.display.set_palette("hot iron")
    assert canvas.films.display_state().inverted is False
    canvas.display.set_palette("grey")
    assert canvas.films.display_state().inverted is True


def test_curves_and_palettes_can_be_walked_through(canvas: ScanCanvas) -> None:
    curves, palettes = [], []
    for _ in range(4):
        canvas.display.next_curve()
        curves.append(canvas.films.display_state().curve)
    for _ in range(5):
        canvas.display.next_palette()
        palettes.append(canvas.films.display_state().palette)
    assert curves == ["square root", "log", "gamma 0.50", "linear"]
    assert palettes == ["hot iron", "PET", "hot metal blue", "PET 20 step", "grey"]
    with pytest.raises(ValueError, match="unknown"):
        canvas.display.set_curve("wavy")
    with pytest.raises(ValueError, match="unknown"):
        canvas.display.set_palette("rainbow")


def test_what_the_protocol_forbids_is_refused_with_a_reason(canvas: ScanCanvas) -> None:
    canvas.display.set_rules(ScreenRules(palettes=False, curves=False, inversion=False, dual_intensity=False))
    start = canvas.films.display_state()
    reasons: list[str] = []
    canvas.refused.connect(reasons.append)
    canvas.display.next_palette()
    canvas.display.next_curve()
    canvas.display.invert()
    canvas.display.toggle_dual_intensity()
    assert canvas.films.display_state() == start
    assert len(reasons) == 4
    assert all("protocol of this study" in reason for reason in reasons)


def test_the_wheel_zooms_and_keeps_what_is_under_the_cursor(canvas: ScanCanvas, mouse: Mouse) -> None:
    for view, place in ((ANT, (30, 120)), (POST, (70, 300))):
        canvas.films.fit()
        spot = canvas.films.to_widget(view, *place)
        before = canvas.films.to_image(spot)
        mouse.wheel(spot, 8)
        after = canvas.films.to_image(spot)
        assert before is not None
        assert after is not None
        assert after[1:] == pytest.approx(before[1:], abs=0.01)
    assert canvas.films.display_state().zoom > 5
    canvas.films.fit()
    assert canvas.films.display_state().zoom == pytest.approx(2)


def test_zooming_one_view_shows_the_same_place_of_the_patient_on_the_other(
    canvas: ScanCanvas, mouse: Mouse
) -> None:
    mouse.wheel(canvas.films.to_widget(ANT, 20, 100), 12)
    anterior, posterior = canvas.films.panels
    middle = anterior.to_image(anterior.rect.center())
    other = posterior.to_image(posterior.rect.center())
    assert other == pytest.approx((100 - middle[0], middle[1]))


def test_ctrl_wheel_changes_the_upper_level(canvas: ScanCanvas, mouse: Mouse) -> None:
    mouse.wheel(canvas.films.to_widget(ANT, 50, 50), -1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.display.levels.upper == pytest.approx(100 / 1.05)
    assert canvas.films.display_state().zoom == pytest.approx(2)


@pytest.mark.parametrize("view", [ANT, POST])
def test_a_middle_drag_pans_the_film_under_the_mouse(canvas: ScanCanvas, mouse: Mouse, view) -> None:
    canvas.films.zoom_by(4)
    start = canvas.films.to_widget(view, 50, 200)
    mouse.drag(start, start + QPoint(40, -60), MIDDLE)
    assert (canvas.films.to_widget(view, 50, 200) - start - QPoint(40, -60)).manhattanLength() <= 2
    assert canvas.marks.regions == ()


def test_space_and_drag_pans_and_places_nothing(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("point")
    canvas.films.zoom_by(4)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    start = canvas.films.to_widget(ANT, 50, 200)
    mouse.drag(start, start + QPoint(-30, 20))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert (canvas.films.to_widget(ANT, 50, 200) - start - QPoint(-30, 20)).manhattanLength() <= 2
    assert canvas.marks.regions == ()


def test_a_right_drag_down_makes_lighter_and_up_darker(canvas: ScanCanvas, mouse: Mouse) -> None:
    mouse.drag(QPoint(300, 400), QPoint(300, 480), RIGHT)
    lighter = canvas.display.levels
    assert lighter.upper > 130
    assert lighter.lower == 0
    mouse.drag(QPoint(300, 400), QPoint(300, 250), RIGHT)
    assert canvas.display.levels.upper < 100


def test_a_right_drag_sideways_moves_the_lower_level(canvas: ScanCanvas, mouse: Mouse) -> None:
    mouse.drag(QPoint(300, 400), QPoint(380, 400), RIGHT)
    assert canvas.display.levels.lower == pytest.approx(20)
    assert canvas.display.levels.upper == pytest.approx(100)


def test_the_cursor_tells_the_counts_under_it(canvas: ScanCanvas, mouse: Mouse) -> None:
    told: list[str] = []
    canvas.input.cursor_moved.connect(told.append)
    mouse.move(canvas.films.to_widget(POST, 20.5, 50.5))
    mouse.move(QPoint(3, 3))
    assert told == ["250 counts @ POST (20, 50)", ""]


def test_a_display_only_scan_tells_grey_values(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.show_scan(scan_of(display_only=True))
    told: list[str] = []
    canvas.input.cursor_moved.connect(told.append)
    mouse.move(canvas.films.to_widget(ANT, 50.5, 200.5))
    assert told == ["100 grey @ ANT (50, 200)"]


def test_the_first_input_on_each_scan_is_announced_once(
    qtbot: QtBot, canvas: ScanCanvas, mouse: Mouse
) -> None:
    moments: list = []
    canvas.input.first_input.connect(moments.append)
    spot = canvas.films.to_widget(ANT, 50, 200)
    mouse.move(spot)
    assert moments == []  # a moving mouse decides nothing
    mouse.click(spot)
    mouse.wheel(spot, 1)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert len(moments) == 1
    canvas.show_scan(scan_of())
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert len(moments) == 2


def test_nothing_reacts_while_input_is_off_or_the_screen_blank(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("point")
    state, spot = canvas.films.display_state(), canvas.films.to_widget(ANT, 50, 200)

    def try_everything() -> None:
        mouse.click(spot)
        mouse.wheel(spot, 3)
        mouse.drag(spot, spot + QPoint(50, 50), RIGHT)
        QTest.keyClick(canvas, Qt.Key.Key_Space)

    canvas.input.set_enabled(False)
    try_everything()
    assert canvas.films.display_state() == state
    assert canvas.marks.regions == ()
    canvas.input.set_enabled(True)
    canvas.blank()
    try_everything()
    canvas.films.zoom_in()
    canvas.films.fit()
    canvas.films.pan_by(5, 5)
    canvas.films.reset()
    canvas.display.auto_levels()
    assert canvas.scan is None


def test_the_window_can_shrink_and_grow_and_the_films_follow(canvas: ScanCanvas) -> None:
    canvas.resize(300, 500)
    assert canvas.films.display_state().zoom == pytest.approx(min(500 / 400, 148 / 100), rel=0.02)
    canvas.films.zoom_by(2)
    zoom = canvas.films.display_state().zoom
    canvas.resize(600, 600)
    assert canvas.films.display_state().zoom == zoom


def test_the_magnifier_shows_the_film_larger(canvas: ScanCanvas, mouse: Mouse) -> None:
    mouse.move(canvas.films.to_widget(ANT, 50, 200))
    plain = canvas.grab().toImage()
    canvas.toggle_magnifier()
    assert canvas.grab().toImage() != plain
    canvas.toggle_magnifier()
    assert canvas.grab().toImage() == plain


def test_zooming_out_ends_at_the_whole_films_which_cannot_be_panned_away(
    canvas: ScanCanvas, mouse: Mouse
) -> None:
    start, spot = canvas.films.display_state(), canvas.films.to_widget(ANT, 10, 300)
    mouse.wheel(spot, 4)
    mouse.wheel(spot, -9)
    assert canvas.films.display_state() == start
    mouse.drag(spot, spot + QPoint(200, 200), MIDDLE)
    assert canvas.films.to_widget(ANT, 10, 300) == spot


def test_the_films_of_both_views_stand_side_by_side_in_the_middle(canvas: ScanCanvas) -> None:
    canvas.resize(1200, 400)
    left, right = (panel.film_rect for panel in canvas.films.panels)
    assert right.left() - left.right() < 15
    assert left.left() == pytest.approx(1200 - right.right(), abs=2)
