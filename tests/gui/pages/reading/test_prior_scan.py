"""A prior scan beside the current one: laid on it, at the same levels and zoom, on record."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.errors import AppError
from app.gui.canvas.side_by_side import PriorPlace
from app.scan.read import read_scan
from app.store.opening import open_study
from app.study.aside_rules import AsideRules, Moment
from app.study.events import EventKind
from app.study.protocol import Arm, Mode, Protocol
from app.workflows.bundles.make import make_bundle
from app.workflows.bundles.open import open_bundle, open_bundle_session
from app.workflows.bundles.scans import Assurance
from app.workflows.rehearsal.readers import rehearse_copy
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.priors import laid_on
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import HOT, Person, freeze, protocol
from tests.scan.nm_files import toy_counts, write_nm
from tests.store.studies import readings

FROM_THE_START = AsideRules(prior=Moment.START, prior_interval=True)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Three current scans with a hot spot, and priors without it: half the counts, a little to the side."""
    now, before = tmp_path_factory.mktemp("now"), tmp_path_factory.mktemp("before")
    rng = np.random.default_rng(6)
    for number in range(3):
        anterior, posterior = toy_counts(rng, [HOT])
        write_nm(now / f"scan{number}.dcm", anterior, posterior, PatientID=f"T{number}", StudyDate="20240501")
        if number < 2:
            older = [np.roll(rng.binomial(view.astype(int), 0.5), 6, 1) for view in toy_counts(rng)]
            name = before / f"scan{number}.dcm"
            write_nm(name, *older, PatientID=f"T{number}", StudyDate="20240110")
    return now, before


@pytest.fixture
def made(tmp_path: Path, both: tuple[Path, Path]) -> Callable[..., Path]:
    def make(rules: AsideRules, mode: Mode = Mode.UNAIDED, *, begun: bool = True) -> Path:
        study: Protocol = protocol(beside=rules, mode=mode)
        made = new_study(tmp_path / "study", both[0], Ingredients(study, priors=both[1]))
        assert made.notes == ("1 case has no prior scan.",)
        if begun:
            freeze(made.path)
        return made.path

    return make


def titles(person: Person) -> list[str]:
    return [panel.title for panel in person.canvas.films.panels]


def case_with_prior(person: Person, *, there: bool = True) -> None:
    """Read on to a case that has a prior scan, or to the one that has none."""
    while (person.session.snapshot.assignment.case == "scan2") is there:
        person.answer("n", "1")
        person.submit()
        person.wait_for_case()


def test_the_prior_stands_beside_the_scan_flips_into_its_place_and_every_exposure_is_on_record(
    made: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = made(FROM_THE_START)
    person = sit(folder)
    person.start()
    case_with_prior(person)
    assert titles(person) == ["ANT", "POST", "PRIOR ANT", "PRIOR POST"]
    assert person.panel.clinical.text() == "Prior scan 112 days earlier"
    ant, _, prior, _ = person.canvas.films.panels
    assert ant.film.look == prior.film.look and ant.scale == prior.scale
    person.key(Qt.Key.Key_Comma)
    person.canvas.repaint()
    assert ant.film.look.levels.upper == pytest.approx(person.canvas.display.levels.upper)
    assert ant.film.look == prior.film.look, "one pair of levels serves both"
    person.key(Qt.Key.Key_X)
    assert titles(person) == ["PRIOR ANT", "PRIOR POST"]
    person.click(person.panel.beside.in_place)
    assert titles(person)[0] == "ANT" and person.canvas.hasFocus()
    person.key(Qt.Key.Key_B)
    assert titles(person) == ["ANT", "POST", "ANT dark", "POST dark"], "hidden: the dark copies are back"
    person.answer("y", "9")
    case = person.session.snapshot.assignment.case
    person.submit()
    person.wait(lambda: len(readings(folder)) and readings(folder)[-1].identity.case == case)
    last = readings(folder)[-1]
    assert 0 < last.display.seen["prior"] < last.times.active_seconds  # type: ignore[operator]
    person.leave()
    opened = open_study(folder)
    happened = [
        (stored.event.kind, dict(stored.event.payload))
        for stored in opened.readings.events("R1")
        if stored.event.case == case and stored.event.kind.value.startswith("aside")
    ]
    opened.close()
    assert happened == [
        (EventKind.ASIDE_SHOWN, {"what": "clinical"}),
        (EventKind.ASIDE_SHOWN, {"what": "prior"}),
        (EventKind.ASIDE_TOGGLED, {"what": "prior", "visible": True, "where": "in place"}),
        (EventKind.ASIDE_TOGGLED, {"what": "prior", "visible": True, "where": "beside"}),
        (EventKind.ASIDE_TOGGLED, {"what": "prior", "visible": False}),
    ]
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["case"] == case)
    assert float(row["seen_prior_seconds"]) == pytest.approx(last.display.seen["prior"], abs=1e-6)


def test_nothing_is_marked_on_the_prior_and_that_is_said(made: Callable[..., Path], sit: Sit) -> None:
    person = sit(made(FROM_THE_START))
    person.start()
    case_with_prior(person)
    person.type("m")
    prior = person.canvas.films.panels[2]
    QTest.mouseClick(person.canvas, Qt.MouseButton.LeftButton, pos=prior.rect.center().toPoint())
    assert person.canvas.marks.regions == ()
    assert person.page.desk.readout.text() == "Lesions are marked on the scan itself, not on the prior one."  # type: ignore[union-attr]
    QTest.mouseClick(
        person.canvas, Qt.MouseButton.LeftButton, pos=person.canvas.films.panels[0].rect.center().toPoint()
    )
    assert len(person.canvas.marks.regions) == 1


def test_a_case_without_a_prior_and_a_study_without_priors_are_as_ever(
    made: Callable[..., Path], sit: Sit, study: Callable[..., Path]
) -> None:
    person = sit(made(AsideRules(prior=Moment.START)))
    person.start()
    case_with_prior(person, there=False)
    assert titles(person) == ["ANT", "POST", "ANT dark", "POST dark"]
    person.type("bx")
    assert titles(person) == ["ANT", "POST", "ANT dark", "POST dark"]
    assert person.panel.clinical.text() == ""


def test_a_prior_may_come_with_the_second_answer_and_no_date_is_told(
    made: Callable[..., Path], sit: Sit
) -> None:
    folder = made(AsideRules(prior=Moment.AFTER), Mode.SEQUENTIAL)
    person = sit(folder)
    person.start()
    for _ in range(2):
        person.type("bx")
        assert person.canvas.films.prior_place is PriorPlace.HIDDEN, "not before the lock"
        person.answer("n", "1")
        person.submit()
        person.wait(lambda: person.session.arm is Arm.AIDED and person.panel.submit.isEnabled())
        if person.session.snapshot.assignment.case != "scan2":
            break
        person.submit()
        person.wait_for_case()
    assert titles(person)[2:] == ["PRIOR ANT", "PRIOR POST"]
    assert "112" not in person.panel.later.text.text()
    person.submit()
    person.wait(lambda: len([one for one in readings(folder) if not one.flags.locked]) > 0)
    person.leave()
    locked, final = readings(folder)[-2:]
    assert "prior" not in locked.display.seen and final.display.seen["prior"] > 0


def test_the_prior_lies_on_the_scan_with_its_levels(both: tuple[Path, Path]) -> None:
    now, before = (read_scan(folder / "scan0.dcm") for folder in both)
    laid = laid_on(before, now)
    assert laid.anterior is not None and now.anterior is not None and before.anterior is not None

    def apart(counts: np.ndarray) -> float:
        trunk = np.s_[200:460, 60:200]
        return float(np.abs(counts[trunk] - now.anterior.counts[trunk]).mean())  # type: ignore[union-attr]

    assert laid.anterior.counts.shape == now.anterior.counts.shape
    assert apart(laid.anterior.counts) < 0.6 * apart(2 * before.anterior.counts), "moved, and made alike"
    again = laid.anterior.counts[200:460, 60:200].mean() / now.anterior.counts[200:460, 60:200].mean()
    assert 0.9 < again < 1.1, "half the counts show as strong"


def test_the_freeze_covers_the_prior_and_another_one_is_not_shown(
    made: Callable[..., Path], sit: Sit
) -> None:
    folder = made(FROM_THE_START)
    file = folder / "scans" / "scan0-prior.npz"
    with np.load(file) as kept:
        arrays = dict(kept)
    assert set(arrays) == {"anterior", "posterior", "spacing_mm"}, "counts and nothing else"
    arrays["anterior"] = arrays["anterior"][:, ::-1]
    np.savez_compressed(file, **arrays)
    found = [finding.text for finding in study_check(folder).blocking]
    assert "The prior scan is not the one that the study was made with." in found
    person = sit(folder)
    person.wait_to_be_seated()
    opened = person.page.presenter._opened  # type: ignore[union-attr]
    with pytest.raises(AppError, match="prior scan cannot be read, or was changed"):
        opened.load(next(item for item in opened.session.upcoming(3) if item.case == "scan0"))


def test_priors_of_another_patient_or_of_a_later_day_are_refused(
    both: tuple[Path, Path], tmp_path: Path
) -> None:
    now, _ = both
    anterior, posterior = toy_counts(np.random.default_rng(1))
    for name, facts, why in (
        ("other", {"PatientID": "T9", "StudyDate": "20240110"}, "another patient"),
        ("later", {"PatientID": "T0", "StudyDate": "20250110"}, "after it"),
    ):
        (tmp_path / name).mkdir()
        write_nm(tmp_path / name / "scan0.dcm", anterior, posterior, **facts)
        with pytest.raises(AppError, match=why):
            new_study(tmp_path / f"{name}-study", now, Ingredients(priors=tmp_path / name))


def test_a_bundle_and_a_rehearsal_have_the_priors_too(made: Callable[..., Path], tmp_path: Path) -> None:
    folder = made(FROM_THE_START, begun=False)
    assert any("prior" in one.display.seen for one in readings(rehearse_copy(folder, tmp_path / "copy").path))
    sent = make_bundle(
        folder, "R1", tmp_path / "R1.scintiread", assurance=Assurance(codes_name_nobody=True)
    ).file
    session = open_bundle_session(open_bundle(sent))
    try:
        loaded = {item.case: session.load(item) for item in session.session.upcoming(3)}
    finally:
        session.close()
    assert [case for case, one in sorted(loaded.items()) if one.prior] == ["scan0", "scan1"]
