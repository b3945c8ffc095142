"""Labels of hospital pictures come in by the window: halves, numbers, and the folder remembers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.annotation.formats import native
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.bring_in_sheet import FROM_FOLDER, VIEWS_ONLY, BringInSheet
from app.gui.pages.annotation.names_sheet import NamesSheet
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from app.workflows.annotation.import_map import read_import_map
from tests.gui.pages.annotation.test_annotate_page import key, window
from tests.workflows.annotation.test_bring_in import TURNED, masks, scans

__all__ = ["masks", "scans", "window"]  # fixtures

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


def open_sheet(window: MainWindow, page: AnnotatePage) -> BringInSheet:
    if QApplication.focusWidget() is not None:  # a dialog of files took the keyboard along
        key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    else:
        window.trigger("import_marks")
    sheet = page.findChildren(BringInSheet)[-1]
    assert sheet.isVisible()
    return sheet


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_halves_and_numbers_are_said_once_and_the_labels_are_there(
    window: MainWindow, page: AnnotatePage, scans: Path, masks: Path, qtbot: QtBot
) -> None:
    assert page.sides.isVisible(), "which half is which was assumed"
    sheet = open_sheet(window, page)
    sheet.left.setCurrentIndex(sheet.left.findData(POST))
    press(sheet.choose[FROM_FOLDER])
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(masks)])
    dialog.close()
    qtbot.waitUntil(lambda: page.findChild(NamesSheet) is not None)
    names = page.findChild(NamesSheet)
    assert names is not None
    assert list(names.boxes) == ["number 3", "number 7"]
    for label, meant in (("number 3", "metastasis"), ("number 7", "fracture")):
        names.boxes[label].setCurrentText(meant)
    press(names.use_button)
    qtbot.waitUntil(lambda: len(page.desk.canvas.marks.regions) == 2)
    drawn = {(region.view, region.label) for region in page.desk.canvas.marks.regions}
    assert drawn == {(POST, "metastasis"), (ANT, "fracture")}
    assert not page.sides.isVisible(), "it is not asked again"
    assert any("3 cases brought in" in each.text for each in window.banners.shown())
    assert len(native.cases(scans / "annotations" / "R7")) == 3
    assert read_import_map(scans / "annotations") == TURNED

    assert open_sheet(window, page).left.currentData() == POST


def test_the_views_alone_may_be_said(
    window: MainWindow, page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    sheet = open_sheet(window, page)
    sheet.left.setCurrentIndex(sheet.left.findData(ANT))
    sheet.words[ANT].setText("_F")
    sheet.words[POST].setText("_R")
    press(sheet.choose[VIEWS_ONLY])
    qtbot.waitUntil(lambda: not page.sides.isVisible())
    kept = read_import_map(scans / "annotations").sides
    assert (kept.left, dict(kept.words)) == (ANT, {"_F": ANT, "_R": POST})


def test_a_folder_without_labels_is_told(
    window: MainWindow, page: AnnotatePage, tmp_path: Path, qtbot: QtBot
) -> None:
    press(open_sheet(window, page).choose[FROM_FOLDER])
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    (tmp_path / "nothing").mkdir()
    dialog.filesSelected.emit([str(tmp_path / "nothing")])
    dialog.close()
    qtbot.waitUntil(lambda: any("holds no annotations" in each.text for each in window.banners.shown()))
