"""The tools of the annotation page, driven by real mouse and wheel events on the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.annotation.geometry import area, contains, to_mask
from app.annotation.painting import OtherLesions
from app.gui.canvas.scan_canvas import ScanCanvas
from app.gui.canvas.tools import TOOLS
from app.gui.canvas.tools.brush import BrushTool
from app.gui.canvas.tools.threshold import ThresholdTool
from app.scan.scan import Scan, View, ViewName
from tests.gui.canvas.conftest import Mouse, counts

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SHIFT = Qt.KeyboardModifier.ShiftModifier


def with_focus() -> Scan:
    """A scan whose anterior view has a round focus of 400 counts at (25, 120)."""
    image = counts()
    rows, cols = np.mgrid[: image.shape[0], : image.shape[1]] + 0.5
    image += (400 * np.exp(-((cols - 25.5) ** 2 + (rows - 120.5) ** 2) / (2 * 3.0**2))).astype(np.float32)
    return Scan("case-1", View(ANT, image), View(POST, counts()))


def at(canvas: ScanCanvas, x: float, y: float, view: ViewName = ANT) -> QPoint:
    return canvas.films.to_widget(view, x, y)


def refusals(canvas: ScanCanvas) -> list[str]:
    said: list[str] = []
    canvas.refused.connect(said.append)
    return said


def test_every_tool_has_a_name_and_can_be_taken(canvas: ScanCanvas) -> None:
    assert len({tool.id for tool in TOOLS}) == len(TOOLS)
    for tool in TOOLS:
        canvas.marks.set_tool(tool.id)
        assert canvas.marks.tool.id == tool.id
        assert not canvas.marks.drawing


def test_a_freehand_drag_becomes_an_outline(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("freehand")
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = [at(canvas, 30 + 12 * np.cos(t), 100 + 12 * np.sin(t)) for t in turn]
    mouse.press(ring[0])
    for place in ring[1:]:
        mouse._send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
    assert canvas.marks.drawing
    mouse.release(ring[-1])
    (region,) = canvas.marks.regions
    assert area(region.vertices) == pytest.approx(np.pi * 144, rel=0.05)
    assert not canvas.marks.drawing


def test_a_freehand_click_or_an_escape_draws_nothing(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("freehand")
    mouse.click(at(canvas, 30, 100))
    mouse.press(at(canvas, 30, 100))
    canvas.marks.cancel()
    mouse.release(at(canvas, 60, 130))
    assert canvas.marks.regions == ()


def test_an_ellipse_fills_the_dragged_box(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("ellipse")
    mouse.drag(at(canvas, 20, 100), at(canvas, 50, 120))
    (region,) = canvas.marks.regions
    assert region.vertices.min(axis=0) == pytest.approx([20, 100], abs=0.5)
    assert region.vertices.max(axis=0) == pytest.approx([50, 120], abs=0.5)
    assert area(region.vertices) == pytest.approx(np.pi * 15 * 10, rel=0.03)


def test_the_brush_makes_a_region_and_then_adds_to_it_in_named_steps(
    canvas: ScanCanvas, mouse: Mouse
) -> None:
    canvas.marks.set_tool("brush")
    mouse.drag(at(canvas, 30, 100), at(canvas, 40, 100))
    before = area(canvas.marks.regions[0].vertices)
    mouse.drag(at(canvas, 35, 100), at(canvas, 35, 120))
    (region,) = canvas.marks.regions
    assert area(region.vertices) > before + 100
    canvas.marks.undo()
    assert area(canvas.marks.regions[0].vertices) == pytest.approx(before)
    canvas.marks.undo()
    assert canvas.marks.regions == ()


def test_a_stroke_elsewhere_is_another_region(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("brush")
    mouse.drag(at(canvas, 30, 100), at(canvas, 40, 100))
    mouse.drag(at(canvas, 30, 200), at(canvas, 40, 200))
    assert len(canvas.marks.regions) == 2


def test_the_eraser_takes_away_and_says_when_there_is_nothing(canvas: ScanCanvas, mouse: Mouse) -> None:
    said = refusals(canvas)
    canvas.marks.set_tool("ellipse")
    mouse.drag(at(canvas, 20, 90), at(canvas, 60, 130))
    canvas.marks.set_tool("eraser")
    mouse.drag(at(canvas, 40, 80), at(canvas, 40, 140))
    assert len(canvas.marks.regions) == 2
    assert len({region.lesion for region in canvas.marks.regions}) == 1
    mouse.drag(at(canvas, 40, 300), at(canvas, 50, 300))
    assert said == ["There is no region under the eraser."]


def test_shift_and_wheel_change_the_brush_and_the_plain_wheel_zooms(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("brush")
    tool = canvas.marks.tool
    assert isinstance(tool, BrushTool)
    radius, zoom = tool.value, canvas.films.viewpoint.zoom
    mouse.wheel(at(canvas, 40, 100), 2, SHIFT)
    assert tool.value > radius
    assert canvas.films.viewpoint.zoom == zoom
    mouse.wheel(at(canvas, 40, 100), 1)
    assert canvas.films.viewpoint.zoom > zoom


def test_a_click_takes_the_threshold_contour_and_the_wheel_changes_it(
    canvas: ScanCanvas, mouse: Mouse
) -> None:
    canvas.show_scan(with_focus())
    canvas.marks.set_tool("threshold")
    zoom = canvas.films.viewpoint.zoom
    mouse.move(at(canvas, 25.5, 120.5))
    tool = canvas.marks.tool
    assert isinstance(tool, ThresholdTool)
    assert tool.contour is not None
    wide = area(tool.contour.vertices)
    assert not canvas.marks.drawing
    mouse.wheel(at(canvas, 25.5, 120.5), 10)
    assert tool.value == pytest.approx(0.6)
    assert area(tool.contour.vertices) < wide
    assert canvas.films.viewpoint.zoom == zoom
    mouse.click(at(canvas, 25.5, 120.5))
    (region,) = canvas.marks.regions
    assert contains(region.vertices, 25.5, 120.5)
    assert canvas.marks.selected == region.uuid


def test_a_focus_without_an_end_is_refused_with_what_to_do(canvas: ScanCanvas, mouse: Mouse) -> None:
    said = refusals(canvas)
    canvas.marks.set_tool("threshold")
    mouse.click(at(canvas, 50, 200))
    assert canvas.marks.regions == ()
    assert "Turn the wheel up" in said[0]
    mouse.click(at(canvas, 2, 390))
    assert said[1] == "There are no counts here."


def test_the_contour_goes_when_the_mouse_leaves(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.show_scan(with_focus())
    canvas.marks.set_tool("threshold")
    mouse.move(at(canvas, 25.5, 120.5))
    assert canvas.marks.tool.hover is not None
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.marks.tool.hover is None


def test_a_line_right_through_cuts_a_region_in_two(canvas: ScanCanvas, mouse: Mouse) -> None:
    said = refusals(canvas)
    canvas.marks.set_tool("ellipse")
    mouse.drag(at(canvas, 20, 90), at(canvas, 60, 130))
    canvas.marks.set_tool("cut")
    mouse.drag(at(canvas, 10, 110), at(canvas, 40, 110))
    assert len(canvas.marks.regions) == 1
    mouse.drag(at(canvas, 10, 110), at(canvas, 70, 110))
    assert len(canvas.marks.regions) == 2
    mouse.drag(at(canvas, 10, 300), at(canvas, 70, 300))
    assert said == [
        "The line does not cut the outline in two. Draw it from outside to outside.",
        "The line crosses no region.",
    ]


def test_read_only_marks_are_not_painted_erased_or_cut(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("ellipse")
    mouse.drag(at(canvas, 20, 90), at(canvas, 60, 130))
    before = canvas.marks.regions
    canvas.marks.set_read_only(True)
    for tool in ("brush", "eraser", "cut", "threshold"):
        canvas.marks.set_tool(tool)
        mouse.drag(at(canvas, 10, 110), at(canvas, 70, 110))
    assert canvas.marks.regions == before


def test_marks_are_drawn_in_the_colour_of_their_class(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.set_class_colours({"metastasis": "#ff0000", "fracture": "#00aa00"})
    canvas.marks.set_tool("ellipse")
    mouse.drag(at(canvas, 20, 90), at(canvas, 60, 130))
    canvas.marks.select("")
    assert colours(canvas, (255, 0, 0)) > 50
    canvas.marks.change(canvas.marks.regions[0].uuid, label="fracture")
    assert colours(canvas, (255, 0, 0)) == 0
    assert colours(canvas, (0, 170, 0)) > 50


def colours(canvas: ScanCanvas, rgb: tuple[int, int, int]) -> int:
    """How many pixels of the canvas have a colour."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return int((pixels[..., :3] == rgb[::-1]).all(axis=2).sum())


CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_lesion_that_was_chosen_grows_wherever_the_stroke_starts(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("brush")
    mouse.drag(at(canvas, 30, 100), at(canvas, 40, 100))
    canvas.marks.select("")
    canvas.marks.select(canvas.marks.regions[0].uuid)
    mouse.drag(at(canvas, 30, 200), at(canvas, 40, 200))
    assert len(canvas.marks.regions) == 2
    assert len({region.lesion for region in canvas.marks.regions}) == 1
    mouse.drag(at(canvas, 60, 100), at(canvas, 38, 100))
    assert len(canvas.marks.regions) == 2, "a stroke that ends on it adds to it"
    canvas.marks.undo()
    canvas.marks.undo()
    assert len(canvas.marks.regions) == 1


def test_with_ctrl_the_brush_erases(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("brush")
    mouse.drag(at(canvas, 30, 100), at(canvas, 50, 100))
    before = area(canvas.marks.regions[0].vertices)
    mouse.keys = CTRL
    mouse.drag(at(canvas, 45, 90), at(canvas, 45, 110))
    assert sum(area(region.vertices) for region in canvas.marks.regions) < before - 20


def test_the_brush_paints_what_is_hot_alone_and_leaves_others_alone(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.show_scan(with_focus())
    canvas.marks.set_tool("brush")
    canvas.marks.set_brush(0.5, OtherLesions.PROTECT)
    canvas.marks.tool.set_value(9)
    mouse.click(at(canvas, 25.5, 120.5))
    (focus,) = canvas.marks.regions
    assert area(focus.vertices) < np.pi * 6**2
    canvas.marks.set_brush(None, OtherLesions.PROTECT)
    canvas.marks.select("")
    mouse.drag(at(canvas, 25, 136), at(canvas, 25, 122))
    other = canvas.marks.regions[-1]
    assert other.lesion != focus.lesion
    assert not (to_mask(other.vertices, (400, 100)) & to_mask(focus.vertices, (400, 100))).any()


def test_a_line_keeps_a_threshold_contour_out_of_the_neighbour(canvas: ScanCanvas, mouse: Mouse) -> None:
    image = with_focus().view(ANT).counts.copy()  # type: ignore[union-attr]
    image[:, 9:] += image[:, :-9] - counts()[:, :-9]
    canvas.show_scan(Scan("case-1", View(ANT, image), View(POST, counts())))
    canvas.marks.set_tool("threshold")
    mouse.keys = CTRL
    mouse.drag(at(canvas, 30, 100), at(canvas, 30, 140))
    mouse.keys = Qt.KeyboardModifier.NoModifier
    assert canvas.marks.regions == ()
    mouse.click(at(canvas, 25.5, 120.5))
    (region,) = canvas.marks.regions
    assert region.vertices[:, 0].max() <= 31
    canvas.marks.cancel()
    assert canvas.marks.tool.fences == []
