"""A study is analysed, looked at and exported through the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.analysis.view import AnalysisPage
from app.plan import AnalysisSet
from app.window_request import WindowRequest
from tests.workflows.analysis.sequential_study import read, sequential_study
from tests.workflows.analysis.test_subsets import table

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
OpenProgram = Callable[..., MainWindow]


@pytest.fixture
def page(open_program: OpenProgram) -> AnalysisPage:
    window = open_program(WindowRequest("analysis"))
    found = window.findChild(AnalysisPage)
    assert isinstance(found, AnalysisPage)
    found.choices.bootstrap.setValue(100)
    return found


def _type(qtbot: QtBot, page: AnalysisPage, path: Path) -> None:
    page.choices.source.clear()
    qtbot.keyClicks(page.choices.source, str(path))


def _analyse(qtbot: QtBot, page: AnalysisPage, path: Path) -> None:
    _type(qtbot, page, path)
    qtbot.mouseClick(page.choices.analyse_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.presenter.busy, timeout=60_000)


def _names(page: AnalysisPage) -> list[str]:
    return [page.list.item(row).text() for row in range(page.list.count())]


def _choose(qtbot: QtBot, folder: Path) -> None:
    def dialog() -> QFileDialog | None:
        from PySide6.QtWidgets import QApplication

        return next((one for one in QApplication.topLevelWidgets() if isinstance(one, QFileDialog)), None)

    qtbot.waitUntil(lambda: dialog() is not None)
    found = dialog()
    assert found is not None
    found.filesSelected.emit([str(folder)])
    found.fileSelected.emit(str(folder))
    found.close()


def test_figures_and_tables_appear_and_are_shown_one_by_one(qtbot: QtBot, page: AnalysisPage) -> None:
    _analyse(qtbot, page, REFERENCE / "study134_readers.csv")
    names = _names(page)
    assert names[0] == "ROC per reader"
    assert "Differences between arms" in names
    assert names[-1] == "Notes"
    assert page.words.text().startswith("5 readers · 134 cases")
    shown: set[QWidget] = set()
    for row in range(page.list.count()):
        page.list.setCurrentRow(row)
        shown.add(page._stack.currentWidget())
    assert shown == {page.picture, page.table, page.notes}
    page.list.setCurrentRow(names.index("Differences between arms"))
    cells = {page.table.grid.item(0, column).text() for column in range(page.table.grid.columnCount())}
    assert {"aided − unaided", "0.058", "0.051"} <= cells


def test_subgroups_and_the_analysis_set_are_chosen_on_the_page(
    qtbot: QtBot, page: AnalysisPage, tmp_path: Path
) -> None:
    qtbot.keyClicks(page.choices.subgroups, "cases: age > old")
    _analyse(qtbot, page, table(tmp_path))
    assert "> needs a number" in page.window().banners.shown()[0].text  # type: ignore[attr-defined]
    page.choices.subgroups.clear()
    qtbot.keyClicks(page.choices.subgroups, "cases: age < 50; readers: reader != R3")
    qtbot.keyClicks(page.choices.reads, "per")
    _analyse(qtbot, page, tmp_path / "readings.csv")
    assert page.presenter.shown is not None
    options = page.presenter.shown.analysis.options
    assert (options.analysis_set, len(options.subgroups)) == (AnalysisSet.PER_PROTOCOL, 2)
    assert "One subgroup against another" in _names(page)


def test_a_question_is_analysed_as_the_rating_where_the_page_names_it(
    qtbot: QtBot, page: AnalysisPage, tmp_path: Path
) -> None:
    source = table(tmp_path)
    qtbot.keyClicks(page.choices.rating, "age")
    _analyse(qtbot, page, source)
    assert page.presenter.shown is not None
    assert page.presenter.shown.analysis.readings.rating_column == "age"


def test_a_figure_fills_its_room_with_ink(qtbot: QtBot, page: AnalysisPage) -> None:
    _analyse(qtbot, page, REFERENCE / "study134_readers.csv")
    image = page.picture.canvas.grab().toImage()
    dark = sum(
        image.pixelColor(x, y).lightness() < 128
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )
    assert dark > 50
    assert "ROC" in page.picture.canvas.accessibleName()


def test_bad_input_is_a_banner_and_the_page_goes_on(qtbot: QtBot, page: AnalysisPage, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("reader,case,truth,rating\nR1,a,1,x\n", encoding="utf-8")
    _analyse(qtbot, page, bad)
    assert "bad.csv, line 2" in page.words.text()
    assert page.choices.analyse_button.isEnabled()
    window = page.window()
    assert isinstance(window, MainWindow)
    assert len(window.banners.shown()) == 1
    _analyse(qtbot, page, REFERENCE / "study134_readers.csv")
    assert page.list.count() > 5
    assert not window.banners.shown(), "the error is over"
    _analyse(qtbot, page, bad)
    window.trigger("go_library")
    assert not window.banners.shown(), "it says nothing on another page"


def test_nothing_chosen_says_what_to_do(qtbot: QtBot, page: AnalysisPage) -> None:
    qtbot.mouseClick(page.choices.analyse_button, Qt.MouseButton.LeftButton)
    banner = page.window().banners.shown()[0]  # type: ignore[attr-defined]
    assert "Choose a study" in banner.hint


def test_everything_is_exported_with_one_button(qtbot: QtBot, page: AnalysisPage, tmp_path: Path) -> None:
    _type(qtbot, page, REFERENCE / "study134_readers.csv")
    qtbot.mouseClick(page.choices.export_button, Qt.MouseButton.LeftButton)
    _choose(qtbot, tmp_path)
    qtbot.waitUntil(lambda: (tmp_path / "methods.md").is_file() and not page.presenter.busy, timeout=120_000)
    assert {"analysis.json", "report.html", "report.pdf", "tables.xlsx"} <= {
        one.name for one in tmp_path.iterdir()
    }


def test_one_figure_is_saved_as_vector_and_picture(qtbot: QtBot, page: AnalysisPage, tmp_path: Path) -> None:
    _analyse(qtbot, page, REFERENCE / "study134_readers.csv")
    qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    _choose(qtbot, tmp_path)
    qtbot.waitUntil(lambda: (tmp_path / "roc_readers.png").is_file(), timeout=20_000)
    assert (tmp_path / "roc_readers.svg").is_file()


def test_following_analyses_again_only_when_the_readings_change(
    qtbot: QtBot, page: AnalysisPage, tmp_path: Path
) -> None:
    path = tmp_path / "readings.csv"
    shutil.copy(REFERENCE / "study134_missing.csv", path)
    _analyse(qtbot, page, path)
    before = page.presenter.shown
    page.choices.live.setChecked(True)
    assert not page.presenter.busy
    assert page.presenter.shown is before
    shutil.copy(REFERENCE / "study134_readers.csv", path)
    page.presenter.follow(page.choices.wishes)
    qtbot.waitUntil(lambda: not page.presenter.busy, timeout=60_000)
    assert page.presenter.shown is not before
    assert "1,340 reads" in page.words.text()


def test_an_unfinished_study_asks_for_a_typed_word_before_it_shows_a_number(
    qtbot: QtBot, page: AnalysisPage, tmp_path: Path
) -> None:
    made = sequential_study(tmp_path)
    read(made, "R1", most=8)
    assert not page.choices.interim.isVisible()
    _analyse(qtbot, page, made.path)
    banner = page.window().banners.shown()[0]  # type: ignore[attr-defined]
    assert "24 presentations planned, 8 read by 1 of 2 readers" in banner.text
    assert "Type INTERIM" in banner.hint
    assert page.list.count() == 0
    assert page.choices.interim.isVisible()
    qtbot.keyClicks(page.choices.interim, "interim")
    qtbot.keyClick(page.choices.interim, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.presenter.busy, timeout=60_000)
    assert page.list.count() == 0, "the word is written as it is asked for"
    page.choices.interim.clear()
    qtbot.keyClicks(page.choices.interim, "INTERIM")
    qtbot.keyClick(page.choices.interim, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.list.count() > 0 and not page.presenter.busy, timeout=60_000)
    assert page.warning.text().startswith("INTERIM ANALYSIS: 24 presentations planned")
    _analyse(qtbot, page, REFERENCE / "study134_readers.csv")
    assert not page.choices.interim.isVisible()
    assert page.choices.interim.text() == ""
