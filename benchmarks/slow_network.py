"""A shared study read over a slow network: 50 ms there and back, 1 of 100 packets lost, PostgreSQL beyond it.

python -m benchmarks.slow_network [--cases 60] [--loss 0.01] [--delay 25]

A coordinator serves a study; a reader opens the own folder in the window and reads it by real key events,
over TLS. Once answers alone are given, once each case is read before and after the AI, which the server
reveals.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.gui.pages.reading import view
from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.store.opening import open_study
from app.store.server.passwords import VARIABLE
from app.store.server.patient import PatientConnection
from app.study.ai_result import AiResult
from app.study.protocol import Mode, Protocol
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.read import OpenedSession
from app.workflows.study.serve import serve
from app.workflows.study.verify import study_verify
from benchmarks.reading_room import look_a_while, spin
from benchmarks.slow_link import WHY_NOT as NO_LINK
from benchmarks.slow_link import Link, slow_link
from benchmarks.table import Row, print_table
from tests.certificate import certificate
from tests.gui.pages.reading.driver import Person
from tests.postgres_server import WHY_NOT, Server, available
from tests.scan.nm_files import toy_counts, write_nm

_SHORTEST_SECONDS = 0.02
"""No answer comes back sooner over the link; shorter waits only put something on the way."""
AI = AiResult(ModelIdentity("net", "1", "simulated scans", "f" * 64), 0.91, 0.5, "drawn", {})


@dataclass
class Waits:
    """How often the reader's connections waited for the server, and where."""

    all: int = 0
    in_the_window: int = 0
    seconds_in_the_window: float = 0.0


@contextmanager
def counted() -> Iterator[Waits]:
    """Count every wait for an answer of the server while the block runs; a connection's own are not among
    them."""
    waits, original = Waits(), PatientConnection.wait

    def wait(self, gen, interval=0.1, timeout=None):  # type: ignore[no-untyped-def]
        begun = time.perf_counter()
        try:
            return original(self, gen, interval, timeout)
        finally:
            waited = time.perf_counter() - begun
            waits.all += waited > _SHORTEST_SECONDS
            if threading.current_thread() is threading.main_thread():
                waits.in_the_window += 1
                waits.seconds_in_the_window += waited

    PatientConnection.wait = wait  # type: ignore[method-assign]
    try:
        yield waits
    finally:
        PatientConnection.wait = original  # type: ignore[method-assign]


@contextmanager
def seated_in() -> Iterator[list[float]]:
    """Seconds that it takes to sit a reader down, without the window about it."""
    seconds: list[float] = []
    original = view.open_session

    def timed(*words: Any, **names: Any) -> OpenedSession:
        begun = time.perf_counter()
        opened = original(*words, **names)
        seconds.append(time.perf_counter() - begun)
        return opened

    view.open_session = timed
    try:
        yield seconds
    finally:
        view.open_session = original


def served(home: Path, server: Server, mode: Mode, cases: int) -> tuple[Path, Path, str]:
    """A study on the server, the folder of its reader, and the reader's password."""
    rng = np.random.default_rng(8)
    bodies = [toy_counts(rng, [(330, 110)]) for _ in range(6)]
    scans = home / "scans"
    for number in range(0 if scans.is_dir() else cases):
        anterior, posterior = (view.copy() for view in bodies[number % 6])
        anterior[0, 0] = posterior[0, 0] = number  # otherwise they would count as duplicates
        write_nm(scans / f"scan{number:04d}.dcm", anterior, posterior)
    name = mode.value.replace(" ", "")
    url = f"{server.make(name)}?sslrootcert={home / 'server.crt'}"
    rules = replace(Protocol("Slow", "SLOW"), mode=mode)
    study = home / name
    new_study(study, scans, Ingredients(protocol=rules, database=url, copy=True, no_burned_in_text=True))
    opened = open_study(study)
    codes = [case.code for case in opened.studies.cases()]
    opened.ai.keep({code: (AI, {name.value: "a" * 64 for name in ViewName}) for code in codes})
    opened.close()
    made = serve(study, home / f"{name}-seats")
    with made.passwords.open(encoding="utf-8", newline="") as file:
        secret = next(row["password"] for row in csv.DictReader(file) if row["who"] == "R1")
    return study, made.seats["R1"], secret


def read(person: Person, mode: Mode, cases: int, waits: Waits) -> dict[str, list[float]]:
    """Read the list; milliseconds of each step, and waits for the server per case."""
    painted: list[int] = []
    took: dict[str, list[float]] = {"next": [], "reveal": [], "waits": []}
    clock = person.page.clock
    person.canvas.first_painted.connect(lambda instant: painted.append(instant.monotonic_ns))

    def press() -> int:
        pressed = clock.now().monotonic_ns
        QTest.keyClick(person.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        return pressed

    while len(took["next"]) < cases - 1:
        before = waits.all
        person.answer("n", "2")
        look_a_while(person)
        if mode is Mode.SEQUENTIAL:
            pressed = press()
            person.wait_for_case()
            spin(lambda: person.session.stage.value == "ai")
            took["reveal"].append((clock.now().monotonic_ns - pressed) / 1e6)
            QTest.qWait(20)
        shown = len(painted)
        pressed = press()
        spin(lambda shown=shown: len(painted) > shown)
        took["next"].append((painted[-1] - pressed) / 1e6)
        person.wait_for_case()
        QTest.qWait(700)  # a look at the case, in which the network may do its work
        took["waits"].append(waits.all - before)
    return took


def measure(home: Path, server: Server, mode: Mode, cases: int) -> list[Row]:
    """Serve, open, read, leave, verify."""
    os.environ[VARIABLE] = "owner"
    study, seat, secret = served(home, server, mode, cases)
    os.environ[VARIABLE] = secret
    view.open_session(seat, "R1").close()  # the first sitting of all freezes the study, and is asked about
    with counted() as waits, seated_in() as seconds:
        begun = time.perf_counter()
        person = Person(seat)
        opened, opening = time.perf_counter() - begun, waits.all
        person.start()
        took = read(person, mode, cases, waits)
        window, blocked = waits.in_the_window, waits.seconds_in_the_window
        begun = time.perf_counter()
        person.leave()
        left = time.perf_counter() - begun
    os.environ[VARIABLE] = "owner"
    found = study_verify(study)
    kept = sum(chain.readings for chain in found.chains)
    wanted = (cases - 1) * (2 if mode is Mode.SEQUENTIAL else 1)
    next_ms = np.array(took["next"])
    rows = [
        Row(f"{mode.value}: the study opens, window and all", f"{opened:.2f} s, {opening} waits", "≤ 1 s"),
        Row(f"{mode.value}: of which the study itself, beside the window", f"{seconds[0]:.2f} s"),
        Row(f"{mode.value}: submit to next case painted, median", f"{np.median(next_ms):.1f} ms", "≤ 20 ms"),
        Row(f"{mode.value}: the same, 99 %", f"{np.percentile(next_ms, 99):.1f} ms", "≤ 60 ms"),
        Row(f"{mode.value}: waits for the server per case, mean", f"{np.mean(took['waits']):.2f}", "≤ 2"),
        Row(f"{mode.value}: of all, on the window's thread", f"{window} ({blocked:.2f} s)", "0"),
        Row(f"{mode.value}: leaving", f"{left:.2f} s"),
        Row(f"{mode.value}: answers on the server / given, chains",
            f"{kept} / {wanted}, {'hold' if found.ok else 'BROKEN'}", "all"),
    ]  # fmt: skip
    if took["reveal"]:
        reveal = np.array(took["reveal"])
        what = f"{mode.value}: first answer to the AI on the screen, median / 99 %"
        rows.append(Row(what, f"{np.median(reveal):.0f} / {np.percentile(reveal, 99):.0f} ms"))
    return rows


def run(link: Link, cases: int) -> list[Row]:
    """Both modes on one server beyond the link."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        home = Path(name)
        os.environ["SCINTIREAD_HOME"] = str(home / "home")
        application = QApplication.instance() or QApplication([])
        server = Server(link.inside, link.address)
        rows: list[Row] = []
        try:
            certificate(home, "server", link.address)
            server.use_certificate(home / "server.crt", home / "server.key")
            rows = [
                row for mode in (Mode.UNAIDED, Mode.SEQUENTIAL) for row in measure(home, server, mode, cases)
            ]
        finally:
            server.stop()
        application.processEvents()
        return rows


def main() -> None:
    """Measure and print, or say why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--delay", type=float, default=25, help="milliseconds in each direction")
    parser.add_argument("--loss", type=float, default=0.01, help="share of packets")
    chosen = parser.parse_args()
    if not available():
        raise SystemExit(WHY_NOT)
    try:
        with slow_link(chosen.delay, chosen.loss) as link:
            rows = run(link, chosen.cases)
    except OSError as error:
        raise SystemExit(f"{NO_LINK}: {error}") from error
    print_table(rows)
    print(f"Delayed by {link.by}.")


if __name__ == "__main__":
    main()
