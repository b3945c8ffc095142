"""kill -9 at random moments: whatever was acknowledged is there, and reading goes on at the right case."""

from __future__ import annotations

import os
import random
import sys
from functools import partial
from pathlib import Path

import pytest

from app.store.opening import open_study
from app.study.clock import SystemClock
from app.study.events import EventKind
from app.study.protocol import Mode
from app.study.session import Stage
from app.workflows.study.verify import study_verify
from tests.store.killed import killed_life
from tests.store.studies import make_study, read_cases, sit
from tests.study.helpers import DISPLAY, NO, YES, protocol

KILLS = 200
CASES = 1200
STARTING = 0.15
"""Share of the kills that hit a program which is still opening the study."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a Unix thing")


def read_until_killed(path: Path, pipe: int) -> None:
    """Read as fast as possible; says the hash of every answer after it was acknowledged."""
    study = open_study(path)
    session = sit(study, SystemClock())
    os.write(pipe, b"ready\n")
    while session.open_next() is not None:
        session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.01)
        session.note(EventKind.LEVEL_CHANGED, lower=0, upper=90)
        session.tick()
        assignment = session.snapshot.assignment
        assert assignment is not None
        os.write(pipe, f"open {assignment.position}\n".encode())
        if session.snapshot.stage is Stage.READING:
            session.note(EventKind.CALL, value=False)
            os.write(pipe, f"saved {session.lock(NO, DISPLAY).sha256}\n".encode())
        session.reveal()
        session.note(EventKind.CALL, value=True)
        os.write(pipe, f"saved {session.submit(YES, DISPLAY).sha256}\n".encode())
        os.write(pipe, b"next\n")


def one_life(path: Path, chance: random.Random) -> list[str]:
    """Kill a reader at a random moment, and give what it had said."""
    begun = chance.random() >= STARTING
    lines = killed_life(partial(read_until_killed, path), chance.uniform(0.0, 0.06), begun=begun)
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_no_acknowledged_answer_is_lost_in_two_hundred_kills(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study", protocol(mode=Mode.SEQUENTIAL), count=CASES)
    read_cases(make_study(tmp_path / "other"), 1)  # what is compiled once need not be compiled in every child
    chance = random.Random(9)
    acknowledged: list[str] = []
    latest = 0
    for _ in range(KILLS):
        said = one_life(path, chance)
        acknowledged += [line.split()[1] for line in said if line.startswith("saved")]
        opened = [int(line.split()[1]) for line in said if line.startswith("open")]
        if opened:
            # the answer may have become durable in the moment before it could be acknowledged
            assert opened[0] in (latest, latest + 1), "reading goes on at the right case"
            latest = opened[-1]
    study = open_study(path)
    kept = [reading.sha256 for reading in study.readings.all("R1")]
    readings = list(study.readings.all("R1"))
    history = study.readings.history("R1")
    recovered = [
        stored.event for stored in study.readings.events("R1") if stored.event.kind is EventKind.INTERRUPTED
    ]
    study.close()
    assert len(acknowledged) > KILLS / 4  # a busy machine kills some before their first answer
    assert set(acknowledged) <= set(kept)
    assert len(kept) - len(acknowledged) <= KILLS, (
        "at most one answer per kill was saved but not acknowledged"
    )
    assert [reading.identity.position for reading in readings] == sorted(
        reading.identity.position for reading in readings
    )
    assert history.finished == set(range(1, len(history.finished) + 1)), "no case was left out or read twice"
    assert recovered
    resumed = [reading for reading in readings if reading.flags.resumed]
    assert resumed
    assert all(reading.identity.attempt > 1 for reading in resumed)
    assert study_verify(path).ok
