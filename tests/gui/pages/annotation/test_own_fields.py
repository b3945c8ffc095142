"""What a folder asks of each lesion: answered by mouse and keys, saved, checked, carried along."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.annotation.formats import native
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.read import read_scan
from app.window_request import WindowRequest
from app.workflows.annotation.convert import convert
from app.workflows.annotation.labels import labels_of
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import draw_two, key
from tests.gui.pages.annotation.test_space import resized, rows_that_fit

PROTOCOL = """[lesion]
fields = [
    "texture | Texture | choice lytic, sclerotic, mixed",
    "size | Longest diameter | optional number 0-500 mm",
]
"""


@pytest.fixture
def window(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> MainWindow:
    (scans / "annotations").mkdir()
    (scans / "annotations" / "protocol.toml").write_text(PROTOCOL)
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None)
    return window


def texture(page: AnnotatePage, word: str) -> None:
    box = page.desk.lesions.editor.own.editors["texture"]
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClicks(box, word[0])
    assert box.currentData() == word
    QTest.keyClick(box, Qt.Key.Key_Return)


def size(page: AnnotatePage, text: str) -> QLineEdit:
    line = page.desk.lesions.editor.own.editors["size"]
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    return line


def answers(page: AnnotatePage) -> list[dict[str, str]]:
    return [dict(region.fields) for region in page.desk.canvas.marks.regions]


def test_answers_belong_to_the_lesion_are_saved_and_go_along(
    page: AnnotatePage, scans: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    draw_two(page)
    key(Qt.Key.Key_V)
    texture(page, "sclerotic")
    size(page, "23")
    assert answers(page) == [{}, *[{"texture": "sclerotic", "size": "23"}] * 2], "on both views"
    assert page.desk.canvas.hasFocus(), "the keys are those of the films again"
    qtbot.waitUntil(lambda: page.presenter.clean)
    source = scans / "annotations" / "R7"
    kept = native.read("a", (source / "a.annotation.json",)).annotation
    assert [dict(region.fields) for region in kept.regions] == answers(page)
    for name in ("labelme", "coco"):
        convert(source, tmp_path / name, name, scans=scans)
        back = labels_of(read_scan(scans / "a.dcm"), tmp_path / name, name).annotation
        assert {r.uuid: dict(r.fields) for r in back.regions} == {
            r.uuid: dict(r.fields) for r in kept.regions
        }, name
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert answers(page)[1] == {"texture": "sclerotic"}, "one step"


def test_what_is_no_answer_is_refused_with_a_sentence(page: AnnotatePage) -> None:
    draw_two(page)
    line = size(page, "501")
    assert "Longest diameter: A whole number from 0 to 500." in page.desk.readout.text()
    assert line.text() == ""
    assert answers(page) == [{}, {}]


def test_a_lesion_without_an_answer_is_among_the_checks(page: AnnotatePage) -> None:
    draw_two(page)
    texture(page, "lytic")
    said = [concern.text for concern, _ in page.presenter.check_case()]
    assert "Lesion 1 has no Texture." in said
    assert not any("Lesion 2 has no" in each or "diameter" in each for each in said)


def test_the_list_still_has_its_rows(window: MainWindow, page: AnnotatePage, qtbot: QtBot) -> None:
    resized(window, 1366, 768, qtbot)
    draw_two(page)
    assert page.desk.lesions.editor.own.isVisible()
    assert rows_that_fit(page) >= 6


def test_nothing_is_asked_in_a_folder_that_asks_nothing(
    open_program: OpenProgram, scans: Path, qtbot: QtBot
) -> None:
    page = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R8")).pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None)
    assert not page.desk.lesions.editor.own.isVisible()
