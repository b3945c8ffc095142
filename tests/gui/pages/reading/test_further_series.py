"""Further series of a case as tabs above the films: scrolled, with own levels, each look on record."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.errors import AppError
from app.scan.stack import read_stack
from app.store.opening import open_study
from app.study.aside_rules import AsideRules
from app.study.events import EventKind
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.open import open_bundle, open_bundle_session
from app.workflows.bundles.scans import Assurance
from app.workflows.study.export import study_export
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, freeze, protocol
from tests.store.studies import readings

SERIES = AsideRules(series=("ct | CT of the pelvis", "xray | Radiograph"))
SLICES, SIDE = 12, 64


def ct_slice(path: Path, number: int, **facts: object) -> None:
    """One slice of a CT, with its number as its brightest value, in Hounsfield units by the rescaling."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset(str(path), {}, file_meta=meta, preamble=bytes(128))
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    made.Modality, made.PatientName, made.PatientID = "CT", "Nobody^At all", "T0"
    made.Rows = made.Columns = SIDE
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 16, 15, 0
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.RescaleSlope, made.RescaleIntercept = 1, -1024
    made.ImageOrientationPatient, made.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, -3 * number]
    made.PixelSpacing = [1, 1]
    pixels = np.full((SIDE, SIDE), 1024, np.uint16)
    pixels[20:40, 20:40] += 10 * (number + 1)
    made.PixelData = pixels.tobytes()
    for name, value in facts.items():
        setattr(made, name, value)
    made.save_as(path, enforce_file_format=True)


@pytest.fixture
def made(tmp_path: Path, scans: Path) -> Callable[..., Path]:
    """A study of six cases, of which scan000 has a CT and a radiograph, and scan001 a CT alone."""

    def make(*, begun: bool = True) -> Path:
        for case in ("scan000", "scan001"):
            folder = tmp_path / "more" / case / "ct"
            folder.mkdir(parents=True)
            for number in range(SLICES):
                ct_slice(folder / f"{SLICES - number:02d}.dcm", number)  # names against the order
        Image.fromarray(np.arange(SIDE * SIDE, dtype=np.uint8).reshape(SIDE, SIDE)).save(
            tmp_path / "more" / "scan000" / "xray.png"
        )
        rules = protocol(beside=SERIES)
        result = new_study(tmp_path / "study", scans, Ingredients(rules, series=tmp_path / "more"))
        assert result.notes == (
            "4 cases have no series CT of the pelvis (ct).",
            "5 cases have no series Radiograph (xray).",
        )
        if begun:
            freeze(result.path)
        return result.path

    return make


def go_to(person: Person, case: str) -> None:
    while person.session.snapshot.assignment.case != case:
        person.answer("n", "1")
        person.submit()
        person.wait_for_case()


def wheel(widget, notches: int) -> None:  # type: ignore[no-untyped-def]
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at, QPointF(widget.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, -120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_a_series_is_scrolled_by_wheel_and_keys_keeps_its_levels_and_each_look_is_on_record(
    made: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = made()
    person = sit(folder)
    person.start()
    go_to(person, "scan000")
    series = person.page.desk.series  # type: ignore[union-attr]
    assert [series.tabs.tabText(n) for n in range(series.tabs.count())] == [
        "Bone scan", "CT of the pelvis", "Radiograph"
    ]  # fmt: skip
    before = person.canvas.films.display_state()
    person.type("t")
    view = series.view
    assert view.isVisible() and not person.canvas.isVisible() and view.hasFocus()
    assert not person.page.desk.levels.isEnabled()  # type: ignore[union-attr]
    assert view.shown.slice == SLICES // 2
    wheel(view, 2)
    person.key(Qt.Key.Key_Down)
    person.key(Qt.Key.Key_PageUp)
    assert view.shown.slice == 0
    person.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert person.curtain == "Paused" and not view.isVisible()
    person.key(Qt.Key.Key_Return)
    person.key(Qt.Key.Key_Down)
    assert view.isVisible() and view.shown.slice == 1, "after a pause it is as before"
    person.key(Qt.Key.Key_Up)
    upper = view.shown.upper
    person.key(Qt.Key.Key_Comma)
    person.key(Qt.Key.Key_I)
    assert view.shown.upper < upper, "the keys of the levels are its own"
    darker = view.shown.upper
    person.type("t")
    assert series.open == "xray"
    QTest.mouseClick(series.tabs, Qt.MouseButton.LeftButton, pos=series.tabs.tabRect(0).center())
    assert person.canvas.isVisible() and person.canvas.hasFocus()
    assert person.page.desk.levels.isEnabled()  # type: ignore[union-attr]
    assert person.canvas.films.display_state() == before, "nothing happened to the films meanwhile"
    QTest.mouseClick(series.tabs, Qt.MouseButton.LeftButton, pos=series.tabs.tabRect(1).center())
    assert (view.shown.slice, view.shown.upper) == (0, darker), "it stands as it was left"
    person.type("y")
    person.type("9")
    assert person.panel.call.yes.isChecked()
    person.submit()
    person.wait(lambda: readings(folder)[-1].identity.case == "scan000")
    person.wait(lambda: person.curtain != "" or person.canvas.isVisible())
    reading = readings(folder)[-1]
    assert set(reading.display.seen) == {"series_ct", "series_xray"}
    assert sum(reading.display.seen.values()) < reading.times.active_seconds  # type: ignore[operator]
    person.leave()
    opened = open_study(folder)
    told = [
        dict(stored.event.payload)
        for stored in opened.readings.events("R1")
        if stored.event.kind is EventKind.ASIDE_TOGGLED
    ]
    opened.close()
    assert [(one["what"], one["visible"]) for one in told] == [
        ("series_ct", True), ("series_ct", False), ("series_xray", True), ("series_xray", False),
        ("series_ct", True), ("series_ct", False),
    ]  # fmt: skip
    assert (told[1]["slice"], told[1]["first"], told[1]["last"]) == (1, 1, 10)
    assert told[1]["upper"] == darker
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["case"] == "scan000")
    assert float(row["seen_series_ct_seconds"]) > 0


def test_tabs_are_there_for_the_series_of_the_case_and_for_no_other(
    made: Callable[..., Path], sit: Sit
) -> None:
    person = sit(made())
    person.start()
    series = person.page.desk.series  # type: ignore[union-attr]
    for case, tabs in (("scan001", 2), ("scan005", 0)):
        if any(item.case == case for item in person.session.upcoming(6)):
            go_to(person, case)
            assert series.tabs.count() == tabs and series.tabs.isVisible() is bool(tabs)
            person.type("t")
            assert series.open == ("ct" if tabs else "")


def test_what_is_kept_has_the_slices_in_place_and_no_name_and_a_changed_one_is_not_shown(
    made: Callable[..., Path], sit: Sit
) -> None:
    folder = made()
    file = folder / "scans" / "scan000-ct.npz"
    with np.load(file) as kept:
        arrays = dict(kept)
    assert set(arrays) == {"slices", "tallness"}
    assert [int(part.max()) for part in arrays["slices"]] == [10 * (n + 1) for n in range(SLICES)]
    arrays["slices"] = arrays["slices"][::-1]
    np.savez_compressed(file, **arrays)
    person = sit(folder)
    opened = person.page.presenter._opened  # type: ignore[union-attr]
    with pytest.raises(AppError, match="a further series of it cannot be read"):
        opened.load(next(item for item in opened.session.upcoming(6) if item.case == "scan000"))


def test_a_bundle_has_the_series_too(made: Callable[..., Path], tmp_path: Path) -> None:
    folder = made(begun=False)
    sent = make_bundle(
        folder, "R1", tmp_path / "R1.scintiread", assurance=Assurance(codes_name_nobody=True)
    ).file
    session = open_bundle_session(open_bundle(sent))
    try:
        loaded = {item.case: session.load(item).series for item in session.session.upcoming(6)}
    finally:
        session.close()
    assert {case: len(series) for case, series in loaded.items() if series} == {"scan000": 2, "scan001": 1}


def test_a_series_that_cannot_be_a_stack_is_told_in_a_sentence(tmp_path: Path) -> None:
    ct_slice(tmp_path / "a.dcm", 1, BurnedInAnnotation="YES")
    with pytest.raises(AppError, match="text burned in"):
        read_stack([tmp_path / "a.dcm"])
    (tmp_path / "b.dcm").write_text("no image", encoding="utf-8")
    with pytest.raises(AppError, match="neither a DICOM image nor a PNG"):
        read_stack([tmp_path / "b.dcm"])
