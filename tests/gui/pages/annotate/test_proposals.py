"""Proposals of a model on the annotation page: asked for, judged one by one, and never a person's unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import paths
from app.annotation.formats import native
from app.annotation.region import Source
from app.gui.main_window import MainWindow
from app.gui.pages.annotate.view import AnnotatePage
from app.scan.scan import ViewName
from app.workflows.window_request import WindowRequest
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotate.test_annotate_page import drag, key
from tests.learning.toy_model import install_toy_model

ANT = ViewName.ANTERIOR


@pytest.fixture(autouse=True)
def nothing_shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the models that a test installs are there."""
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr(paths, "model_weights", lambda: folder)


@pytest.fixture
def window(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> MainWindow:
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None, timeout=20_000)
    return window


@pytest.fixture
def page(window: MainWindow) -> AnnotatePage:
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    return page


def sources(page: AnnotatePage) -> list[Source]:
    return [region.source for region in page.desk.canvas.regions()]


def propose(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_A)
    qtbot.waitUntil(lambda: Source.AI in sources(page), timeout=30_000)


def saved(scans: Path, page: AnnotatePage, qtbot: QtBot) -> list[Source]:
    qtbot.waitUntil(lambda: page.presenter.clean, timeout=10_000)
    file = scans / "annotations" / "R7" / "a.annotation.json"
    return [region.source for region in native.read("a", (file,)).annotation.regions]


def test_proposals_are_judged_by_keys_and_only_what_was_accepted_is_saved(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    install_toy_model()
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    own = page.desk.canvas.regions()[0]
    propose(page, qtbot)
    count = len(sources(page)) - 1
    assert count >= 2
    assert page.desk.canvas.regions()[0] is own
    assert page.desk.proposals.judge.isVisible()
    assert "toy 1" in page.desk.proposals.words.text()
    assert saved(scans, page, qtbot) == [Source.READER]
    first = page.desk.canvas.selected()
    key(Qt.Key.Key_Return)
    assert page.desk.annotation.region(first).source is Source.AI_ACCEPTED
    second = page.desk.canvas.selected()
    assert second not in ("", first)
    key(Qt.Key.Key_Delete)
    assert second not in page.desk.annotation
    assert saved(scans, page, qtbot) == [Source.READER, Source.AI_ACCEPTED]
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert second in page.desk.annotation


def test_a_proposal_that_is_changed_is_the_persons(page: AnnotatePage, scans: Path, qtbot: QtBot) -> None:
    install_toy_model()
    propose(page, qtbot)
    uuid = page.desk.canvas.selected()
    key(Qt.Key.Key_3)
    region = page.desk.annotation.region(uuid)
    assert (region.label, region.source) == ("fracture", Source.AI_EDITED)
    assert saved(scans, page, qtbot) == [Source.AI_EDITED]


def test_all_are_accepted_or_rejected_at_once_and_undo_brings_them_back(
    page: AnnotatePage, qtbot: QtBot
) -> None:
    install_toy_model()
    propose(page, qtbot)
    count = len(sources(page))
    QTest.mouseClick(page.desk.proposals.buttons["reject_proposals"], Qt.MouseButton.LeftButton)
    assert sources(page) == []
    assert not page.desk.proposals.judge.isVisible()
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sources(page) == [Source.AI] * count
    QTest.mouseClick(page.desk.proposals.buttons["accept_proposals"], Qt.MouseButton.LeftButton)
    assert sources(page) == [Source.AI_ACCEPTED] * count


def test_what_is_drawn_is_not_proposed_again(page: AnnotatePage, qtbot: QtBot) -> None:
    install_toy_model()
    propose(page, qtbot)
    QTest.mouseClick(page.desk.proposals.buttons["accept_proposals"], Qt.MouseButton.LeftButton)
    count = len(sources(page))
    key(Qt.Key.Key_A)
    qtbot.waitUntil(lambda: page.desk.readout.text().startswith("Nothing to propose"), timeout=30_000)
    assert sources(page) == [Source.AI_ACCEPTED] * count


def test_without_a_model_brightness_proposes_and_says_so(page: AnnotatePage, qtbot: QtBot) -> None:
    propose(page, qtbot)
    assert "no installed model draws lesions" in page.desk.proposals.words.text()
    assert {region.label for region in page.desk.canvas.regions()} == {"equivocal"}
    model = page.desk.lesions.model
    row = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    assert row[0] == "1 ?"
    assert row[-1] == "AI, to judge"
