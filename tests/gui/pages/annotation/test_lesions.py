"""A lesion is one thing on the annotation page: its class, its bone, its outlines; nothing changes unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.annotation.formats import native
from app.gui.pages.annotation.lesion_cells import COLUMNS
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from tests.gui.pages.annotation.test_annotate_page import drag, draw_two, key, window

__all__ = ["window"]  # fixtures

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def labels(page: AnnotatePage) -> list[str]:
    return [region.label for region in page.desk.canvas.marks.regions]


def lesions(page: AnnotatePage) -> int:
    return len({region.lesion for region in page.desk.canvas.marks.regions})


def next_class(page: AnnotatePage) -> str:
    return page.desk.classes.buttons.checkedButton().objectName()


def click_row(page: AnnotatePage, row: int, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    table = page.desk.lesions.table
    place = table.visualRect(page.desk.lesions.model.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(place))


def choose(box: QComboBox, text: str) -> None:
    """Choose an entry of a box by its arrow keys."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    while box.currentText() != text and box.currentIndex() < box.count() - 1:
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == text


def test_with_a_drawing_tool_a_digit_is_for_the_next_region_only(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_2)
    assert labels(page) == ["metastasis"]
    assert next_class(page) == "degenerative"
    drag(page, ANT, 150, 400)
    assert labels(page) == ["metastasis", "degenerative"]
    key(Qt.Key.Key_P)
    canvas = page.desk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.films.to_widget(ANT, 60, 600))
    key(Qt.Key.Key_3)
    assert labels(page) == ["metastasis", "degenerative"], "in the middle of a polygon too"
    click_row(page, 0)
    assert next_class(page) == "fracture", "a selection changes no choice"


def test_shift_and_a_digit_relabel_and_say_what_changed(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_2, SHIFT)
    assert labels(page) == ["degenerative"]
    assert next_class(page) == "metastasis"
    said = page.desk.readout.text()
    assert "Lesion 1: class metastasis → degenerative" in said
    assert "Ctrl+Z" in said
    key(Qt.Key.Key_Z, CTRL)
    assert labels(page) == ["metastasis"]


def test_with_the_tool_that_selects_a_digit_relabels_and_says_so(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_S)
    key(Qt.Key.Key_2)
    assert labels(page) == ["degenerative"]
    assert "metastasis → degenerative" in page.desk.readout.text()


def test_two_outlines_of_one_place_become_one_lesion_as_they_are_drawn(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    drag(page, POST, 256 - 122, 202)
    front, back = page.desk.canvas.marks.regions
    assert front.lesion == back.lesion
    assert front.bone == back.bone
    assert "Linked with lesion 1" in page.desk.readout.text()
    assert "Ctrl+Z" in page.desk.readout.text()
    assert page.desk.lesions.heading.text() == "Lesions   1 in 2 regions"
    key(Qt.Key.Key_Z, CTRL)
    assert (lesions(page), len(page.desk.canvas.marks.regions)) == (2, 2)
    key(Qt.Key.Key_Z, CTRL)
    assert len(page.desk.canvas.marks.regions) == 1


def test_what_lies_elsewhere_or_is_of_another_class_is_not_linked(page: AnnotatePage) -> None:
    draw_two(page)
    key(Qt.Key.Key_2)
    drag(page, POST, 256 - 122, 202)
    assert lesions(page) == 3
    assert page.desk.readout.text() == (
        "Not linked with lesion 1, which lies there on ANT: that is metastasis, this one degenerative."
    )
    assert labels(page) == ["metastasis", "metastasis", "degenerative"]


def test_class_and_bone_belong_to_the_lesion(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_V)
    key(Qt.Key.Key_3, SHIFT)
    assert labels(page) == ["fracture", "fracture"]
    choose(page.desk.lesions.editor.bone_box, "skull")
    assert {region.bone for region in page.desk.canvas.marks.regions} == {"skull"}
    assert "→ skull" in page.desk.readout.text()


def test_linking_takes_the_class_of_the_first_and_says_so(page: AnnotatePage) -> None:
    draw_two(page)
    key(Qt.Key.Key_2, SHIFT)
    click_row(page, 0)
    click_row(page, 1, CTRL)
    key(Qt.Key.Key_G, CTRL)
    assert len(set(labels(page))) == 1
    assert lesions(page) == 1
    assert "→" in page.desk.readout.text()
    key(Qt.Key.Key_Z, CTRL)
    assert labels(page) == ["metastasis", "degenerative"]


def test_rows_chosen_together_are_changed_and_deleted_together(page: AnnotatePage) -> None:
    draw_two(page)
    drag(page, ANT, 60, 600)
    click_row(page, 0)
    click_row(page, 2, CTRL)
    assert [index.row() for index in page.desk.lesions.table.selectionModel().selectedRows()] == [0, 2]
    key(Qt.Key.Key_2, SHIFT)
    assert labels(page) == ["degenerative", "metastasis", "degenerative"]
    click_row(page, 1, CTRL)
    click_row(page, 1, CTRL)  # and off again
    choose(page.desk.lesions.editor.class_box, "fracture")
    assert labels(page) == ["fracture", "metastasis", "fracture"]
    key(Qt.Key.Key_Delete)
    assert labels(page) == ["metastasis"]
    assert page.desk.lesions.chosen() == []
    key(Qt.Key.Key_Z, CTRL)
    assert len(labels(page)) == 3


def test_rows_that_are_chosen_stay_the_same_regions_when_others_come_or_go(page: AnnotatePage) -> None:
    draw_two(page)
    key(Qt.Key.Key_S)
    first, second = page.desk.canvas.marks.regions
    click_row(page, 0)
    key(Qt.Key.Key_Delete)
    click_row(page, 0)
    assert list(page.desk.lesions.chosen()) == [second.uuid]
    key(Qt.Key.Key_Z, CTRL)
    assert [region.uuid for region in page.desk.canvas.marks.regions] == [first.uuid, second.uuid]
    assert list(page.desk.lesions.chosen()) == [second.uuid]
    assert page.desk.canvas.marks.selected == second.uuid


def cell(page: AnnotatePage, row: int, title: str) -> object:
    model = page.desk.lesions.model
    return model.data(model.index(row, [column.title for column in COLUMNS].index(title)))


def test_a_lesion_is_one_row_and_its_outlines_lie_below_it(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_V)
    drag(page, ANT, 60, 600)
    model = page.desk.lesions.model
    assert model.rowCount() == 2
    assert cell(page, 0, "Views") == "ANT POST"
    above = model.index(0, 0)
    assert [model.data(model.index(row, 0, above)) for row in range(2)] == ["ANT", "POST"]
    click_row(page, 0)
    key(Qt.Key.Key_Delete)
    assert lesions(page) == 1, "a row is the whole lesion"
    assert len(labels(page)) == 1


def test_an_outline_that_is_picked_on_the_films_is_deleted_alone(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_V)
    key(Qt.Key.Key_S)
    canvas = page.desk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.films.to_widget(ANT, 110, 210))
    key(Qt.Key.Key_Delete)
    assert [region.view for region in canvas.marks.regions] == [POST]


def test_confidence_and_comment_belong_to_the_lesion_and_are_kept(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_V)
    key(Qt.Key.Key_8, Qt.KeyboardModifier.AltModifier)
    assert cell(page, 0, "Sure") == "80 %"
    comment = page.desk.lesions.editor.comment
    comment.setFocus()
    QTest.keyClicks(comment, "cold rim")
    QTest.keyClick(comment, Qt.Key.Key_Return)
    assert page.desk.canvas.hasFocus()
    assert cell(page, 0, "Comment") == "cold rim"
    qtbot.waitUntil(lambda: page.presenter.clean)
    kept = native.read("a", (scans / "annotations" / "R7" / "a.annotation.json",)).annotation
    assert {(region.rating, region.comment) for region in kept.regions} == {(80.0, "cold rim")}
    key(Qt.Key.Key_Z, CTRL)
    assert comment.text() == ""


def test_lesions_are_gone_through_by_key_and_looked_at_closely(page: AnnotatePage) -> None:
    draw_two(page)
    films = page.desk.canvas.films
    assert films.viewpoint.fitted
    key(Qt.Key.Key_J)
    first = page.desk.canvas.marks.selected
    zoom = films.viewpoint.zoom
    assert not films.viewpoint.fitted
    key(Qt.Key.Key_J)
    second = page.desk.canvas.marks.selected
    assert {first, second} == {region.uuid for region in page.desk.canvas.marks.regions}
    region = page.desk.annotation.region(second)
    panel = films.panel_of(region.view)
    assert panel is not None
    at = panel.to_screen(*region.vertices.mean(axis=0))
    assert (at.x(), at.y()) == pytest.approx((panel.rect.center().x(), panel.rect.center().y()), abs=2)
    assert films.viewpoint.zoom == zoom
    key(Qt.Key.Key_J, SHIFT)
    assert page.desk.canvas.marks.selected == first
    assert len(page.desk.lesions.chosen()) == 1


def test_the_list_is_sorted_by_a_column_and_shows_the_columns_that_fit(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200, 20)
    drag(page, ANT, 60, 600, 40)
    drag(page, ANT, 150, 400, 10)
    table = page.desk.lesions.table
    header = table.header()
    area = [column.title for column in COLUMNS].index("cm²")
    header.setSectionHidden(area, False)
    place = QPoint(header.sectionViewportPosition(area) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    areas = [float(str(cell(page, row, "cm²"))) for row in range(3)]
    assert areas in (sorted(areas), sorted(areas, reverse=True))
    assert areas[1] not in (min(areas), max(areas))
    drag(page, ANT, 100, 800, 30)
    assert cell(page, 3, "#") == "4", "what is drawn later comes last"
    shown = [not header.isSectionHidden(column) for column in range(len(COLUMNS))]
    page.window().resize(1366, 768)
    assert table.horizontalScrollBar().maximum() == 0
    assert shown[:4] == [True, True, False, True], "what it is since a prior only beside one"


@pytest.mark.parametrize(("name", "count"), [("unlink_mark", 2), ("duplicate_mark", 2)])
def test_other_edits_too_work_on_every_chosen_row(page: AnnotatePage, name: str, count: int) -> None:
    draw_two(page)
    page.desk.lesions.table.selectAll()
    key(Qt.Key.Key_G, CTRL)
    page.desk.lesions.table.selectAll()
    QTest.mouseClick(page.desk.edit_buttons.buttons[name], Qt.MouseButton.LeftButton)
    assert lesions(page) == count
