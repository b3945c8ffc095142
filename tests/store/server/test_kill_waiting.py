"""kill -9 for readers of a study on a server, and for the server: what was acknowledged arrives, once."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from app.errors import AppError
from app.store.folder import StudyFolder
from app.store.opening import create_study, open_study
from app.store.server.waiting import WaitingJournal
from app.study.case import StudyCase
from app.study.clock import SystemClock
from app.study.order import draw_order
from app.study.protocol_file import protocol_text
from app.study.session import ReadingSession, Sitting
from app.workflows.study.verify import study_verify
from tests.patience import PATIENCE_S
from tests.postgres_server import Server
from tests.store.killed import killed_life
from tests.study.helpers import DISPLAY, YES, cases, protocol

KILLS = 30
CASES = 3000
RULES = protocol()


def read_until_killed(path: Path, pipe: int) -> None:
    """Read as fast as answers are durable here; says the hash of each."""
    try:
        study = open_study(path)
        version = study.studies.current()
        journal = study.session_journal("R1")
        assert isinstance(journal, WaitingJournal)
        sitting = Sitting(version.protocol.code, version.sha256, "0", "R1")
        session = ReadingSession(RULES, study.readings.history("R1"), journal, SystemClock(), sitting)
    except AppError:
        return  # the server is away; the next life tries again
    os.write(pipe, b"ready\n")
    while session.open_next() is not None:
        session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.01)
        os.write(pipe, f"saved {session.submit(YES, DISPLAY).sha256}\n".encode())
        time.sleep(0.002)


def one_life(path: Path, chance: random.Random) -> list[str]:
    """Kill a reader at a random moment, and give the hashes that it had acknowledged."""
    lines = killed_life(partial(read_until_killed, path), chance.uniform(0.0, 0.15))
    return [line.split()[1] for line in lines if line.startswith("saved") and line.endswith("\n")]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_acknowledged_answer_is_lost_or_doubled_when_readers_and_the_server_are_killed(
    tmp_path: Path,
    server: Server,
    new_database: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    path = tmp_path / "study"
    made = create_study(StudyFolder(path), new_database(f"k{uuid4().hex}"))
    codes = cases(CASES)
    made.studies.define(
        RULES, [StudyCase(code, (f"{code}.dcm",)) for code in codes], draw_order(RULES, codes, "R1")
    )
    made.folder.protocol.write_text(protocol_text(RULES), encoding="utf-8")
    made.studies.freeze(SystemClock().now().utc)
    made.close()
    chance = random.Random(5)
    acknowledged: list[str] = []
    for life in range(KILLS):
        acknowledged += one_life(path, chance)
        if life % 10 == 5:
            server.crash()
            server.start()
    study = open_study(path)
    journal = study.session_journal("R1")
    assert isinstance(journal, WaitingJournal)
    assert journal.arrive(PATIENCE_S)
    readings = list(study.readings.all("R1"))
    study.close()
    kept = [reading.sha256 for reading in readings]
    assert len(acknowledged) > KILLS
    assert set(acknowledged) <= set(kept), "lost"
    places = [reading.identity.position for reading in readings]
    assert places == list(range(1, len(places) + 1)), "no case was left out or read twice"
    assert len(kept) - len(acknowledged) <= KILLS
    assert study_verify(path).ok
