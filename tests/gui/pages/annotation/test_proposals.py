"""Proposals of a model on the annotation page: asked for, judged one by one, and never a person's unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import paths
from app.annotation.formats import native
from app.annotation.proposed import Proposed
from app.annotation.region import Region, RegionSource
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.lesion_cells import COLUMNS
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.annotation.conftest import disc
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, key
from tests.learning.toy_model import install_toy_model

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR


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


def sources(page: AnnotatePage) -> list[RegionSource]:
    return [region.source for region in page.desk.canvas.marks.regions]


def propose(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_A)
    qtbot.waitUntil(lambda: RegionSource.AI in sources(page), timeout=30_000)


def lesion_of_selected(page: AnnotatePage) -> str:
    return page.desk.annotation.region(page.desk.canvas.marks.selected).lesion


def saved(scans: Path, page: AnnotatePage, qtbot: QtBot) -> list[RegionSource]:
    qtbot.waitUntil(lambda: page.presenter.clean, timeout=10_000)
    file = scans / "annotations" / "R7" / "a.annotation.json"
    return [region.source for region in native.read("a", (file,)).annotation.regions]


def test_proposals_are_judged_by_keys_and_only_what_was_accepted_is_saved(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    install_toy_model()
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    own = page.desk.canvas.marks.regions[0]
    propose(page, qtbot)
    count = len(sources(page)) - 1
    assert count >= 2
    assert page.desk.canvas.marks.regions[0] is own
    assert page.desk.proposals.judge.isVisible()
    assert "toy 1" in page.desk.proposals.words.text()
    assert saved(scans, page, qtbot) == [RegionSource.READER]
    lesions = len(page.desk.annotation.lesion_numbers) - 1
    assert page.desk.proposals.words.text().startswith(f"{lesions} proposals to judge, by toy 1")
    assert page.desk.row.state.text() == f"All changes saved but {lesions} proposals"
    first = lesion_of_selected(page)
    key(Qt.Key.Key_Return)
    accepted = [region.source for region in page.desk.canvas.marks.regions if region.lesion == first]
    assert set(accepted) == {RegionSource.AI_ACCEPTED}, "a lesion is accepted on both views"
    second = lesion_of_selected(page)
    assert second != first
    key(Qt.Key.Key_Delete)
    assert second not in page.desk.annotation.lesion_numbers, "and rejected on both"
    assert saved(scans, page, qtbot) == [RegionSource.READER, *accepted]
    assert "1 rejected proposal." in page.desk.proposals.words.text()
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert second in page.desk.annotation.lesion_numbers
    assert "rejected" not in page.desk.proposals.words.text()


def test_a_proposal_that_is_changed_is_the_persons(page: AnnotatePage, scans: Path, qtbot: QtBot) -> None:
    install_toy_model()
    propose(page, qtbot)
    lesion = lesion_of_selected(page)
    key(Qt.Key.Key_3)
    its = [region for region in page.desk.canvas.marks.regions if region.lesion == lesion]
    assert {(region.label, region.source) for region in its} == {("fracture", RegionSource.AI_EDITED)}
    assert saved(scans, page, qtbot) == [RegionSource.AI_EDITED] * len(its)


def test_all_are_accepted_or_rejected_at_once_and_undo_brings_them_back(
    page: AnnotatePage, qtbot: QtBot
) -> None:
    install_toy_model()
    propose(page, qtbot)
    count = len(sources(page))
    before = (page.desk.lesions.table.height(), page.desk.lesions.table.y())
    QTest.mouseClick(page.desk.proposals.buttons["reject_proposals"], Qt.MouseButton.LeftButton)
    assert sources(page) == []
    table = page.desk.lesions.table
    assert page.desk.proposals.judge.isVisible(), "nothing comes up under the pointer"
    assert not page.desk.proposals.buttons["reject_proposals"].isEnabled()
    assert (table.height(), table.y()) == before
    assert "No proposal" in page.desk.proposals.words.text()
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sources(page) == [RegionSource.AI] * count
    QTest.mouseClick(page.desk.proposals.buttons["accept_proposals"], Qt.MouseButton.LeftButton)
    assert sources(page) == [RegionSource.AI_ACCEPTED] * count


def test_what_was_rejected_is_not_proposed_again_until_that_is_undone(
    page: AnnotatePage, qtbot: QtBot
) -> None:
    install_toy_model()
    propose(page, qtbot)
    lesions = len(page.desk.annotation.lesion_numbers)
    key(Qt.Key.Key_Delete)
    key(Qt.Key.Key_A)
    looked_for = page.desk.proposals.propose
    qtbot.waitUntil(lambda: looked_for.text().startswith("Propose"), timeout=60_000)
    assert len(page.desk.annotation.lesion_numbers) == lesions - 1
    key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    key(Qt.Key.Key_A)
    qtbot.waitUntil(lambda: page.desk.readout.text().startswith("Nothing to propose"), timeout=60_000)
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(page.desk.annotation.lesion_numbers) == lesions - 1


def test_what_was_rejected_stays_rejected_when_the_window_is_opened_again_until_it_is_taken_back(
    window: MainWindow, page: AnnotatePage, scans: Path, open_program: OpenProgram, qtbot: QtBot
) -> None:
    install_toy_model()
    propose(page, qtbot)
    lesions = len(page.desk.annotation.lesion_numbers)
    gone = [
        r.vertices.tolist() for r in page.desk.canvas.marks.regions if r.lesion == lesion_of_selected(page)
    ]
    key(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.presenter.clean)
    window.close_for_good()

    again = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = again.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    desk = page.desk
    qtbot.waitUntil(lambda: page.presenter.place >= 0)
    page.presenter.open(0)
    qtbot.waitUntil(lambda: desk.canvas.scan is not None and desk.canvas.scan.case == "a")
    assert desk.proposals.words.text() == "1 rejected proposal."
    propose(page, qtbot)
    assert len(desk.annotation.lesion_numbers) == lesions - 1
    assert not any(region.vertices.tolist() in gone for region in desk.canvas.marks.regions)
    key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert f"{lesions} rejected proposals." in desk.proposals.words.text()

    key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert "to be judged again. Ctrl+Z takes it back." in desk.readout.text()
    assert len(desk.annotation.lesion_numbers) == lesions
    assert set(sources(page)) == {RegionSource.AI}
    qtbot.waitUntil(lambda: page.presenter.clean)
    assert desk.row.state.text() == f"All changes saved but {lesions} proposals"
    assert desk.canvas.marks.selected


def test_a_rejection_is_no_reason_to_write_over_a_file_that_another_program_changed(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    file = scans / "annotations" / "R7" / "a.annotation.json"
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert saved(scans, page, qtbot) == [RegionSource.READER]
    page.desk.show_proposals(Proposed((Region(ANT, disc(60, 600, 9), source=RegionSource.AI),), "somebody"))
    qtbot.waitUntil(lambda: page.presenter.clean)
    file.write_text("of another program")
    key(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.desk.row.state.text() == "NOT SAVED")
    assert file.read_text() == "of another program"
    page.presenter.keep_both()
    qtbot.waitUntil(lambda: page.presenter.clean)
    assert len(native.read("a", (file,)).annotation.rejected) == 1


def test_a_lesion_that_was_rejected_on_one_view_is_not_proposed_on_two(page: AnnotatePage) -> None:
    front, back = Region(ANT, disc(100, 300, 9), lesion="one", source=RegionSource.AI), disc(156, 300, 9)
    page.desk.show_proposals(Proposed((front,), "somebody"))
    key(Qt.Key.Key_Delete)
    page.desk.show_proposals(
        Proposed((front, Region(POST, back, lesion="one", source=RegionSource.AI)), "somebody")
    )
    assert page.desk.canvas.marks.regions == ()


def test_a_proposal_that_is_rubbed_out_is_rejected(page: AnnotatePage) -> None:
    page.desk.show_proposals(Proposed((Region(ANT, disc(100, 300, 3), source=RegionSource.AI),), "somebody"))
    key(Qt.Key.Key_X)
    canvas = page.desk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.films.to_widget(ANT, 100, 300))
    assert canvas.marks.regions == ()
    assert "1 rejected proposal." in page.desk.proposals.words.text()


def test_a_proposal_that_is_reshaped_on_one_view_is_accepted_on_the_other(page: AnnotatePage) -> None:
    both = tuple(
        Region(view, disc(x, 300, 9), lesion="one", source=RegionSource.AI)
        for view, x in ((ANT, 100), (POST, 156))
    )
    page.desk.show_proposals(Proposed(both, "somebody"))
    assert sources(page) == [RegionSource.AI, RegionSource.AI]
    key(Qt.Key.Key_S)
    QTest.keyClick(page.desk.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert sources(page) == [RegionSource.AI_EDITED, RegionSource.AI_ACCEPTED]


def test_what_is_drawn_is_not_proposed_again(page: AnnotatePage, qtbot: QtBot) -> None:
    install_toy_model()
    propose(page, qtbot)
    QTest.mouseClick(page.desk.proposals.buttons["accept_proposals"], Qt.MouseButton.LeftButton)
    count = len(sources(page))
    key(Qt.Key.Key_A)
    qtbot.waitUntil(lambda: page.desk.readout.text().startswith("Nothing to propose"), timeout=30_000)
    assert sources(page) == [RegionSource.AI_ACCEPTED] * count


def test_without_a_model_brightness_proposes_and_says_so(page: AnnotatePage, qtbot: QtBot) -> None:
    propose(page, qtbot)
    assert "no installed model draws lesions" in page.desk.proposals.words.text()
    assert {region.label for region in page.desk.canvas.marks.regions} == {"equivocal"}
    model = page.desk.lesions.model
    row = {column.title: model.data(model.index(0, place)) for place, column in enumerate(COLUMNS)}
    assert row["#"] == "1 ?"
    assert row["By"] == "AI, to judge"
