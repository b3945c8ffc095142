"""The annotation page through the front door, with real keys and clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app import paths
from app.annotation.annotation import Annotation
from app.annotation.class_names import class_names
from app.annotation.classes import FILE_NAME
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.export_sheet import ExportSheet
from app.gui.pages.annotation.lesion_cells import COLUMNS
from app.gui.pages.annotation.names_sheet import NamesSheet
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.annotation.conftest import disc
from tests.gui.conftest import OpenProgram

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


@pytest.fixture
def window(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> MainWindow:
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None, timeout=20_000)
    return window


def key(name: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), name, modifier)


def drag(page: AnnotatePage, view: ViewName, x: float, y: float, size: float = 20) -> None:
    canvas = page.desk.canvas
    start, end = canvas.films.to_widget(view, x, y), canvas.films.to_widget(view, x + size, y + size)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * share)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def draw_two(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    drag(page, POST, 130, 300)


def test_what_is_drawn_is_listed_measured_and_saved(page: AnnotatePage, scans: Path, qtbot: QtBot) -> None:
    draw_two(page)
    model = page.desk.lesions.model
    assert model.rowCount() == 2
    row = {column.title: model.data(model.index(0, place)) for place, column in enumerate(COLUMNS)}
    assert (row["#"], row["Class"], row["Views"]) == ("1", "metastasis", "ANT")
    assert row["Bone"] != "—"
    assert float(str(row["cm²"])) > 1
    assert "±" in str(row["/ around"])
    qtbot.waitUntil(lambda: page.presenter.clean, timeout=10_000)
    file = scans / "annotations" / "R7" / "a.annotation.json"
    kept = native.read("a", (file,)).annotation
    assert [region.uuid for region in kept.regions] == [r.uuid for r in page.desk.canvas.marks.regions]
    assert kept.reader == "R7"
    assert page.desk.row.state.text() == "All changes saved"


def test_the_status_bar_counts_a_case_as_soon_as_something_is_drawn_on_it(
    window: MainWindow, page: AnnotatePage, qtbot: QtBot
) -> None:
    assert window.status.text() == "scans: 3 scans, 3 untouched"
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert page.desk.lesions.heading.text() == "Lesions   1 in 1 region"
    qtbot.waitUntil(lambda: page.presenter.clean, timeout=10_000)
    assert window.status.text().startswith("scans: 3 scans, 2 untouched, 1 in work")


def test_a_new_region_with_its_bone_is_one_step(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 120, 300)
    assert page.desk.canvas.marks.regions[0].bone
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.desk.canvas.marks.regions == ()


def test_rows_chosen_together_become_one_lesion(page: AnnotatePage) -> None:
    draw_two(page)
    table = page.desk.lesions.table
    table.selectAll()
    key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert len({region.lesion for region in page.desk.canvas.marks.regions}) == 1
    key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len({region.lesion for region in page.desk.canvas.marks.regions}) == 2


def test_mirror_duplicate_merge_and_delete_work_by_key(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    canvas = page.desk.canvas
    key(Qt.Key.Key_V)
    assert [region.view for region in canvas.marks.regions] == [ANT, POST]
    assert len({region.lesion for region in canvas.marks.regions}) == 1
    key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.marks.regions) == 3
    key(Qt.Key.Key_U)
    assert len(canvas.marks.regions) == 2
    key(Qt.Key.Key_Delete)
    assert len(canvas.marks.regions) == 1


def test_the_buttons_do_what_the_keys_do_and_are_grey_without_a_region(page: AnnotatePage) -> None:
    mirror = page.desk.edit_buttons.buttons["mirror_mark"]
    assert not mirror.isEnabled()
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert mirror.isEnabled()
    QTest.mouseClick(mirror, Qt.MouseButton.LeftButton)
    assert len(page.desk.canvas.marks.regions) == 2


def test_the_next_case_is_clean_and_the_first_comes_back_as_it_was(page: AnnotatePage, qtbot: QtBot) -> None:
    draw_two(page)
    before = [region.uuid for region in page.desk.canvas.marks.regions]
    canvas = page.desk.canvas
    key(Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b", timeout=10_000)
    assert canvas.marks.regions == ()
    assert canvas.marks.tool.id == "ellipse"
    key(Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "a", timeout=10_000)
    assert [region.uuid for region in canvas.marks.regions] == before


def test_choosing_a_row_selects_its_region_on_the_films(page: AnnotatePage) -> None:
    draw_two(page)
    table = page.desk.lesions.table
    place = table.visualRect(page.desk.lesions.model.index(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert page.desk.canvas.marks.selected == page.desk.canvas.marks.regions[0].uuid


def test_the_list_changes_class_and_bone(page: AnnotatePage) -> None:
    draw_two(page)
    box = page.desk.lesions.editor.bone_box
    box.setCurrentIndex(box.findData("skull"))
    box.activated.emit(box.currentIndex())
    assert page.desk.canvas.marks.regions[1].bone == "skull"


def test_every_tool_and_class_has_a_button_that_takes_it(page: AnnotatePage) -> None:
    for button in page.desk.tools.buttons.buttons():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert page.desk.canvas.marks.tool.id == button.objectName()
    for button in page.desk.classes.buttons.buttons():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isChecked()


def test_the_slider_sets_threshold_and_brush(page: AnnotatePage) -> None:
    key(Qt.Key.Key_T)
    page.desk.tools.slider.setValue(55)
    assert page.desk.canvas.marks.tool.value == pytest.approx(0.55)
    key(Qt.Key.Key_B)
    page.desk.tools.slider.setValue(40)
    assert page.desk.canvas.marks.tool.value == pytest.approx(10)


def test_closing_the_window_keeps_what_was_drawn_last(
    window: MainWindow, page: AnnotatePage, scans: Path
) -> None:
    draw_two(page)
    window.close()
    kept = native.read("a", (scans / "annotations" / "R7" / "a.annotation.json",)).annotation
    assert len(kept.regions) == 2


def test_a_class_table_edited_badly_does_not_keep_anybody_from_annotating(
    open_program: OpenProgram, scans: Path, qtbot: QtBot, home: Path
) -> None:
    own = paths.user_config() / FILE_NAME
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("version = ")
    window = open_program(WindowRequest(page="annotate", paths=(scans,)))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None, timeout=20_000)
    assert any("class table" in banner.text for banner in window.banners.shown())
    assert len(page.desk.classes.buttons.buttons()) == 10


def test_without_a_folder_the_page_asks_for_one(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> None:
    window = open_program(WindowRequest(page="annotate"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    page.welcome.code.setText("R9")
    QTest.mouseClick(page.welcome.folder_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(scans)])
    dialog.close()
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None, timeout=20_000)
    assert page.presenter.folder is not None
    assert page.presenter.folder.annotator == "R9"


def export_into(page: AnnotatePage, folder: Path, only_finished: bool = False) -> None:
    key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    sheet = page.findChild(ExportSheet)
    assert sheet is not None
    sheet.only_finished.setChecked(only_finished)
    QTest.mouseClick(sheet.export_button, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(folder)])
    dialog.close()


def test_the_folder_is_exported_for_other_programs(
    window: MainWindow, page: AnnotatePage, tmp_path: Path, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_M)
    canvas = page.desk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.films.to_widget(ANT, 60, 600))
    draw_two(page)
    out = tmp_path / "out"
    out.mkdir()
    export_into(page, out)
    qtbot.waitUntil(lambda: (out / "left_out.txt").exists(), timeout=20_000)
    assert (out / "coco" / "coco.json").exists()
    assert (out / "labelme" / "a_anterior.json").exists()
    assert (out / "png" / "a_posterior.png").exists()
    assert not (out / "dicom-seg").exists(), "nobody asked for it"
    qtbot.waitUntil(lambda: any("Exported into out" in each.text for each in window.banners.shown()))
    (told,) = (each.text for each in window.banners.shown() if "Exported into out" in each.text)
    assert "Labelme JSON, one file per view or picture: 1 case, 2 untouched;" in told
    assert "1 remark" in told
    assert "1 point has no area and is left out" in (out / "left_out.txt").read_text()


def test_only_what_is_finished_is_handed_out_when_that_is_wanted(
    page: AnnotatePage, tmp_path: Path, qtbot: QtBot
) -> None:
    canvas = page.desk.canvas
    draw_two(page)
    key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b")
    draw_two(page)
    out = tmp_path / "out"
    out.mkdir()
    export_into(page, out, only_finished=True)
    qtbot.waitUntil(lambda: (out / "left_out.txt").exists(), timeout=20_000)
    assert {file.name for file in (out / "labelme").glob("*.json")} == {
        "a_anterior.json",
        "a_posterior.json",
    }


def test_an_adjudicator_sees_the_others_and_starts_from_their_consensus(
    window: MainWindow, page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    for reader, shift in (("R1", 0.0), ("R2", 0.0), ("R3", 3.0)):
        outline = disc(100 + shift, 300, 10)
        annotation = Annotation("a", reader, (Region(ANT, outline),))
        sizes = dict.fromkeys(ViewName, (256, 1024))
        native.write(scans / "annotations" / reader, LabelSet(annotation, sizes))
    assert not window.actions_of_window.qactions["take_consensus"].isEnabled()
    key(Qt.Key.Key_O)
    qtbot.waitUntil(lambda: len(page.presenter.others) == 3, timeout=10_000)
    assert page.desk.underlay.legend.isVisible()
    assert "R2" in page.desk.underlay.legend.text()
    assert page.desk.canvas.marks.regions == ()
    window.trigger("take_consensus")
    (region,) = page.desk.canvas.marks.regions
    assert region.vertices.mean(axis=0) == pytest.approx([100.5, 300], abs=1.5)
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.desk.canvas.marks.regions == ()
    key(Qt.Key.Key_O)
    assert not page.desk.underlay.legend.isVisible()


def test_nothing_is_exported_among_the_scans(window: MainWindow, page: AnnotatePage, scans: Path) -> None:
    export_into(page, scans)
    assert any("taken for scans" in banner.text for banner in window.banners.shown())
    assert not (scans / "coco").exists()


def test_a_label_from_elsewhere_gets_a_class_once_for_all(
    open_program: OpenProgram, scans: Path, qtbot: QtBot
) -> None:
    drawn = Annotation("a", "R7", (Region(ANT, disc(100, 300, 10), label="hot spot"),))
    native.write(scans / "annotations" / "R7", LabelSet(drawn, dict.fromkeys(ViewName, (256, 1024))))
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None, timeout=20_000)
    if page.presenter.rows[page.presenter.place].case != "a":
        key(Qt.Key.Key_PageUp)
        qtbot.waitUntil(lambda: bool(page.desk.canvas.marks.regions), timeout=20_000)
    window.trigger("name_classes")
    sheet = page.findChild(NamesSheet)
    assert sheet is not None
    box = sheet.boxes["hot spot"]
    box.setCurrentIndex(box.findData("metastasis"))
    QTest.mouseClick(sheet.use_button, Qt.MouseButton.LeftButton)
    assert [region.label for region in page.desk.canvas.marks.regions] == ["metastasis"]
    assert class_names().of("Hot Spots") == "metastasis"
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [region.label for region in page.desk.canvas.marks.regions] == ["hot spot"]


def test_the_bladder_gets_no_bone_and_a_bone_that_a_person_chose_is_theirs(page: AnnotatePage) -> None:
    draw_two(page)
    assert all(region.bone and region.bone_suggested for region in page.desk.canvas.marks.regions)
    box = page.desk.lesions.editor.bone_box
    box.setCurrentIndex(box.findData("sternum"))
    box.activated.emit(box.currentIndex())
    told = [region for region in page.desk.canvas.marks.regions if not region.bone_suggested]
    assert [region.bone for region in told] == ["sternum"]
    page.desk.canvas.marks.select("")
    key(Qt.Key.Key_7)
    drag(page, ANT, 120, 520)
    bladder = page.desk.canvas.marks.regions[-1]
    assert (bladder.label, bladder.bone) == ("bladder", "")
