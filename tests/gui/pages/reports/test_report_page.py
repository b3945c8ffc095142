"""A report is written, edited, signed and exported through the window, with keys and clicks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app import paths
from app.annotation.annotation import Annotation
from app.annotation.label_set import LabelSet
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.view import AnnotatePage
from app.gui.pages.reports.view import ReportPage
from app.report.bone_scan.document_file import read_document, write_document
from app.window_request import WindowRequest
from app.workflows.reports.bone_scan import report_of
from tests.gui.conftest import OpenProgram
from tests.learning.toy_model import install_toy_model
from tests.report.bone_scan.made import labels_file, lesion, scan_file

WAIT_MS = 60_000


def page_of(window: MainWindow) -> ReportPage:
    page = window.pages["report"]
    assert isinstance(page, ReportPage)
    return page


@pytest.fixture
def page(open_program: OpenProgram, qtbot: QtBot, tmp_path: Path) -> ReportPage:
    masks = labels_file(tmp_path / "labels", (*lesion("a", 128, 300), *lesion("b", 96, 470)))
    request = WindowRequest(page="report", paths=(scan_file(tmp_path),), masks=masks)
    page = page_of(open_program(request))
    qtbot.waitUntil(lambda: bool(page.editors), timeout=WAIT_MS)
    return page


def choose(qtbot: QtBot, *paths: Path) -> None:
    def dialog() -> QFileDialog | None:
        return next((one for one in QApplication.topLevelWidgets() if isinstance(one, QFileDialog)), None)

    qtbot.waitUntil(lambda: dialog() is not None)
    found = dialog()
    assert found is not None
    found.filesSelected.emit([str(path) for path in paths])
    found.close()
    qtbot.waitUntil(lambda: dialog() is None)


def write_into(page: ReportPage, section: str, text: str) -> None:
    """Type over a section and go on to the next control."""
    field = page.editors[section].field
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Tab)


def test_the_page_shows_images_text_and_numbers_of_a_draft(page: ReportPage) -> None:
    assert page.canvas.scan is not None
    assert page.sign.state.text() == "DRAFT – not signed"
    assert "Multiple foci (2)" in page.editors["findings"].text
    assert page.numbers is not None
    assert page.numbers.lesions.rowCount() == 4
    assert page.numbers.indices.item(0, 3).text() == "2"
    assert page.sign.name.hasFocus()
    assert page.editors["findings"].field.isReadOnly(), "nobody edits without a name"
    assert not page.sign.sign_button.isEnabled()


def test_outlines_with_their_names_lie_over_the_films_and_hide_while_held(page: ReportPage) -> None:
    def red() -> int:
        image = page.canvas.grab().toImage()
        colours = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
        return sum(one.red() > 180 and one.green() < 90 and one.blue() < 110 for one in colours)

    shown = red()
    page.canvas.hide_marks(True)
    assert shown > red() + 50
    page.canvas.hide_marks(False)
    assert red() == shown


def test_text_is_edited_and_signed_by_a_typed_name_and_then_locked(page: ReportPage) -> None:
    QTest.keyClicks(page.sign.name, "Dr. Mueller")
    write_into(page, "interpretation", "One metastasis.")
    document = page.presenter.report.document  # type: ignore[union-attr]  # it was written
    assert document.text("interpretation") == "One metastasis."
    editor = page.editors["interpretation"]
    assert "edited by Dr. Mueller" in editor.state.text()
    assert editor.changes.isVisibleTo(page)
    assert "<s>" in editor.changes.text()
    page.sign.sign_button.setFocus()
    QTest.keyClick(page.sign.sign_button, Qt.Key.Key_Return)
    assert page.sign.state.text().startswith("Signed by Dr. Mueller")
    assert all(each.field.isReadOnly() for each in page.editors.values())
    QTest.keyClicks(page.sign.addendum, "Seen again.")
    QTest.keyClick(page.sign.addendum, Qt.Key.Key_Return)
    assert "Seen again." in editor.addenda.text()
    kept = page.presenter.kept
    assert kept is not None
    assert [event.kind.value for event in read_document(kept).events] == ["edit", "signature", "addendum"]


def test_the_machine_text_comes_back_by_a_button(page: ReportPage) -> None:
    editor = page.editors["findings"]
    machine = editor.machine
    QTest.keyClicks(page.sign.name, "A")
    write_into(page, "findings", "Nothing.")
    assert editor.text == "Nothing."
    QTest.mouseClick(editor.back_button, Qt.MouseButton.LeftButton)
    assert editor.text == machine
    assert not editor.changes.isVisibleTo(page)


def test_what_was_typed_is_kept_when_another_page_is_shown(page: ReportPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.sign.name, "A")
    field = page.editors["findings"].field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Typed.")
    window = page.window()
    assert isinstance(window, MainWindow)
    window.trigger("go_library")
    kept = page.presenter.kept
    assert kept is not None
    assert read_document(kept).text("findings") == "Typed."


@pytest.mark.parametrize("form", ["pdf", "html", "json", "sr", "epdf"])
def test_every_form_is_exported_by_its_button(
    form: str, page: ReportPage, qtbot: QtBot, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    QTest.mouseClick(page.sign.exports[form], Qt.MouseButton.LeftButton)
    choose(qtbot, out)
    qtbot.waitUntil(lambda: not page.presenter.busy, timeout=WAIT_MS)
    assert (out / "case-7.report.json").is_file()
    assert len(list(out.iterdir())) == (1 if form == "json" else 2)


def test_a_normal_report_is_written_from_the_start_panel_with_the_keyboard(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_of(open_program(WindowRequest(page="report")))
    start = page.start
    assert not start.write_button.isEnabled()
    assert start.scan_button.hasFocus()
    QTest.keyClick(start.scan_button, Qt.Key.Key_Return)
    choose(qtbot, scan_file(tmp_path))
    assert start.scan_name.text() == "case-7.dcm"
    start.no_lesion.setFocus()
    QTest.keyClick(start.no_lesion, Qt.Key.Key_Space)
    QTest.keyClicks(start.question, "Pain?")
    start.write_button.setFocus()
    QTest.keyClick(start.write_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.editors), timeout=WAIT_MS)
    assert page.editors["question"].text == "Pain?"
    assert "No scintigraphic sign" in page.editors["interpretation"].text
    QTest.mouseClick(page.other_button, Qt.MouseButton.LeftButton)
    assert page.canvas.scan is None
    assert start.isVisible()


def test_the_annotation_page_hands_its_scan_and_marks_over(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "scans"
    scan_file(folder)
    labels_file(folder / "annotations" / "R1", lesion("a", 128, 300))
    window = open_program(WindowRequest(page="annotate", paths=(folder,), reader="R1"))
    annotate = window.pages["annotate"]
    assert isinstance(annotate, AnnotatePage)
    qtbot.waitUntil(lambda: annotate.desk.canvas.scan is not None, timeout=WAIT_MS)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "report" in window.pages and bool(page_of(window).editors), timeout=WAIT_MS)
    assert "solitary focus" in page_of(window).editors["findings"].text


def test_a_report_altered_by_hand_is_refused_with_what_was_altered(
    page: ReportPage, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.keyClicks(page.sign.name, "A")
    write_into(page, "findings", "Mine.")
    kept = page.presenter.kept
    assert kept is not None
    kept.write_text(kept.read_text(encoding="utf-8").replace("Mine.", "Yours."), encoding="utf-8")
    QTest.mouseClick(page.other_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.start.open_button, Qt.MouseButton.LeftButton)
    choose(qtbot, kept)
    window = page.window()
    assert isinstance(window, MainWindow)
    qtbot.waitUntil(lambda: window.banners.isVisible(), timeout=WAIT_MS)
    assert not page.editors


def test_the_page_loads_no_reportlab_before_an_export() -> None:
    import subprocess

    code = (
        "import app.gui.pages.reports.view, sys; "
        "print({'reportlab', 'highdicom', 'torch', 'matplotlib', 'onnxruntime'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_an_installed_model_is_offered_and_finds_the_lesions(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "model_weights", lambda: tmp_path)
    install_toy_model()
    page = page_of(open_program(WindowRequest(page="report", paths=(scan_file(tmp_path),))))
    assert page.start.from_model.isChecked()
    assert "toy 1" in page.start.from_model.text()
    page.start.write_button.setFocus()
    QTest.keyClick(page.start.write_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.editors), timeout=WAIT_MS)
    report = page.presenter.report
    assert report is not None
    assert report.document.content.facts.model is not None
    assert report.document.content.facts.model.name == "toy"


def test_a_text_with_hard_blanks_that_is_only_looked_at_is_no_edit(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    question = "PSA 24\N{NO-BREAK SPACE}ng/ml?"
    report = report_of((scan_file(tmp_path),), labels=LabelSet(Annotation(), {}), question=question)
    kept = tmp_path / "kept.report.json"
    write_document(kept, report.document)
    page = page_of(open_program(WindowRequest(page="report", paths=(kept,))))
    qtbot.waitUntil(lambda: bool(page.editors), timeout=WAIT_MS)
    QTest.keyClicks(page.sign.name, "A")
    field = page.editors["question"].field
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert page.presenter.report is not None
    assert page.presenter.report.document.events == ()
