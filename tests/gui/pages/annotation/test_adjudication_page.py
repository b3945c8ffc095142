"""Two annotators are adjudicated in the window: lesion by lesion, by keys and buttons."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from tests.annotation.conftest import disc
from tests.gui.pages.annotation.test_annotate_page import key, window

__all__ = ["window"]  # fixtures

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def two(scans: Path) -> None:
    """R1 and R2 differ in the outline of one lesion and in the class of another; R2 sees a third alone."""
    drawn = {
        "R1": (Region(ANT, disc(100, 300, 10)), Region(POST, disc(60, 500, 9))),
        "R2": (
            Region(ANT, disc(104, 300, 10)),
            Region(POST, disc(60, 500, 9), label="fracture"),
            Region(ANT, disc(150, 700, 8)),
        ),
    }
    for name, regions in drawn.items():
        labels = LabelSet(Annotation("a", name, regions), dict.fromkeys(ViewName, (256, 1024)))
        native.write(scans / "annotations" / name, labels)


def marks(page: AnnotatePage) -> list[str]:
    rows = page.desk.disputes.list
    return [rows.topLevelItem(row).text(4) for row in range(rows.topLevelItemCount())]  # type: ignore[union-attr]


def button(page: AnnotatePage, text: str) -> QPushButton:
    return next(each for each in page.desk.disputes.findChildren(QPushButton) if each.text() == text)


def test_lesion_by_lesion_one_outline_is_taken(
    two: None, page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_O)
    qtbot.waitUntil(lambda: len(page.desk.disputes.disputes) == 3)
    rows = page.desk.disputes.list
    assert page.desk.panel.currentWidget() is page.desk.disputes
    told = [[rows.topLevelItem(row).text(at) for at in range(3)] for row in range(3)]  # type: ignore[union-attr]
    assert told[0][:2] == ["metastasis", "R1 R2"]
    assert 0.5 < float(told[0][2]) < 1
    apart = rows.topLevelItem(0).text(3)  # type: ignore[union-attr]
    assert 4 < float(apart.removesuffix(" mm")) < 4.1 * 2.4, "four columns of 2.4 mm"
    assert told[1] == ["metastasis 1, fracture 1", "R1 R2", "1.00"]
    assert told[2] == ["metastasis", "R2", "alone"]
    key(Qt.Key.Key_A, CTRL | ALT)
    assert "Choose a lesion" in page.desk.readout.text()

    rows.setCurrentItem(rows.topLevelItem(0))
    assert not page.desk.canvas.films.viewpoint.fitted, "it is looked at"
    key(Qt.Key.Key_A, CTRL | ALT)
    assert marks(page) == ["✓", "", ""]
    assert rows.currentItem() is rows.topLevelItem(1), "the next is at hand"
    key(Qt.Key.Key_B, CTRL | ALT)
    assert [region.label for region in page.desk.canvas.marks.regions] == ["metastasis", "fracture"]
    QTest.mouseClick(button(page, "R1"), Qt.MouseButton.LeftButton)
    assert marks(page) == ["✓", "✓", ""], "R1 did not see it: it is none"
    key(Qt.Key.Key_U, CTRL | ALT)
    assert marks(page) == ["✓", "✓", "✓"]
    assert "Dice of what is yours with R1" in page.desk.disputes.words.text()
    qtbot.waitUntil(lambda: page.presenter.clean)
    kept = native.read("a", (scans / "annotations" / "R7" / "a.annotation.json",)).annotation
    assert len(kept.lesion_numbers) == 3
    key(Qt.Key.Key_Z, CTRL)
    assert marks(page) == ["✓", "✓", ""]


def test_the_others_stay_hidden_until_they_are_asked_for(two: None, page: AnnotatePage, qtbot: QtBot) -> None:
    assert page.desk.disputes.list.topLevelItemCount() == 0
    assert "with O" in page.desk.disputes.words.text()
    key(Qt.Key.Key_O)
    qtbot.waitUntil(lambda: page.desk.disputes.list.topLevelItemCount() == 3)
    key(Qt.Key.Key_O)
    assert page.desk.disputes.list.topLevelItemCount() == 0
