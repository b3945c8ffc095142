"""A model's outlines under the pointer, and what is kept of who proposed: real clicks, real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.region import ProposedBy, RegionSource
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.lesion_cells import COLUMNS
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.workflows.annotation.convert import convert
from app.workflows.annotation.labels import labels_of
from tests.gui.pages.annotation.test_annotate_page import drag, key, window
from tests.gui.pages.annotation.test_proposals import nothing_shipped, propose
from tests.learning.toy_model import install_toy_model

__all__ = ["nothing_shipped", "window"]  # fixtures

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SPOT = (100.5, 400.5)
"""The hot spot of the toy scans."""


def looked(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: page.desk.canvas.marks.model_map is not None)


def click(page: AnnotatePage, x: float, y: float, view: ViewName = ANT) -> None:
    canvas = page.desk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.films.to_widget(view, x, y))


def kept(scans: Path, page: AnnotatePage, qtbot: QtBot) -> Annotation:
    qtbot.waitUntil(lambda: page.presenter.clean)
    return native.read("a", (scans / "annotations" / "R7" / "a.annotation.json",)).annotation


def test_a_click_on_a_focus_takes_the_model_s_outline_with_its_score(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    install_toy_model()
    looked(page, qtbot)
    assert "Outlines come from toy 1" in page.desk.readout.text()
    click(page, *SPOT)
    (region,) = kept(scans, page, qtbot).regions
    assert region.source is RegionSource.AI_ACCEPTED
    by = region.proposed_by
    assert by is not None
    assert (by.model, by.version) == ("toy", "1")
    assert by.score is not None
    assert 0.5 < by.score <= 1
    x, y = region.vertices.mean(axis=0)
    assert abs(x - SPOT[0]) < 4
    assert abs(y - SPOT[1]) < 4
    key(Qt.Key.Key_3)
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.desk.canvas.marks.regions == (), "one step"


def test_the_outline_is_that_of_the_proposal_there(page: AnnotatePage, qtbot: QtBot) -> None:
    install_toy_model()
    looked(page, qtbot)
    click(page, *SPOT)
    (clicked,) = page.desk.canvas.marks.regions
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    propose(page, qtbot)
    there = [
        region
        for region in page.desk.canvas.marks.regions
        if region.view is ANT and abs(region.vertices.mean(axis=0) - SPOT).max() < 4
    ]
    (proposed,) = there
    assert proposed.proposed_by == clicked.proposed_by
    assert abs(proposed.vertices.min(axis=0) - clicked.vertices.min(axis=0)).max() < 1
    assert abs(proposed.vertices.max(axis=0) - clicked.vertices.max(axis=0)).max() < 1


def test_a_box_takes_the_likeliest_focus_in_it_and_nothing_is_said_to_be_nothing(
    page: AnnotatePage, qtbot: QtBot
) -> None:
    install_toy_model()
    looked(page, qtbot)
    drag(page, ANT, SPOT[0] - 14, SPOT[1] - 14, 28)
    (region,) = page.desk.canvas.marks.regions
    assert abs(region.vertices.mean(axis=0) - SPOT).max() < 4
    click(page, 128, 850)
    assert len(page.desk.canvas.marks.regions) == 1
    assert "The model sees no focus here" in page.desk.readout.text()


def test_without_a_model_the_tool_says_so(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: "No installed model draws lesions" in page.desk.readout.text())
    click(page, *SPOT)
    assert page.desk.canvas.marks.regions == ()


def test_the_map_is_that_of_the_case_on_the_screen(page: AnnotatePage, qtbot: QtBot) -> None:
    install_toy_model()
    looked(page, qtbot)
    first = page.desk.canvas.marks.model_map
    key(Qt.Key.Key_PageDown)
    canvas = page.desk.canvas
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b")
    qtbot.waitUntil(lambda: canvas.marks.model_map is not None)
    assert canvas.marks.model_map is not first
    click(page, *SPOT)
    assert len(canvas.marks.regions) == 1


def test_proposals_show_their_score_and_each_is_looked_at_closely(page: AnnotatePage, qtbot: QtBot) -> None:
    install_toy_model()
    films = page.desk.canvas.films
    whole = films.viewpoint.zoom
    propose(page, qtbot)
    assert films.viewpoint.zoom > whole
    selected = page.desk.annotation.region(page.desk.canvas.marks.selected)
    assert selected.proposed_by is not None
    assert f"This one: score {selected.proposed_by.score:.2f}." in page.desk.proposals.words.text()
    model = page.desk.lesions.model
    row = {column.title: model.data(model.index(0, place)) for place, column in enumerate(COLUMNS)}
    assert row["By"] == "AI, to judge (toy 1)"
    assert 0.5 <= float(str(row["Score"])) <= 1
    key(Qt.Key.Key_Return)
    following = page.desk.annotation.region(page.desk.canvas.marks.selected)
    panel = films.panel_of(following.view)
    assert panel is not None
    assert panel.rect.contains(panel.to_screen(*following.vertices.mean(axis=0)))
    assert films.viewpoint.zoom > whole


def test_what_was_accepted_keeps_model_version_and_score_in_every_file_that_can(
    window: MainWindow, page: AnnotatePage, scans: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    install_toy_model()
    propose(page, qtbot)
    QTest.mouseClick(page.desk.proposals.buttons["accept_proposals"], Qt.MouseButton.LeftButton)
    before = {region.uuid: region.proposed_by for region in kept(scans, page, qtbot).regions}
    assert all(isinstance(by, ProposedBy) and by.score for by in before.values())
    source = scans / "annotations" / "R7"
    scan = read_scan(scans / "a.dcm")
    for name in ("labelme", "coco", "scintiread"):
        convert(source, tmp_path / name, name, scans=scans)
        back = labels_of(scan, tmp_path / name, name).annotation.regions
        assert {region.uuid: region.proposed_by for region in back} == before, name
    key(Qt.Key.Key_G)
    page.desk.canvas.marks.select(next(iter(before)))
    QTest.keyClick(page.desk.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    after = page.desk.annotation.region(page.desk.canvas.marks.selected)
    assert after.proposed_by == before[after.uuid], "what a person changes was still proposed by it"


def test_dicom_names_the_model_and_its_score(
    page: AnnotatePage, scans: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    pydicom = pytest.importorskip("pydicom")
    install_toy_model()
    looked(page, qtbot)
    click(page, *SPOT)
    (region,) = kept(scans, page, qtbot).regions
    convert(scans / "annotations" / "R7", tmp_path / "seg", "dicom-seg", scans=scans)
    segment = pydicom.dcmread(next((tmp_path / "seg").glob("*.dcm"))).SegmentSequence[0]
    told = segment.SegmentationAlgorithmIdentificationSequence[0]
    assert (told.AlgorithmName, told.AlgorithmVersion) == ("toy", "1")
    assert region.proposed_by is not None
    assert f"{region.proposed_by.score:.4f}" in told.AlgorithmParameters
