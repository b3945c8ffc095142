"""Fifty readers at once on a PostgreSQL server that crashes and drops their connections.

python -m benchmarks.shared_database [--readers 50] [--cases 200] [--crashes 3] [--drops 4]

Every reader has an own login and answers through the session that the reading room uses. Meanwhile the server
is killed and started again, and connections are cut at random. At the end nothing may be missing or doubled,
and every hash chain has to hold.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.store.database import Database
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.server.passwords import VARIABLE
from app.store.server.roles import Login, make_logins
from app.store.server.waiting import WaitingJournal
from app.study.answer import Answer, DisplayState
from app.study.case import StudyCase
from app.study.clock import SystemClock
from app.study.order import draw_order
from app.study.protocol import Protocol
from app.study.protocol_file import protocol_text
from app.study.session import ReadingSession, Sitting
from app.workflows.study.verify import study_verify
from benchmarks.table import Row, print_table
from tests.postgres_server import WHY_NOT, Server, available

DISPLAY = DisplayState(lower_level=0, upper_level=119)
CUT_CHANCE = 0.3
"""That a connection is cut within half a second, where there are fewer than are to be cut."""


class Reader(threading.Thread):
    """One reader: answers case after case as fast as the answers are durable, here or on the server."""

    def __init__(self, folder: Path, url: str, login: Login) -> None:
        super().__init__(name=login.reader)
        self.reader = login.reader
        self.seconds: list[float] = []
        self.waited = 0
        self.failure = ""
        self._folder = folder
        self._url = url

    def run(self) -> None:
        """Read the whole list."""
        try:
            study = OpenStudy(StudyFolder(self._folder), Database(self._url))
            self._read(study)
            study.close()
        except AppError as error:
            self.failure = str(error)

    def _read(self, study: OpenStudy) -> None:
        session, journal = _patiently(lambda: self._sit(study))
        while session.open_next() is not None:
            session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.01)
            begun = time.perf_counter()
            session.submit(Answer(call=True, rating=80), DISPLAY)
            self.seconds.append(time.perf_counter() - begun)
            self.waited += journal.on_the_way.away
        session.close()
        while not journal.arrive(10):
            time.sleep(0.2)
        journal.stop()

    def _sit(self, study: OpenStudy) -> tuple[ReadingSession, WaitingJournal]:
        version = study.studies.current()
        journal = study.session_journal(self.reader)
        assert isinstance(journal, WaitingJournal)
        sitting = Sitting(version.protocol.code, version.sha256, "benchmark", self.reader)
        history = study.readings.history(self.reader)
        return ReadingSession(version.protocol, history, journal, SystemClock(), sitting), journal


def _patiently(work):  # type: ignore[no-untyped-def]
    """A reader whose server is away when the window opens tries again."""
    while True:
        try:
            return work()
        except AppError:
            time.sleep(0.5)


def disturb(server: Server, crashes: int, drops: int, over: threading.Event) -> None:
    """Kill the server some times, and cut a few connections each half second in between.

    Each is spared mostly, so that few readers come through as many do.
    """
    import psycopg

    rng = random.Random(1)
    next_crash = time.monotonic() + 5
    while not over.is_set():
        time.sleep(0.5)
        if crashes and time.monotonic() > next_crash:
            server.crash()
            time.sleep(rng.uniform(0.5, 2.0))
            server.start()
            crashes -= 1
            next_crash = time.monotonic() + 8
            continue
        cut = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE usename LIKE 'scintiread_%' AND random() < {CUT_CHANCE} ORDER BY random() LIMIT {drops}"
        )
        with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(cut)  # type: ignore[call-overload]


def measure(readers: int, cases: int, crashes: int, drops: int) -> list[Row]:
    """Run it once and count."""
    server, home = Server(), Path(tempfile.mkdtemp(prefix="scintiread-load-"))
    os.environ["SCINTIREAD_HOME"] = str(home / "home")
    os.environ[VARIABLE] = "owner"
    names = tuple(f"R{number:02d}" for number in range(1, readers + 1))
    codes = [f"C{number:04d}" for number in range(1, cases + 1)]
    rules = Protocol(title="Load", code="LOAD", readers=names)
    url = server.make("load")
    study = create_study(StudyFolder(home / "study"), url)
    plan = [item for name in names for item in draw_order(rules, codes, name)]
    study.studies.define(rules, [StudyCase(code, (f"{code}.dcm",)) for code in codes], plan)
    study.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    study.studies.freeze(SystemClock().now().utc)
    logins = make_logins(study.database, names).logins
    study.close()
    people = [
        Reader(home / "study", server.url("load", login.role, login.password), login) for login in logins
    ]
    over = threading.Event()
    trouble = threading.Thread(target=disturb, args=(server, crashes, drops, over))
    begun = time.perf_counter()
    for one in (*people, trouble):
        one.start()
    for one in people:
        one.join()
    over.set()
    trouble.join()
    seconds = time.perf_counter() - begun
    found = study_verify(home / "study")
    kept = sum(chain.readings for chain in found.chains)
    failures = [one.failure for one in people if one.failure]
    server.stop()
    took = np.array([second for one in people for second in one.seconds]) * 1000
    wanted = readers * cases
    waited = sum(one.waited for one in people)
    said = "hold" if found.ok else "BROKEN"
    for failure in failures:
        print(failure)
    return [
        Row(f"{readers} readers at once, {wanted} readings, {crashes} crashes, cut connections: lost",
            f"{wanted - kept}, doubled {max(kept - wanted, 0)}, chains {said}", "0"),
        Row("readings a second, all readers together", f"{wanted / seconds:.0f} in {seconds:.0f} s"),
        Row("submit, median / 99 % / slowest",
            f"{np.median(took):.0f} / {np.percentile(took, 99):.0f} / {took.max():.0f} ms"),
        Row("answers given while the server was away", f"{waited}"),
    ]  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--crashes", type=int, default=3)
    parser.add_argument("--drops", type=int, default=4)
    chosen = parser.parse_args()
    if not available():
        raise SystemExit(WHY_NOT)
    print_table(measure(chosen.readers, chosen.cases, chosen.crashes, chosen.drops))


if __name__ == "__main__":
    main()
