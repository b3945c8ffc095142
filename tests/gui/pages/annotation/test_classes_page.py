"""The classes of a folder, changed in the window with mouse and keys, and followed by what is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet, images_of, sizes_of
from app.annotation.region import Region
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.classes_sheet import ClassesSheet, ClassLine
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from app.workflows.annotation.convert import convert
from app.workflows.annotation.labels import labels_of
from tests.annotation.conftest import disc
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, key, window

__all__ = ["window"]  # fixtures

ANT = ViewName.ANTERIOR


def opened(page: AnnotatePage, qtbot: QtBot) -> ClassesSheet:
    key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: page.findChild(ClassesSheet) is not None)
    sheet = page.findChild(ClassesSheet)
    assert isinstance(sheet, ClassesSheet)
    return sheet


def line(sheet: ClassesSheet, was: str) -> ClassLine:
    return next(each for each in sheet.lines if each.was == was)


def typed(line: ClassLine, name: str) -> None:
    line.name.setFocus()
    line.name.selectAll()
    QTest.keyClicks(line.name, name)


def chosen(box: QComboBox, value: object) -> None:
    """Go down the list by keys until it is there."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentData() == value:
            return
        QTest.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(f"{value} is not in the list")


def keep(page: AnnotatePage, sheet: ClassesSheet, qtbot: QtBot) -> None:
    version = page.desk.classes.table.version
    QTest.mouseClick(sheet.keep_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.desk.classes.table.version == version + 1)
    qtbot.waitUntil(lambda: page.presenter.clean and not page.presenter._opening.busy)


def test_a_class_that_is_renamed_keeps_its_lesions_of_all_annotators(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    scan = read_scan(scans / "a.dcm")
    other = Annotation("a", "R1", (Region(ANT, disc(100, 300, 9), "fracture"),))
    native.write(scans / "annotations" / "R1", LabelSet(other, sizes_of(scan), images=images_of(scan)))
    key(Qt.Key.Key_3)
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    sheet = opened(page, qtbot)
    typed(line(sheet, "fracture"), "broken bone")
    keep(page, sheet, qtbot)
    canvas = page.desk.canvas
    qtbot.waitUntil(lambda: [each.label for each in canvas.marks.regions] == ["broken bone"])
    assert page.desk.classes.box.currentData() == "broken bone", "it is still the class of the next region"
    drag(page, ANT, 100, 300)
    assert canvas.marks.regions[1].label == "broken bone"
    key(Qt.Key.Key_O)
    qtbot.waitUntil(lambda: bool(page.presenter.others))
    assert [each.label for each in page.presenter.others["R1"].regions] == ["broken bone"]
    assert not any("read as" in banner.text for banner in page._context.banners.shown())


def test_a_class_that_is_drawn_is_not_deleted_and_one_that_is_not_goes(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    sheet = opened(page, qtbot)
    assert line(sheet, "metastasis").drawn.text() == "1 case"
    QTest.mouseClick(line(sheet, "metastasis").delete, Qt.MouseButton.LeftButton)
    assert "“metastasis” is drawn on 1 case and cannot be deleted." in sheet.said.text()
    QTest.mouseClick(line(sheet, "kidney").delete, Qt.MouseButton.LeftButton)
    assert not sheet.said.isVisible()
    keep(page, sheet, qtbot)
    names = [button.objectName() for button in page.desk.classes.buttons.buttons()]
    assert "kidney" not in names
    assert len(names) == 9
    assert "kidney" not in page.desk.marks_look.classes
    assert page.desk.lesions.editor.class_box.findData("kidney") < 0


def test_a_new_class_that_counts_as_metastasis_is_drawn_by_its_key_and_written_as_one(
    page: AnnotatePage, scans: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    sheet = opened(page, qtbot)
    QTest.mouseClick(line(sheet, "kidney").delete, Qt.MouseButton.LeftButton)
    QTest.mouseClick(sheet.add_button, Qt.MouseButton.LeftButton)
    typed(sheet.lines[-1], "lytic lesion")
    chosen(sheet.lines[-1].counts, 2)
    chosen(sheet.lines[-1].colour, "#6e40c9")
    assert sheet.lines[-1].key.currentData() == "8", "the first key that is free"
    keep(page, sheet, qtbot)
    key(Qt.Key.Key_8)
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    (region,) = page.desk.canvas.marks.regions
    assert region.label == "lytic lesion"
    qtbot.waitUntil(lambda: page.presenter.clean)
    source = scans / "annotations" / "R7"
    convert(source, tmp_path / "binary", "png-binary")
    convert(source, tmp_path / "png", "png")
    binary = np.array(Image.open(tmp_path / "binary" / "a_anterior.png"))
    assert (binary == 255).any()
    with Image.open(tmp_path / "png" / "a_anterior.png") as picture:
        numbers = set(np.unique(np.array(picture)).tolist())
        assert numbers == {0, 11}
        assert picture.getpalette()[33:36] == [0x6E, 0x40, 0xC9]
    counted = labels_of(read_scan(scans / "a.dcm"), source)
    assert [each.label for each in counted.annotation.regions] == ["metastasis"]


def test_another_window_s_classes_are_not_written_over(page: AnnotatePage, scans: Path, qtbot: QtBot) -> None:
    sheet = opened(page, qtbot)
    typed(line(sheet, "kidney"), "renal")
    file = scans / "annotations" / "lesion_classes.toml"
    file.write_text('version = 7\n[[class]]\nname = "x"\nnumber = 1\nthree = 2\ncolour = "#102030"\n'
                    'key = ""\ncode = ["a", "b", "c"]\n')  # fmt: skip
    QTest.mouseClick(sheet.keep_button, Qt.MouseButton.LeftButton)
    said = lambda: [banner.text for banner in page._context.banners.shown()]  # noqa: E731
    qtbot.waitUntil(lambda: any("Somebody else changed the classes" in text for text in said()))
    assert "version = 7" in file.read_text()


def test_a_folder_s_classes_are_there_when_it_is_opened_again_and_only_there(
    open_program: OpenProgram, window: MainWindow, page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    sheet = opened(page, qtbot)
    typed(line(sheet, "kidney"), "renal")
    keep(page, sheet, qtbot)
    window.close_for_good()
    again = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R8"))
    page = again.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None)
    assert page.desk.classes.keyed("8") == "renal"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_all_classes_are_seen_without_scrolling_sideways(
    window: MainWindow, page: AnnotatePage, qtbot: QtBot, width: int, height: int
) -> None:
    window.resize(width, height)
    sheet = opened(page, qtbot)
    qtbot.waitUntil(lambda: sheet.width() == page.width())
    QTest.mouseClick(sheet.add_button, Qt.MouseButton.LeftButton)
    inside = sheet.area.widget()
    assert inside.width() <= sheet.area.viewport().width()
    assert inside.height() <= sheet.area.viewport().height()
