"""Rehearsals read every design to its end through the same session and store as people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.simulator.readers import SimulatedReader
from app.store.opening import open_study
from app.study.protocol import AnswerRules, Enforcement, Mode, Protocol, Requirement, Scale
from app.workflows.rehearsal.readers import rehearse, rehearse_copy
from app.workflows.study.export import StudyResults
from app.workflows.study.status import study_status
from app.workflows.study.verify import study_verify
from tests.study.helpers import protocol
from tests.workflows.studies import make_study

BASE = protocol(readers=("R1", "R2"))
DESIGNS = {
    "unaided": BASE,
    "sequential": replace(BASE, mode=Mode.SEQUENTIAL),
    "crossover": replace(BASE, mode=Mode.CROSSOVER),
    "soft crossover": replace(BASE, mode=Mode.CROSSOVER, washout=Enforcement.SOFT, washout_days=3),
    "concurrent": replace(BASE, mode=Mode.CONCURRENT),
    "training": replace(BASE, mode=Mode.TRAINING),
    "repeats and warm-up": replace(BASE, repeats=1, repeat_distance=1, warm_up_cases=("C2",)),
    "strict": replace(BASE, answer=AnswerRules(scale=Scale.FIVE, marks=Requirement.REQUIRED, skip=False)),
    "no marks": replace(BASE, answer=AnswerRules(scale=Scale.SIX, marks=Requirement.OFF, mark_rating=False)),
}


def answers(study: Path) -> list[tuple[object, ...]]:
    opened = open_study(study)
    found = [
        (
            r.identity.reader,
            r.identity.position,
            r.identity.arm,
            r.answer.call,
            r.answer.rating,
            r.times.raw_seconds,
        )
        for r in StudyResults(opened).current()
    ]
    opened.close()
    return found


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS.keys())
def test_every_design_is_read_to_its_end_and_verifies(tmp_path: Path, design: Protocol) -> None:
    made = make_study(tmp_path, design, truth=True)
    done = rehearse(made.path, seed=3)
    with study_status(made.path) as status:
        assert all(reader.left == 0 for reader in status.readers)
        assert done.readings == {reader.reader: reader.total for reader in status.readers}
    assert study_verify(made.path).ok


def test_the_same_seed_gives_the_same_answers_and_times(tmp_path: Path) -> None:
    one, two, three = (make_study(tmp_path / name, BASE, truth=True) for name in "abc")
    rehearse(one.path, seed=5)
    rehearse(two.path, seed=5)
    rehearse(three.path, seed=6)
    assert answers(one.path) == answers(two.path)
    assert answers(one.path) != answers(three.path)


def test_a_rehearsal_in_a_copy_leaves_the_study_untouched(tmp_path: Path) -> None:
    made = make_study(tmp_path, BASE, truth=True)
    before = (made.path / "study.db").read_bytes()
    done = rehearse_copy(made.path, tmp_path / "elsewhere" / "rehearsal")
    assert sum(done.readings.values()) == 6
    assert (made.path / "study.db").read_bytes() == before
    with study_status(made.path) as status:
        assert status.frozen_utc is None
    assert study_verify(done.path).ok


def test_readers_of_great_skill_agree_with_truth(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol(), count=6, truth=True)
    rehearse(made.path, readers=[SimulatedReader("R1", auc=0.9999)], start=datetime(2026, 1, 5, tzinfo=UTC))
    opened = open_study(made.path)
    called = {r.identity.case: r.answer.call for r in StudyResults(opened).current()}
    opened.close()
    assert called == {f"C{number}": number % 2 == 1 for number in range(1, 7)}


def test_a_case_that_cannot_be_shown_does_not_stop_it(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol())
    (tmp_path / "scans" / "C2.dcm").unlink()
    rehearse(made.path)
    with study_status(made.path) as status:
        assert (status.readers[0].done, status.readers[0].technical) == (3, 1)


def test_it_goes_on_where_an_earlier_rehearsal_or_person_stopped(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol())
    rehearse(made.path)
    again = rehearse(made.path)
    assert again.readings == {"R1": 0}
