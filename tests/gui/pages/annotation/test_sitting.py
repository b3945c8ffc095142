"""Nothing of a sitting is lost on the way from case to case: steps, half-drawn outlines, what others keep."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.annotation.annotation import Annotation
from app.annotation.formats import labelme_json, native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.annotation.conftest import disc
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, key, window

__all__ = ["window"]  # fixtures

ANT = ViewName.ANTERIOR
CTRL = Qt.KeyboardModifier.ControlModifier


def go(page: AnnotatePage, name: Qt.Key, case: str, qtbot: QtBot) -> None:
    key(name)
    canvas = page.desk.canvas
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == case, timeout=60_000)


def click(page: AnnotatePage, x: float, y: float) -> None:
    canvas = page.desk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.films.to_widget(ANT, x, y))


def test_a_half_drawn_outline_waits_for_its_case(page: AnnotatePage, qtbot: QtBot) -> None:
    canvas = page.desk.canvas
    key(Qt.Key.Key_P)
    for x, y in ((60, 200), (120, 200), (120, 320)):
        click(page, x, y)
    go(page, Qt.Key.Key_PageDown, "b", qtbot)
    assert not canvas.marks.drawing
    assert canvas.marks.regions == ()
    key(Qt.Key.Key_E)
    go(page, Qt.Key.Key_PageUp, "a", qtbot)
    assert canvas.marks.drawing
    assert "goes on" in page.desk.readout.text()
    click(page, 60, 320)
    key(Qt.Key.Key_Return)
    (region,) = canvas.marks.regions
    assert len(region.vertices) == 4


def test_another_tool_waits_until_the_outline_is_closed_or_dropped(page: AnnotatePage) -> None:
    canvas = page.desk.canvas
    key(Qt.Key.Key_P)
    click(page, 60, 200)
    key(Qt.Key.Key_E)
    assert canvas.marks.drawing
    assert "half drawn" in page.desk.readout.text()
    select = next(each for each in page.desk.tools.buttons.buttons() if each.objectName() == "select")
    QTest.mouseClick(select, Qt.MouseButton.LeftButton)
    assert canvas.marks.tool.id == "polygon"
    assert page.desk.tools.buttons.checkedButton().objectName() == "polygon"
    key(Qt.Key.Key_Escape)
    key(Qt.Key.Key_E)
    assert canvas.marks.tool.id == "ellipse"


def test_steps_can_be_undone_after_coming_back(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    drag(page, ANT, 100, 500)
    key(Qt.Key.Key_Z, CTRL)
    go(page, Qt.Key.Key_PageDown, "b", qtbot)
    drag(page, ANT, 60, 600)
    go(page, Qt.Key.Key_PageUp, "a", qtbot)
    canvas = page.desk.canvas
    assert len(canvas.marks.regions) == 1
    key(Qt.Key.Key_Y, CTRL)
    assert len(canvas.marks.regions) == 2
    for _ in range(3):
        key(Qt.Key.Key_Z, CTRL)
    assert canvas.marks.regions == ()
    go(page, Qt.Key.Key_PageDown, "b", qtbot)
    key(Qt.Key.Key_Z, CTRL)
    assert canvas.marks.regions == ()


def test_steps_of_a_file_that_became_another_are_forgotten(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    go(page, Qt.Key.Key_PageDown, "b", qtbot)
    theirs = Annotation("a", "R7", (Region(ANT, disc(100, 300, 10)),))
    native.write(scans / "annotations" / "R7", LabelSet(theirs, dict.fromkeys(ViewName, (256, 1024))))
    go(page, Qt.Key.Key_PageUp, "a", qtbot)
    canvas = page.desk.canvas
    assert [region.uuid for region in canvas.marks.regions] == [theirs.regions[0].uuid]
    key(Qt.Key.Key_Z, CTRL)
    assert len(canvas.marks.regions) == 1


def test_the_window_asks_once_before_a_half_drawn_outline_goes_with_it(
    window: MainWindow, page: AnnotatePage
) -> None:
    key(Qt.Key.Key_P)
    click(page, 60, 200)
    window.close()
    assert window.isVisible()
    assert any("half drawn on a" in banner.text for banner in window.banners.shown())
    window.close()
    assert not window.isVisible()


def test_a_second_window_is_refused_by_name_and_let_in_when_the_first_is_closed(
    window: MainWindow, page: AnnotatePage, open_program: OpenProgram, scans: Path, qtbot: QtBot
) -> None:
    request = WindowRequest(page="annotate", paths=(scans,), reader="R7")
    second = open_program(request)
    there = second.pages["annotate"]
    assert isinstance(there, AnnotatePage)
    assert any("already annotating this folder as R7" in each.text for each in second.banners.shown())
    assert there.welcome.isVisible()
    window.close()
    second.open_page(request)
    qtbot.waitUntil(lambda: there.desk.canvas.scan is not None, timeout=60_000)


def test_what_labelme_drew_is_saved_and_counted(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> None:
    drawn = Annotation("a", "", (Region(ANT, disc(100, 300, 10)),))
    labels = LabelSet(drawn, dict.fromkeys(ViewName, (256, 1024)))
    labelme_json.write(scans, labels, read_scan(scans / "a.dcm"))
    for picture in scans.glob("*.png"):  # Labelme's own copy would be a scan more
        picture.unlink()
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.row.state.text() == "All changes saved", timeout=60_000)
    file = scans / "annotations" / "R7" / "a.annotation.json"
    assert len(native.read("a", (file,)).annotation.regions) == 1
    assert window.status.text() == "scans: 3 scans, 2 untouched, 1 in work"
