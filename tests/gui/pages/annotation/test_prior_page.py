"""A patient's earlier scan beside the annotated one: found, laid on it, proposed, and what has changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet, images_of, sizes_of
from app.annotation.region import Region, RegionSource
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.lesion_cells import COLUMNS, SINCE_COLUMN
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.annotation.conftest import disc
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, key
from tests.scan.nm_files import toy_counts, write_nm

ANT = ViewName.ANTERIOR
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MOVED = 9
"""Rows by which the patient lies lower today."""


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """One patient on two days, drawn on at the first; and somebody else, earlier."""
    folder = tmp_path / "scans"
    folder.mkdir()
    rng = np.random.default_rng(5)
    before = toy_counts(rng, hot_spots=((400, 100), (300, 150)))
    now = [np.roll(view, MOVED, axis=0) for view in toy_counts(rng, hot_spots=((400, 100), (250, 128)))]
    write_nm(folder / "now.dcm", *now, PatientID="P-1", StudyDate="20210601")
    earlier = write_nm(folder / "earlier.dcm", *before, PatientID="P-1", StudyDate="20200102")
    write_nm(folder / "oldest.dcm", *before, PatientID="P-1", StudyDate="20190102")
    write_nm(folder / "other.dcm", *before, PatientID="P-2", StudyDate="20210102")
    scan = read_scan(earlier)
    drawn = Annotation(
        "earlier",
        "R7",
        (
            Region(ANT, disc(100, 400, 8), "fracture", lesion="stays", bone="pelvis"),
            Region(ANT, disc(150, 300, 8), lesion="goes"),
        ),
    )
    native.write(folder / "annotations" / "R7", LabelSet(drawn, sizes_of(scan), images=images_of(scan)))
    return folder


@pytest.fixture
def window(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> MainWindow:
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None)
    at(page, "now", qtbot)
    return window


def at(page: AnnotatePage, case: str, qtbot: QtBot) -> None:
    canvas = page.desk.canvas
    page.presenter.open([row.case for row in page.presenter.rows].index(case))
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == case)


def with_prior(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_P, SHIFT)
    qtbot.waitUntil(lambda: page.desk.prior.prior is not None)


def test_the_latest_earlier_scan_of_the_patient_is_beside_the_current_one_and_lies_on_it(
    page: AnnotatePage, qtbot: QtBot
) -> None:
    with_prior(page, qtbot)
    prior = page.desk.prior
    assert prior.prior is not None
    assert (prior.prior.case, prior.prior.date) == ("earlier", "2020-01-02")
    assert prior.isVisible()
    stays = next(each for each in prior.prior.regions if each.lesion == "stays")
    assert stays.vertices.mean(axis=0) == pytest.approx([100, 400 + MOVED], abs=2.5)
    films, there = page.desk.canvas.films, prior.canvas.films
    key(Qt.Key.Key_Plus)
    key(Qt.Key.Key_Plus)
    assert there.viewpoint.zoom / films.viewpoint.zoom == pytest.approx(1, rel=0.05)
    key(Qt.Key.Key_P, SHIFT)
    assert not prior.isVisible()


def test_its_outlines_are_proposals_that_are_judged_and_kept_as_such(
    page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    with_prior(page, qtbot)
    QTest.mouseClick(page.desk.prior.propose_button, Qt.MouseButton.LeftButton)
    regions = page.desk.canvas.marks.regions
    assert {each.source for each in regions} == {RegionSource.AI}
    assert {each.label for each in regions} == {"fracture", "metastasis"}
    assert "by the prior of 2020-01-02" in page.desk.proposals.words.text()
    while (uuid := page.desk.canvas.marks.selected) and len(page.desk.canvas.marks.regions) == 2:
        verdict = (
            Qt.Key.Key_Return if page.desk.annotation.region(uuid).lesion == "stays" else Qt.Key.Key_Delete
        )
        key(verdict)
    qtbot.waitUntil(lambda: page.presenter.clean)
    kept = native.read("now", (scans / "annotations" / "R7" / "now.annotation.json",)).annotation
    (region,) = kept.regions
    assert (region.source, region.label, region.bone) == (RegionSource.AI_ACCEPTED, "fracture", "pelvis")
    assert region.proposed_by is not None
    assert region.proposed_by.said == "prior scan 2020-01-02"
    assert [each.lesion for each in kept.rejected] == ["goes"]
    key(Qt.Key.Key_A, SHIFT)
    assert "Nothing to propose" in page.desk.readout.text()


def test_new_grown_and_gone_are_said_on_the_films_and_in_the_list(page: AnnotatePage, qtbot: QtBot) -> None:
    with_prior(page, qtbot)
    table = page.desk.lesions.table
    assert not table.isColumnHidden(SINCE_COLUMN)
    assert "2 gone" in page.desk.prior.title.text()
    key(Qt.Key.Key_E)
    drag(page, ANT, 118, 250, 20)
    key(Qt.Key.Key_F)
    drag(page, ANT, 88, 398 + MOVED - 10, 24)
    model = page.desk.lesions.model
    since = [model.data(model.index(row, SINCE_COLUMN)) for row in range(2)]
    assert since == ["new", "grown"]
    assert COLUMNS[SINCE_COLUMN].title == "Since"
    assert "1 new, 1 grown, 1 gone" in page.desk.prior.title.text()
    assert "gone since the prior" in page.desk.underlay.legend.text()
    first, second = page.desk.canvas.marks.regions
    assert page.desk.prior.remarks() == {first.lesion: "new", second.lesion: "grown"}
    key(Qt.Key.Key_P, SHIFT)
    assert table.isColumnHidden(SINCE_COLUMN)
    assert not page.desk.underlay.legend.isVisible()


def test_the_words_stand_on_the_films(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 118, 250, 20)
    page.desk.canvas.marks.select("")
    with_prior(page, qtbot)
    qtbot.wait(50)
    with_word = page.desk.canvas.grab().toImage()
    page.desk.canvas.layer.set_remarks({})
    assert page.desk.canvas.grab().toImage() != with_word


def test_where_there_is_no_prior_it_is_said_and_the_next_case_has_its_own(
    page: AnnotatePage, qtbot: QtBot
) -> None:
    at(page, "other", qtbot)
    key(Qt.Key.Key_P, SHIFT)
    qtbot.waitUntil(lambda: "no earlier scan of the patient" in page.desk.readout.text())
    assert not page.desk.prior.isVisible()
    at(page, "earlier", qtbot)
    qtbot.waitUntil(lambda: page.desk.prior.prior is not None)
    assert page.desk.prior.prior is not None
    assert page.desk.prior.prior.case == "oldest"
    assert not page.desk.prior.propose_button.isEnabled(), "nothing was drawn on it"
