"""The patient fills the films: by protocol, with the whole frame one key away, on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt

from app.gui.canvas.overlay import names_height
from app.scan.scan import ViewName
from app.store.opening import open_study
from app.study.events import EventKind
from app.study.protocol import ScreenRules
from app.workflows.study.new import default_protocol
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, make_study, protocol
from tests.scan.nm_files import toy_counts, write_nm

SHORT = ScreenRules(fit_patient=True)
SHIFT = Qt.KeyboardModifier.ShiftModifier


def short_patients(folder: Path) -> Path:
    """Three patients who end above the lower third of their frames."""
    rng = np.random.default_rng(5)
    for number in range(3):
        views = toy_counts(rng, [])
        for counts in views:
            counts[700:] = 0
        write_nm(folder / f"scan{number}.dcm", *views, PatientID=f"T{number}")
    return folder


def body_on_screen(person: Person) -> tuple[float, float, float]:
    """Upper and lower end of what has counts, and the height of the canvas, in pixels."""
    panel = person.canvas.films.panel_of(ViewName.ANTERIOR)
    rows = np.flatnonzero(panel.film.view.counts.max(axis=1) > 10)
    top, bottom = (panel.to_screen(0, float(row)).y() for row in (rows[0], rows[-1]))
    return top, bottom, float(person.canvas.height())


def test_new_studies_fit_the_patient_and_older_ones_keep_the_whole_frame() -> None:
    assert default_protocol("Trial").screen.fit_patient
    assert not ScreenRules().fit_patient


def test_the_patient_fills_the_film_below_the_names_and_a_key_shows_the_whole_frame(
    sit: Sit, tmp_path: Path
) -> None:
    folder = make_study(tmp_path / "study", short_patients(tmp_path / "short"), protocol(screen=SHORT))
    person = sit(folder)
    person.start()
    top, bottom, tall = body_on_screen(person)
    assert names_height(person.canvas.font()) <= top < 0.12 * tall, "R, L and ANT lie above the skull"
    assert bottom > 0.9 * tall
    zoom = person.canvas.films.viewpoint.zoom
    person.key(Qt.Key.Key_W, SHIFT)
    assert person.canvas.films.viewpoint.zoom < zoom / 1.1
    assert body_on_screen(person)[1] < 0.75 * tall
    person.answer("n", "1")
    person.submit()
    person.wait_for_case()
    assert person.canvas.films.display_state().cropped, "the next case begins as the protocol says"
    person.leave()
    opened = open_study(folder)
    (reading,) = opened.readings.all("R1")
    told = [each.event for each in opened.readings.events("R1")]
    opened.close()
    assert reading.display.at_display is not None and reading.display.at_submit is not None
    assert (reading.display.at_display.cropped, reading.display.at_submit.cropped) == (True, False)
    assert [each.payload["value"] for each in told if each.kind is EventKind.CROPPED] == [False]


def test_a_study_that_says_nothing_shows_the_whole_frame(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study(protocol()))
    person.start()
    assert not person.canvas.films.display_state().cropped
    panel = person.canvas.films.panel_of(ViewName.ANTERIOR)
    assert panel.to_screen(0, 0).y() >= 0 and panel.to_screen(0, 1024).y() <= person.canvas.height()
