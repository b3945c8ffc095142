"""The PACS page by the front door: enter, test, search, fetch, send, cancel."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.pacs.view import PacsPage
from app.pacs.node import Node
from app.settings import SettingsStore
from app.window_request import WindowRequest
from app.workflows.pacs.nodes import keep_node, nodes_of
from app.workflows.pacs.send import send_to_pacs
from tests.gui.conftest import OpenProgram
from tests.pacs.conftest import WriteScans
from tests.pacs.servers import Orthanc
from tests.workflows.studies import make_study

WAIT_MS = 90_000


@pytest.fixture
def window(open_program: OpenProgram) -> MainWindow:
    return open_program(WindowRequest(page="pacs"))


@pytest.fixture
def page(window: MainWindow) -> PacsPage:
    page = window.pages["pacs"]
    assert isinstance(page, PacsPage)
    return page


def click(button: QPushButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def entered(page: PacsPage, node: Node) -> None:
    keep_node(page._context.settings, node)
    page.presenter.start()


def finished(page: PacsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.presenter.busy, timeout=WAIT_MS)


def listed(page: PacsPage, node: Node, qtbot: QtBot) -> None:
    """The PACS is entered and searched."""
    entered(page, node)
    QTest.keyClicks(page.query.name, "MUSTER*")
    QTest.keyClick(page.query.name, Qt.Key.Key_Return)
    finished(page, qtbot)


def test_a_pacs_is_entered_by_its_form_and_tested(
    page: PacsPage, orthanc: Orthanc, settings: SettingsStore, qtbot: QtBot, window: MainWindow
) -> None:
    click(page.add_button)
    form = page.node_form
    for field, text in ((form.name, "hospital"), (form.host, "127.0.0.1"), (form.called, "ORTHANC")):
        QTest.keyClicks(field, text)
    form.port.setValue(orthanc.dicom)
    click(form.save_button)
    assert page.where.text() == f"ORTHANC@127.0.0.1:{orthanc.dicom}"
    click(page.test_button)
    finished(page, qtbot)
    qtbot.waitUntil(lambda: bool(window.banners.shown()))
    assert window.banners.shown()[0].text == "hospital answers."
    click(page.edit_button)
    assert form.name.text() == "hospital"
    click(form.cancel_button)
    click(page.remove_button)
    assert page.nodes.count() == 0


def test_a_form_with_a_fault_stays_open_and_says_what(page: PacsPage, window: MainWindow) -> None:
    click(page.add_button)
    QTest.keyClicks(page.node_form.name, "hospital")
    click(page.node_form.save_button)
    assert page.node_form.isVisible()
    assert "no host name" in window.banners.shown()[0].text


def test_studies_are_found_and_fetched_without_identity(
    page: PacsPage,
    orthanc: Orthanc,
    write_scans: WriteScans,
    settings: SettingsStore,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    send_to_pacs(orthanc.node(), [write_scans(3)])
    listed(page, orthanc.node(), qtbot)
    assert page.words.text() == "3 studies found."
    page.table.selectRow(0)
    QTest.keyClicks(page.to.path, str(tmp_path / "in"))
    click(page.to.fetch_button)
    finished(page, qtbot)
    assert page.words.text() == "1 image of 1 study came."
    (file,) = (tmp_path / "in").rglob("*.dcm")
    assert b"MUSTER" not in file.read_bytes()
    assert page.table.hasFocus()


def test_chosen_studies_go_into_a_reader_study(
    page: PacsPage, orthanc: Orthanc, settings: SettingsStore, qtbot: QtBot, tmp_path: Path
) -> None:
    study = make_study(tmp_path, count=1)
    scans = make_study(tmp_path / "other", count=2).path.parent / "scans"
    (scans / "C1.dcm").unlink()
    send_to_pacs(orthanc.node(), [scans])
    entered(page, orthanc.node())
    click(page.query.search_button)
    finished(page, qtbot)
    page.table.selectAll()
    page.to.into.setCurrentIndex(2)
    page.to.no_text.setChecked(True)
    QTest.keyClicks(page.to.path, str(study.path))
    click(page.to.fetch_button)
    finished(page, qtbot)
    assert page.words.text() == "1 image of 1 study came. The study has 2 cases now."


def test_files_are_sent_and_the_refused_ones_stay_on_the_screen(
    page: PacsPage, orthanc: Orthanc, write_scans: WriteScans, settings: SettingsStore, qtbot: QtBot
) -> None:
    scans = write_scans(1)
    (scans / "note.txt").write_text("none")
    entered(page, orthanc.web())
    page.presenter.send([scans])
    finished(page, qtbot)
    assert page.words.text() == "1 of 2 files stored."
    assert "note.txt" in page.remarks.toPlainText()


def test_a_silent_pacs_can_be_cancelled_and_the_page_works_again(
    page: PacsPage, settings: SettingsStore, qtbot: QtBot, window: MainWindow
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        entered(page, Node("mute", "127.0.0.1", port, "MUTE", timeout_s=2))
        click(page.query.search_button)
        qtbot.waitUntil(page.progress.isVisible)
        click(page.progress.cancel)
        finished(page, qtbot)
    qtbot.waitUntil(lambda: bool(window.banners.shown()))
    assert "Stopped" in window.banners.shown()[0].text
    assert page.query.search_button.isEnabled()


def test_without_a_choice_or_a_place_the_page_says_what_is_missing(
    page: PacsPage, orthanc: Orthanc, write_scans: WriteScans, settings: SettingsStore, qtbot: QtBot,
    window: MainWindow,
) -> None:  # fmt: skip
    send_to_pacs(orthanc.node(), [write_scans(1)])
    listed(page, orthanc.node(), qtbot)
    click(page.to.fetch_button)
    assert window.banners.shown()[0].text == "No study is chosen."
    page.table.selectRow(0)
    click(page.to.fetch_button)
    assert window.banners.shown()[0].text == "Where should the scans go?"


def test_nothing_is_kept_of_a_password_in_the_settings(settings: SettingsStore, home: Path) -> None:
    keep_node(settings, Node("web", url="https://pacs.example/dicom-web", user="me"))
    assert [node.user for node in nodes_of(settings.current)] == ["me"]
    assert "password" not in (home / "config" / "settings.json").read_text(encoding="utf-8").lower()


def test_the_page_has_its_key(window: MainWindow, page: PacsPage, qtbot: QtBot) -> None:
    window.open_page(WindowRequest(page="library"))
    QTest.keyClick(window, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.isVisible)


def test_an_error_of_the_pacs_page_does_not_follow_to_another_page(
    window: MainWindow, page: PacsPage
) -> None:
    click(page.query.search_button)
    assert "No PACS is entered" in window.banners.shown()[0].text
    window.trigger("go_library")
    assert not window.banners.shown()


def test_the_form_does_not_push_the_window_over_the_edge_of_a_small_screen(
    window: MainWindow, page: PacsPage, qtbot: QtBot
) -> None:
    window.resize(1366, 740)
    click(page.add_button)
    qtbot.waitUntil(page.node_form.isVisible)
    qtbot.wait(50)
    assert window.height() == 740
    click(page.node_form.cancel_button)
    qtbot.wait(50)
    assert window.height() == 740
