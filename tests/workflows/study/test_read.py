"""Sitting down at a study: what is shown, what is refused, what stays hidden."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import AppError
from app.store.lock import NameLock
from app.study.clock import SimulatedClock
from app.study.protocol import Mode, ScreenRules
from app.study.session import Stage
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.study.helpers import START, YES, protocol
from tests.workflows.studies import DISPLAY, make_study, read_one, write_scans


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


def test_a_case_is_loaded_with_its_hashes_and_without_file_names(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    sitting = open_session(make_study(tmp_path).path, "R1", clock=clock)
    assignment = sitting.session.open_next()
    assert assignment is not None
    loaded = sitting.load(assignment)
    assert set(loaded.image_hashes) == {"anterior", "posterior"}
    assert loaded.scan.files == ()
    assert loaded.load_seconds > 0
    assert (sitting.title, sitting.reader) == ("Test", "R1")
    sitting.close()


def test_an_unknown_reader_is_told_the_known_ones_and_freezes_nothing(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    with pytest.raises(AppError, match="R9") as caught:
        open_session(made.path, "R9")
    assert "R1" in caught.value.hint
    assert not list((made.path / "locks").glob("*")) if (made.path / "locks").exists() else True


def test_a_second_sitting_of_the_same_reader_is_refused_and_another_reader_is_not(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    made = make_study(tmp_path, protocol(readers=("R1", "R2")))
    first = open_session(made.path, "R1", clock=clock)
    with pytest.raises(AppError, match="already reading"):
        open_session(made.path, "R1", clock=clock)
    other = open_session(made.path, "R2", clock=clock)
    read_one(other, clock, YES)
    read_one(first, clock, YES)
    other.close()
    first.close()
    open_session(made.path, "R1", clock=clock).close()


def test_a_missing_changed_or_one_sided_scan_becomes_a_technical_problem(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    made = make_study(tmp_path, count=3)
    scans = tmp_path / "scans"
    (scans / "C1.dcm").unlink()
    shutil.copyfile(scans / "C3.dcm", scans / "C2.dcm")
    sitting = open_session(made.path, "R1", clock=clock)
    said = {}
    while (assignment := sitting.session.open_next()) is not None:
        try:
            loaded = sitting.load(assignment)
        except AppError as error:
            said[assignment.case] = str(error)
            sitting.session.technical_problem(error.message)
        else:
            sitting.session.displayed(DISPLAY, loaded.image_hashes, loaded.load_seconds)
            sitting.session.submit(YES, DISPLAY)
    sitting.close()
    assert set(said) == {"C1", "C2"}
    assert "cannot be read" in said["C1"]
    assert "not those" in said["C2"]
    assert not any(".dcm" in text for text in said.values())
    assert study_verify(made.path).ok


def test_reading_needs_no_truth_and_training_does(tmp_path: Path, clock: SimulatedClock) -> None:
    made = make_study(tmp_path, truth=True)
    shutil.rmtree(made.path / "coordinator")
    sitting = open_session(made.path, "R1", clock=clock)
    assignment = sitting.session.upcoming(1)[0]
    assert sitting.feedback(assignment) is None
    read_one(sitting, clock, YES)
    sitting.close()


def test_a_reader_in_training_is_told_the_truth(tmp_path: Path, clock: SimulatedClock) -> None:
    made = make_study(tmp_path, protocol(mode=Mode.TRAINING), truth=True)
    sitting = open_session(made.path, "R1", clock=clock)
    told = {item.case: sitting.feedback(item) for item in sitting.session.upcoming(3)}
    sitting.close()
    assert told["C1"] == "Bone metastasis: yes · lesions: 1 · regions: spine"
    assert told["C2"] == "Bone metastasis: no · lesions: 0 · regions: spine"


@pytest.mark.parametrize("shown", [True, False])
def test_clinical_information_is_shown_only_when_the_protocol_says_so(
    tmp_path: Path, clock: SimulatedClock, shown: bool
) -> None:
    scans = write_scans(tmp_path / "scans", 1)
    clinical = tmp_path / "clinical.csv"
    clinical.write_text("case,clinical_information\nC1,PSA 20 ng/ml\n")
    rules = protocol(screen=ScreenRules(clinical_information=shown))
    made = new_study(tmp_path / "study", scans, Ingredients(rules, clinical=clinical))
    sitting = open_session(made.path, "R1", clock=clock)
    assert sitting.load(sitting.session.upcoming(1)[0]).clinical_information == (
        "PSA 20 ng/ml" if shown else ""
    )
    sitting.close()


def test_closing_in_the_middle_and_coming_back_shows_the_same_case_first(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    made = make_study(tmp_path)
    sitting = open_session(made.path, "R1", clock=clock)
    read_one(sitting, clock, YES)
    begun = sitting.session.open_next()
    assert begun is not None
    sitting.session.displayed(DISPLAY, {}, 0.1)
    clock.advance(11)
    sitting.close()
    assert list((made.path / "backup").iterdir())
    clock.advance(3 * 86400)
    again = open_session(made.path, "R1", clock=clock)
    assert again.session.open_next() == begun
    again.session.displayed(DISPLAY, {}, 0.1)
    reading = again.session.submit(YES, DISPLAY)
    again.close()
    assert reading.identity.attempt == 2
    assert reading.times.earlier_active_seconds == pytest.approx(11)
    assert reading.identity.days_since_last_session == pytest.approx(3, abs=0.01)


def test_a_crossover_waits_for_the_washout_and_then_goes_on(tmp_path: Path, clock: SimulatedClock) -> None:
    made = make_study(tmp_path, protocol(mode=Mode.CROSSOVER, washout_days=28), count=2)
    first = open_session(made.path, "R1", clock=clock)
    while first.session.snapshot.done < first.session.snapshot.total:
        read_one(first, clock, YES)
    first.close()
    clock.sleep(timedelta(days=27).total_seconds())
    early = open_session(made.path, "R1", clock=clock)
    assert early.session.open_next() is None
    assert early.session.snapshot.stage is Stage.FINISHED
    assert early.session.snapshot.next_visit_utc is not None
    early.close()
    clock.sleep(timedelta(days=2).total_seconds())
    second = open_session(made.path, "R1", clock=clock)
    assignment = second.session.upcoming(1)[0]
    assert assignment.visit == 2
    second.close()


def test_when_opening_fails_the_lock_is_given_back(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    text = (made.path / "protocol.toml").read_text()
    (made.path / "protocol.toml").write_text(text.replace('mode = "unaided"', 'mode = "strange"'))
    with pytest.raises(AppError, match="mode"):
        open_session(made.path, "R1")
    NameLock(made.path / "locks", "R1").release()


def test_a_guessed_side_is_shown_only_as_a_person_confirmed_it(tmp_path: Path, clock: SimulatedClock) -> None:
    made = make_study(tmp_path, replace(protocol(), allow_missing_view=True), count=1)
    sitting = open_session(made.path, "R1", clock=clock)
    scan = sitting.load(sitting.session.upcoming(1)[0]).scan
    assert not scan.needs_confirmation
    sitting.close()


def test_a_second_copy_that_cannot_be_written_stops_nobody_and_is_told(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    made = make_study(tmp_path)
    (tmp_path / "copy").write_text("a file where the folder should be")
    sitting = open_session(made.path, "R1", clock=clock, second_copy=tmp_path / "copy")
    read_one(sitting, clock, YES)
    assert "second copy" in sitting.copy_problem
    (tmp_path / "copy").unlink()
    read_one(sitting, clock, YES)
    assert sitting.copy_problem == ""
    sitting.close()
    assert (tmp_path / "copy" / "TEST-R1.jsonl").is_file()
