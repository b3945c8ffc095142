from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.scans.filters import ShownScans
from app.gui.pages.scans.model import ROW, LibraryModel, state
from app.gui.pages.scans.view import LibraryPage
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from app.workflows.scans.scan_row import ScanRow
from tests.gui.conftest import OpenProgram


@pytest.fixture
def window(open_program: OpenProgram) -> MainWindow:
    return open_program()


@pytest.fixture
def page(window: MainWindow) -> LibraryPage:
    page = window.pages["library"]
    assert isinstance(page, LibraryPage)
    return page


@pytest.fixture
def filled(page: LibraryPage, folder: Path, qtbot: QtBot) -> LibraryPage:
    drop(page, folder)
    qtbot.waitUntil(lambda: bool(page.shelf.model.rows) and not page.presenter.searching, timeout=20_000)
    return page


def drop(page: LibraryPage, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, button, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(50, 50), actions, data, button, none)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), actions, data, button, none))


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def choose(page: LibraryPage, case: str) -> None:
    page.shelf.choose(next(row for row in page.shelf.model.rows if row.case == case))


def opened(page: LibraryPage, qtbot: QtBot, case: str) -> None:
    qtbot.waitUntil(lambda: page.viewer is not None and page.viewer.title.text().startswith(f"{case} "))


def test_an_empty_library_says_what_to_do(page: LibraryPage) -> None:
    assert page.shelf.welcome.isVisible()
    assert "Drop scans here" in [label.text() for label in page.shelf.welcome.findChildren(QLabel)]
    assert QApplication.focusWidget() is page.shelf.welcome.files_button


def test_dropped_folders_become_cards_with_the_words_of_their_state(filled: LibraryPage) -> None:
    words = {row.case: state(row) for row in filled.shelf.model.rows}
    assert words["b"] == "Ready"
    assert words["guess"] == "Views to confirm"
    assert words["z_copy"] == "Has the same image as case a."
    assert filled.shelf.choice.itemText(0) == "All  7"
    assert not filled.shelf.search.isVisible()
    assert filled.shelf.list.hasFocus(), "arrows and Enter are for the scans now"


def test_paths_of_the_command_line_are_searched_and_a_single_file_is_opened(
    open_program: OpenProgram, folder: Path, qtbot: QtBot
) -> None:
    window = open_program(WindowRequest(paths=(folder / "b.dcm",)))
    page = window.pages["library"]
    assert isinstance(page, LibraryPage)
    opened(page, qtbot, "b")


def test_enter_opens_the_chosen_scan_and_alt_left_goes_back(
    filled: LibraryPage, window: MainWindow, qtbot: QtBot
) -> None:
    choose(filled, "b")
    filled.shelf.list.setFocus()
    assert not window.actions_of_window.qactions["invert"].isEnabled()
    press(Qt.Key.Key_Return)
    opened(filled, qtbot, "b")
    assert filled.viewer is not None
    assert window.actions_of_window.qactions["invert"].isEnabled()
    press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert filled.shelf.isVisible()
    assert filled.viewer.canvas.scan is None
    assert QApplication.focusWidget() is filled.shelf.list


def test_the_keys_of_the_images_work_in_the_viewer(filled: LibraryPage, qtbot: QtBot) -> None:
    choose(filled, "b")
    filled.shelf.list.setFocus()
    press(Qt.Key.Key_Return)
    opened(filled, qtbot, "b")
    assert filled.viewer is not None
    canvas = filled.viewer.canvas
    before = canvas.films.display_state()
    press(Qt.Key.Key_I)
    press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_D)
    after = canvas.films.display_state()
    assert after.inverted is not before.inverted
    assert after.upper_level > before.upper_level
    assert after.dual_intensity is not before.dual_intensity
    press(Qt.Key.Key_R)
    assert canvas.films.display_state().upper_level == before.upper_level


def test_page_down_goes_to_the_next_scan_that_can_be_used(filled: LibraryPage, qtbot: QtBot) -> None:
    choose(filled, "c")
    filled.shelf.list.setFocus()
    press(Qt.Key.Key_Return)
    opened(filled, qtbot, "c")
    press(Qt.Key.Key_PageDown)
    opened(filled, qtbot, "guess")
    assert filled.viewer is not None
    assert filled.viewer.question.isVisible()
    assert not filled.viewer.next_button.isEnabled()


def test_guessed_views_are_swapped_with_one_button(filled: LibraryPage, qtbot: QtBot) -> None:
    choose(filled, "guess")
    filled.shelf.list.setFocus()
    press(Qt.Key.Key_Return)
    opened(filled, qtbot, "guess")
    assert filled.viewer is not None
    before = filled.viewer.canvas.scan.view(ViewName.ANTERIOR).counts  # type: ignore[union-attr]
    filled.viewer.question.swap_button.setFocus()
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not filled.viewer.question.isVisible())  # type: ignore[union-attr]
    after = filled.viewer.canvas.scan.view(ViewName.POSTERIOR).counts  # type: ignore[union-attr]
    assert (after == before).all()


def test_the_display_of_a_new_scan_follows_the_settings(
    filled: LibraryPage, window: MainWindow, qtbot: QtBot
) -> None:
    window.settings.change(curve="square root", levels="full")
    choose(filled, "b")
    filled.shelf.list.setFocus()
    press(Qt.Key.Key_Return)
    opened(filled, qtbot, "b")
    assert filled.viewer is not None
    state = filled.viewer.canvas.films.display_state()
    assert state.curve == "square root"
    assert state.upper_level == max(view.counts.max() for view in filled.viewer.canvas.scan.views)


def test_the_filter_shows_only_what_cannot_be_used_with_the_reason(filled: LibraryPage) -> None:
    filled.shelf.choice.setFocus()
    for _ in range(list(ShownScans).index(ShownScans.UNUSABLE)):
        press(Qt.Key.Key_Down)
    assert {row.case for row in filled.shelf.model.rows} == {"letter", "short", "z_copy"}
    choose(filled, "short")
    assert "cut short" in filled.shelf.details.text.text()
    assert not filled.shelf.details.open_button.isEnabled()


def test_typing_in_the_search_field_finds_and_sets_off_no_action(filled: LibraryPage, qtbot: QtBot) -> None:
    filled.shelf.text.setFocus()
    for key in (Qt.Key.Key_L, Qt.Key.Key_E, Qt.Key.Key_T):
        press(key)
    qtbot.waitUntil(lambda: [row.case for row in filled.shelf.model.rows] == ["letter"])
    assert filled.shelf.text.text() == "let"


def test_recent_studies_lead_to_reading_and_to_coordination(
    window: MainWindow, page: LibraryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tmp_path / "HIRES"
    study.mkdir()
    (study / "protocol.toml").write_text("")
    page._open_study(study)
    assert page.shelf.recent.list.item(0).text() == "HIRES"
    asked: list[WindowRequest] = []
    object.__setattr__(page._context, "open_page", asked.append)
    page.shelf.recent.read_button.click()
    page.shelf.recent.coordinate_button.click()
    assert [(each.page, each.study) for each in asked] == [("reading", study), ("coordinator", study)]


def test_the_two_lines_of_a_recent_study_stand_closer_than_two_studies(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "protocol.toml").write_text("")
        page._open_study(tmp_path / name)
    shown = page.shelf.recent.list
    qtbot.waitUntil(lambda: "\n" in shown.item(0).text())
    above, below = (shown.visualItemRect(shown.item(row)) for row in (0, 1))
    assert below.top() - above.bottom() > shown.fontMetrics().leading() + 3


def test_a_folder_that_is_no_study_is_refused_by_name(
    window: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    page._open_study(tmp_path)
    assert "is not a study" in window.banners.shown()[0].text
    assert window.settings.current.recent_studies == ()


def test_the_key_for_opening_asks_for_files_without_blocking(
    window: MainWindow, page: LibraryPage, folder: Path, qtbot: QtBot
) -> None:
    window.open_page(WindowRequest(page="settings"))
    press(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert page.isVisible()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(folder / "a.dcm")])
    dialog.close()
    qtbot.waitUntil(lambda: [row.case for row in page.shelf.model.rows] == ["a"], timeout=10_000)


def test_closing_while_a_folder_is_searched_waits_for_nobody(
    window: MainWindow, page: LibraryPage, folder: Path
) -> None:
    drop(page, folder)
    window.close()
    assert all(task.cancelled for task in window.tasks.running)


def test_ten_thousand_rows_show_only_the_cards_in_sight(page: LibraryPage, qtbot: QtBot) -> None:
    rows = [ScanRow(f"case{n}", (Path(f"/none/{n}.dcm"),), (ViewName.ANTERIOR,)) for n in range(10_000)]
    page.shelf.show_rows(rows, dict.fromkeys(ShownScans, 10_000))
    last = page.shelf.model.index(9_999)
    qtbot.waitUntil(lambda: page.shelf.list.visualRect(last).isValid())
    qtbot.wait(50)
    asked = len(page.thumbnails._wanted) + len(page.thumbnails._under_way) + len(page.thumbnails._kept)
    assert asked < 100
    page.shelf.list.scrollTo(last)
    assert page.shelf.list.viewport().rect().intersects(page.shelf.list.visualRect(last))


def test_the_model_keeps_qts_rules(qtbot: QtBot) -> None:
    model = LibraryModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows = [ScanRow(str(n), (Path(str(n)),)) for n in range(5)]
    model.show_rows(rows)
    model.show_rows(rows[:2])
    model.show_rows([])
    model.show_rows(rows)
    assert model.place((Path("3"),)).row() == 3
    assert model.index(3).data(ROW) is rows[3]
