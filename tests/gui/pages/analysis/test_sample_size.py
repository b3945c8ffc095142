"""A coordinator finds out in the window how many readers and cases a study needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.analysis.power import PUBLISHED, Aim, StatedComponents, power
from app.gui.main_window import MainWindow
from app.gui.pages.analysis.sample_size import PILOT, TYPED
from app.gui.pages.analysis.sample_size_part import SampleSizePart
from app.gui.pages.analysis.view import AnalysisPage
from app.window_request import WindowRequest

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, open_program: Callable[..., MainWindow]) -> AnalysisPage:
    window = open_program(WindowRequest("analysis"))
    found = window.findChild(AnalysisPage)
    assert isinstance(found, AnalysisPage)
    bar = found.tabs.tabBar()
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(1).center())
    assert found.tabs.currentWidget() is found.sample_size
    return found


def write(qtbot: QtBot, line: QLineEdit, text: str) -> None:
    line.clear()
    qtbot.keyClicks(line, text)


def compute(qtbot: QtBot, page: AnalysisPage) -> SampleSizePart:
    qtbot.mouseClick(page.sample_size.compute_button, LEFT)
    qtbot.waitUntil(lambda: not page.sizes.busy)
    return page.sample_size


def choose(part: SampleSizePart, origin: str) -> None:
    part.origin.setCurrentIndex(part.origin.findData(origin))


def said(page: AnalysisPage) -> str:
    return " ".join(one.text() for one in page.window().findChildren(type(page.words)) if one.isVisible())


def test_published_components_give_curves_a_table_and_a_paragraph(qtbot: QtBot, page: AnalysisPage) -> None:
    part = page.sample_size
    write(qtbot, part.readers, "4, 6, 8")
    write(qtbot, part.cases, "100 200")
    compute(qtbot, page)
    grid = part.table.grid
    assert [grid.horizontalHeaderItem(column).text() for column in range(3)] == [
        "readers \\ cases",
        "100",
        "200",
    ]  # type: ignore[union-attr]
    stated, count, _ = PUBLISHED["van-dyke"]
    expected = power(stated, count, 6, 200, Aim(0.05))
    assert grid.item(1, 2).text().rstrip("*") == f"{expected:.2f}"  # type: ignore[union-attr]
    assert "give a power of" in part.paragraph.text()
    assert part.picture.canvas.accessibleName() == "Power against the number of cases"
    qtbot.mouseClick(part.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == part.paragraph.text()


def test_the_key_that_refreshes_computes_what_is_shown(qtbot: QtBot, page: AnalysisPage) -> None:
    qtbot.keyClick(page.sample_size.readers, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: bool(page.sample_size.paragraph.text()))


def test_typed_components_a_margin_and_groups_are_taken(qtbot: QtBot, page: AnalysisPage) -> None:
    part = page.sample_size
    choose(part, TYPED)
    for line, value in zip(
        part.components, ("0.0002", "0,0008", "0.00035", "0.00034", "0.00024"), strict=True
    ):
        write(qtbot, line, value)
    part.component_cases.setValue(100)
    part.effect.setValue(0.0)
    part.margin.setValue(0.06)
    part.groups.setValue(2)
    write(qtbot, part.readers, "5, 6, 8")
    write(qtbot, part.cases, "300")
    compute(qtbot, page)
    stated = StatedComponents(0.0002, 0.0008, 0.00035, 0.00034, 0.00024)
    wanted = [power(stated, 100, readers, 300, Aim(0.0, margin=0.06, groups=2)) for readers in (6, 8)]
    grid = part.table.grid
    assert [grid.item(row, 1).text().rstrip("*") for row in range(grid.rowCount())] == [
        f"{one:.2f}" for one in wanted
    ]  # type: ignore[union-attr]
    assert "non-inferiority with a margin of 0.06" in part.paragraph.text()
    assert "in 2 groups" in part.paragraph.text()


def test_a_pilot_tells_its_own_components(qtbot: QtBot, page: AnalysisPage) -> None:
    part = page.sample_size
    choose(part, PILOT)
    assert part.pilot.isVisible()
    assert not part.components[0].isVisible()
    write(qtbot, part.pilot, str(REFERENCE / "study134_readers.csv"))
    compute(qtbot, page)
    assert "for 134 cases of the same mix" in part.paragraph.text()


@pytest.mark.parametrize(
    ("origin", "field", "text", "words"),
    [
        (TYPED, "error", "much", "Error: “much” is no number."),
        (TYPED, "error", "-0.1", "A variance is not below zero."),
        (PILOT, "pilot", "", "No pilot is chosen."),
        (TYPED, "readers", "four", "Numbers of readers: “four” is no list of whole numbers from 2."),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    qtbot: QtBot, page: AnalysisPage, origin: str, field: str, text: str, words: str
) -> None:
    part = page.sample_size
    choose(part, origin)
    write(qtbot, {"error": part.components[1], "pilot": part.pilot, "readers": part.readers}[field], text)
    qtbot.mouseClick(part.compute_button, LEFT)
    qtbot.waitUntil(lambda: words in said(page))
    assert not page.sizes.busy


def test_curves_are_saved_as_vector_and_picture(qtbot: QtBot, page: AnalysisPage, tmp_path: Path) -> None:
    part = compute(qtbot, page)
    qtbot.mouseClick(part.save_button, LEFT)
    qtbot.waitUntil(lambda: bool(page.findChildren(QFileDialog)))
    (dialog,) = page.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.filesSelected.emit([str(tmp_path)])
    dialog.close()
    qtbot.waitUntil(
        lambda: {path.name for path in tmp_path.iterdir()} == {"sample_size.svg", "sample_size.png"}
    )
