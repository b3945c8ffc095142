"""Points and polygons drawn, moved and removed with real mouse events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.annotation.region import Region
from app.gui.canvas.scan_canvas import ScanCanvas

from .conftest import ANT, POST, Mouse, scan_of

RIGHT = Qt.MouseButton.RightButton
CORNERS = ((20, 100), (40, 100), (40, 130), (20, 130))


def square(canvas: ScanCanvas, draw: Callable[..., None], view=ANT) -> Region:
    canvas.marks.set_tool("polygon")
    draw(view, *CORNERS)
    canvas.marks.close_polygon()
    return canvas.marks.regions[-1]


def test_a_click_with_the_point_tool_is_a_mark_in_image_pixels(
    qtbot: QtBot, canvas: ScanCanvas, mouse: Mouse
) -> None:
    canvas.marks.set_tool("point")
    canvas.marks.set_new_mark("fracture", 35)
    with qtbot.waitSignals([canvas.marks.added, canvas.marks.changed]):
        mouse.click(canvas.films.to_widget(POST, 20.5, 50.5))
    (mark,) = canvas.marks.regions
    assert mark.view is POST
    assert mark.is_point
    assert mark.vertices[0] == pytest.approx((20.5, 50.5), abs=0.5)
    assert (mark.label, mark.rating) == ("fracture", 35)
    assert canvas.marks.selected == mark.uuid


def test_a_polygon_closed_by_call_has_its_vertices_in_image_pixels(
    canvas: ScanCanvas, draw: Callable[..., None]
) -> None:
    region = square(canvas, draw, POST)
    assert region.view is POST
    assert np.abs(region.vertices - np.array(CORNERS)).max() <= 0.5
    assert not canvas.marks.drawing


def test_a_double_click_closes_and_adds_its_place_once(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS[:3])
    mouse.double_click(canvas.films.to_widget(ANT, *CORNERS[3]))
    (region,) = canvas.marks.regions
    assert len(region.vertices) == 4


def test_a_click_on_the_first_vertex_closes(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS, CORNERS[0])
    (region,) = canvas.marks.regions
    assert len(region.vertices) == 4


def test_a_right_click_takes_the_last_vertex_back_and_changes_no_level(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    levels = canvas.display.levels
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS, (90, 300))
    mouse.click(canvas.films.to_widget(ANT, 90, 300), RIGHT)
    canvas.marks.close_polygon()
    assert len(canvas.marks.regions[0].vertices) == 4
    assert canvas.display.levels == levels


def test_backspace_and_escape_work_by_call(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    states: list[bool] = []
    canvas.marks.drawing_changed.connect(states.append)
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS[:2])
    canvas.marks.remove_last_vertex()
    assert canvas.marks.drawing
    canvas.marks.remove_last_vertex()
    assert not canvas.marks.drawing
    draw(ANT, *CORNERS)
    canvas.marks.cancel()
    assert states == [True, False, True, False]
    assert canvas.marks.regions == ()


def test_clicks_beside_the_image_do_nothing(canvas: ScanCanvas, mouse: Mouse) -> None:
    for tool in ("point", "polygon", "select"):
        canvas.marks.set_tool(tool)
        mouse.click(QPoint(3, 400))
        mouse.double_click(QPoint(797, 3))
        mouse.click(QPoint(3, 400), RIGHT)
    assert canvas.marks.regions == ()
    assert not canvas.marks.drawing


def test_an_outline_stays_on_the_view_it_began_on(
    qtbot: QtBot, canvas: ScanCanvas, draw: Callable[..., None]
) -> None:
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS[:2])
    with qtbot.waitSignal(canvas.refused) as refused:
        draw(POST, CORNERS[2])
    assert "anterior" in refused.args[0]
    draw(ANT, *CORNERS[2:])
    canvas.marks.close_polygon()
    assert [region.view for region in canvas.marks.regions] == [ANT]


@pytest.mark.parametrize(
    ("places", "reason"),
    [
        ([(20, 100), (40, 100)], "three vertices"),
        ([(20, 100), (40, 130), (40, 100), (20, 130)], "crosses itself"),
        ([(20, 100), (20, 130), (20, 160)], "nothing inside"),
    ],
)
def test_an_impossible_outline_is_refused_with_a_reason_and_can_be_mended(
    qtbot: QtBot, canvas: ScanCanvas, draw: Callable[..., None], places: list, reason: str
) -> None:
    canvas.marks.set_tool("polygon")
    draw(ANT, *places)
    with qtbot.waitSignal(canvas.refused) as refused:
        canvas.marks.close_polygon()
    assert reason in refused.args[0]
    assert canvas.marks.drawing
    assert canvas.marks.regions == ()
    while canvas.marks.drawing:
        canvas.marks.remove_last_vertex()
    draw(ANT, *CORNERS)
    canvas.marks.close_polygon()
    assert len(canvas.marks.regions) == 1


def test_a_vertex_of_the_selected_mark_can_be_dragged(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    region = square(canvas, draw)
    canvas.marks.set_tool("select")
    mouse.drag(canvas.films.to_widget(ANT, 40, 130), canvas.films.to_widget(ANT, 60, 150))
    (moved,) = canvas.marks.regions
    assert moved.uuid == region.uuid
    assert moved.vertices[2] == pytest.approx((60, 150), abs=0.6)
    assert moved.vertices[0] == pytest.approx(region.vertices[0])


def test_a_vertex_dragged_off_the_image_stays_at_its_edge(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    square(canvas, draw)
    canvas.marks.set_tool("select")
    mouse.drag(canvas.films.to_widget(ANT, 20, 100), canvas.films.to_widget(ANT, -60, 90))
    assert canvas.marks.regions[0].vertices[0] == pytest.approx((0, 90), abs=0.6)


def test_an_impossible_drag_leaves_the_last_possible_shape(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    square(canvas, draw)
    canvas.marks.set_tool("select")
    mouse.drag(canvas.films.to_widget(ANT, 20, 100), canvas.films.to_widget(ANT, 80, 117))
    from shapely import Polygon

    assert Polygon(canvas.marks.regions[0].vertices).is_valid


def test_a_mark_can_be_dragged_as_a_whole_and_put_back(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    before = square(canvas, draw)
    canvas.marks.set_tool("select")
    mouse.drag(canvas.films.to_widget(ANT, 30, 115), canvas.films.to_widget(ANT, 45, 215))
    after = canvas.marks.regions[0]
    assert after.vertices - before.vertices == pytest.approx(np.tile([15, 100], (4, 1)), abs=0.6)
    canvas.marks.undo()
    assert canvas.marks.regions[0] is before
    canvas.marks.redo()
    assert canvas.marks.regions[0] is after


def test_a_trembling_click_moves_nothing(canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]) -> None:
    before = square(canvas, draw)
    canvas.marks.set_tool("select")
    spot = canvas.films.to_widget(ANT, 30, 115)
    mouse.drag(spot, spot + QPoint(2, 1))
    assert canvas.marks.regions == (before,)


def test_escape_during_a_drag_puts_the_mark_back(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    before = square(canvas, draw)
    canvas.marks.set_tool("select")
    start = canvas.films.to_widget(ANT, 30, 115)
    mouse.press(start)
    QTest.mouseMove(canvas, start + QPoint(60, 60))
    canvas.marks.cancel()
    mouse.release(start + QPoint(60, 60))
    assert canvas.marks.regions == (before,)


def test_the_escape_key_lets_go_of_a_dragged_mark(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    region = square(canvas, draw)
    canvas.marks.set_tool("select")
    start = canvas.films.to_widget(ANT, 50, 200)
    mouse.press(start)
    mouse.hold(start + QPoint(40, 40))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    mouse.hold(start + QPoint(60, 60))
    mouse.release(start + QPoint(60, 60))
    assert canvas.marks.regions == (region,)


def test_clicks_select_the_mark_under_them_or_none(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    region = square(canvas, draw)
    selected: list[str] = []
    canvas.marks.selection_changed.connect(selected.append)
    canvas.marks.set_tool("select")
    mouse.click(canvas.films.to_widget(ANT, 80, 300))
    mouse.click(canvas.films.to_widget(ANT, 30, 115))
    mouse.click(canvas.films.to_widget(POST, 30, 115))
    assert selected == ["", region.uuid, ""]


def test_a_double_click_on_an_edge_adds_a_vertex_and_a_right_click_removes_it(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    square(canvas, draw)
    canvas.marks.set_tool("select")
    mouse.double_click(canvas.films.to_widget(ANT, 30, 100))
    vertices = canvas.marks.regions[0].vertices
    assert len(vertices) == 5
    assert vertices[1] == pytest.approx((30, 100), abs=0.6)
    mouse.click(canvas.films.to_widget(ANT, 30, 100), RIGHT)
    assert len(canvas.marks.regions[0].vertices) == 4


def test_delete_removes_the_selected_mark_and_can_be_undone(
    canvas: ScanCanvas, draw: Callable[..., None]
) -> None:
    region = square(canvas, draw)
    canvas.marks.delete_selected()
    assert canvas.marks.regions == ()
    assert canvas.marks.selected == ""
    canvas.marks.delete_selected()
    canvas.marks.undo()
    assert canvas.marks.regions == (region,)


def test_undo_during_drawing_takes_back_a_vertex(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    canvas.marks.set_tool("polygon")
    assert not canvas.marks.can_undo
    draw(ANT, *CORNERS, (90, 300))
    assert canvas.marks.can_undo
    canvas.marks.undo()
    canvas.marks.close_polygon()
    assert len(canvas.marks.regions[0].vertices) == 4
    canvas.marks.undo()
    assert canvas.marks.regions == ()
    assert canvas.marks.can_redo


def test_a_changed_label_is_a_step_of_undo(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    uuid = square(canvas, draw).uuid
    canvas.marks.change(uuid, label="degenerative", rating=12.0, bone="spine")
    (region,) = canvas.marks.regions
    assert (region.label, region.rating, region.bone) == ("degenerative", 12, "spine")
    canvas.marks.undo()
    assert canvas.marks.regions[0].label == "metastasis"
    with pytest.raises(KeyError):
        canvas.marks.change("nobody", label="x")


def test_a_lesion_can_be_mirrored_to_the_other_view(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    first = square(canvas, draw)
    canvas.marks.mirror_selected()
    copy = canvas.marks.regions[1]
    assert (copy.view, copy.lesion) == (POST, first.lesion)
    assert canvas.marks.selected == copy.uuid


def test_with_one_view_there_is_nothing_to_mirror_to(
    qtbot: QtBot, canvas: ScanCanvas, draw: Callable[..., None]
) -> None:
    canvas.show_scan(scan_of(posterior=None))
    square(canvas, draw)
    with qtbot.waitSignal(canvas.refused) as refused:
        canvas.marks.mirror_selected()
    assert "no other view" in refused.args[0]


def test_read_only_marks_can_be_selected_but_not_changed(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    region = square(canvas, draw)
    canvas.marks.set_read_only(True)
    assert canvas.marks.tool.id == "select"
    canvas.marks.set_tool("polygon")
    assert canvas.marks.tool.id == "select"
    canvas.marks.select("")
    mouse.drag(canvas.films.to_widget(ANT, 30, 115), canvas.films.to_widget(ANT, 60, 160))
    mouse.double_click(canvas.films.to_widget(ANT, 30, 100))
    canvas.marks.delete_selected()
    canvas.marks.undo()
    canvas.marks.change(region.uuid, label="x")
    assert canvas.marks.regions == (region,)
    assert canvas.marks.selected == region.uuid
    canvas.marks.set_read_only(False)
    canvas.marks.delete_selected()
    assert canvas.marks.regions == ()


def test_marks_put_in_place_are_not_told_and_cannot_be_undone(qtbot: QtBot, canvas: ScanCanvas) -> None:
    region = Region(ANT, np.array(CORNERS, float))
    with qtbot.assertNotEmitted(canvas.marks.changed):
        canvas.marks.put((region,))
    assert canvas.marks.regions == (region,)
    assert not canvas.marks.can_undo
    canvas.marks.select(region.uuid)
    canvas.marks.put(())
    assert canvas.marks.selected == ""


def test_another_scan_starts_without_marks(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    square(canvas, draw)
    draw(ANT, *CORNERS[:2])
    canvas.show_scan(scan_of())
    assert canvas.marks.regions == ()
    assert not canvas.marks.drawing
    assert not canvas.marks.can_undo


def test_marks_can_be_hidden_for_a_look(canvas: ScanCanvas, draw: Callable[..., None]) -> None:
    clean = canvas.grab().toImage()
    canvas.marks.put((Region(ANT, np.array(CORNERS, float)), Region(POST, np.array([[50.0, 50.0]]))))
    marked = canvas.grab().toImage()
    assert marked != clean
    canvas.hide_marks(True)
    assert canvas.grab().toImage() == clean
    canvas.hide_marks(False)
    assert canvas.grab().toImage() == marked


def test_a_mark_drawn_on_a_dark_copy_belongs_to_the_same_view(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.display.set_dual_intensity(True)
    canvas.marks.set_tool("point")
    mouse.click(canvas.films.panels[3].to_screen(30, 60).toPoint())
    (mark,) = canvas.marks.regions
    assert mark.view is POST
    assert mark.vertices[0] == pytest.approx((30, 60), abs=1)


def test_marks_drawn_while_zoomed_are_in_image_pixels(
    canvas: ScanCanvas, mouse: Mouse, draw: Callable[..., None]
) -> None:
    mouse.wheel(canvas.films.to_widget(ANT, 30, 115), 6)
    region = square(canvas, draw)
    assert np.abs(region.vertices - np.array(CORNERS)).max() < 0.2


def test_many_marks_are_all_painted(canvas: ScanCanvas) -> None:
    clean = canvas.grab().toImage()
    spots = [(10 + 4 * (n % 20), 20 + 6 * (n // 20)) for n in range(400)]
    canvas.marks.put(
        tuple(Region(ANT, np.array([[x, y], [x + 3, y], [x + 2, y + 4]], float)) for x, y in spots)
    )
    marked = canvas.grab().toImage()
    changed = [
        any(
            marked.pixel(at + QPoint(dx, dy)) != clean.pixel(at + QPoint(dx, dy))
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
        )
        for at in (canvas.films.to_widget(ANT, x + 1.5, y) for x, y in spots)
    ]
    assert all(changed)


def test_a_page_that_refreshes_itself_does_not_disturb_a_half_drawn_outline(
    canvas: ScanCanvas, draw: Callable[..., None]
) -> None:
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS[:2])
    canvas.marks.set_read_only(False)
    canvas.input.set_enabled(True)
    canvas.marks.set_tool("polygon")
    draw(ANT, *CORNERS[2:])
    canvas.marks.close_polygon()
    assert len(canvas.marks.regions[0].vertices) == 4
