"""The record of 20 readers × 1,000 cases: what each command over all of it takes, in time and memory.

python -m benchmarks.study_record [--readers 20] [--cases 1000] [--keep FOLDER]

The readings are made by the session that the reading room uses, on a simulated clock. The last reader's come
home as results of a bundle. Each command runs in a process of its own; wall and processor seconds stand side
by side.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.bundles.keys import SigningKey
from app.bundles.manifest import RESULTS_SUFFIX
from app.bundles.registry import BundleRecord, BundleRegistry
from app.bundles.results import ResultsHeader, batch_line, header_line
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.study.answer import Answer, DisplayState
from app.study.case import StudyCase
from app.study.chain import DurableStep, Head
from app.study.clock import SimulatedClock
from app.study.events import Event, EventKind
from app.study.journal import ReaderHistory
from app.study.protocol import Protocol
from app.study.protocol_file import protocol_text
from app.study.reading import Reading, ReadingDraft
from app.study.session import ReadingSession, Sitting
from app.workflows.study.protocol import draw_plan
from benchmarks.table import Row, print_table

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
DISPLAY = DisplayState(lower_level=0, upper_level=119)
HASHES = {"anterior": "a" * 64, "posterior": "b" * 64}
BUNDLE = "b" * 32


class Steps:
    """A journal that keeps the durable steps of a reader in memory."""

    def __init__(self, start: str) -> None:
        self.head = Head.start(start)
        self.steps: list[DurableStep] = []

    def append_events(self, events: Sequence[Event]) -> None:
        """Keep events."""
        self.steps.append(DurableStep(self.head, tuple(events)))
        self.head = self.head.after(events)

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        """Keep events and the reading that they end in."""
        reading = self.head.after(events).link(draft)
        self.steps.append(DurableStep(self.head, tuple(events), reading))
        self.head = self.head.after(events).past(reading)
        return reading


def read_list(study: OpenStudy, reader: str) -> Steps:
    """All that a reader records on the whole list."""
    version = study.studies.current()
    rng, clock, journal = random.Random(reader), SimulatedClock(BEGIN), Steps(study.genesis(reader))
    sitting = Sitting(version.protocol.code, version.sha256, "benchmark", reader)
    history = ReaderHistory(study.studies.plan(reader))
    session = ReadingSession(version.protocol, history, journal, clock, sitting)
    while (item := session.open_next()) is not None:
        session.displayed(DISPLAY, HASHES, 0.1, clock.advance(0.05))
        clock.advance(rng.uniform(3, 60))
        rating = min(100, max(0, int(rng.gauss(65 if int(item.case[1:]) % 2 else 35, 20))))
        session.note(EventKind.CALL, value=rating > 50)
        clock.advance(2)
        answer = Answer(call=rating > 50, rating=rating, comment="c" * 40, no_lesion=rating <= 50)
        session.submit(answer, DISPLAY)
    session.close()
    return journal


def make_study(folder: Path, readers: int, cases: int) -> tuple[Path, Path]:
    """A study that all but the last reader have read, and the last one's results; both paths."""
    codes = tuple(f"R{number}" for number in range(1, readers + 1))
    rules = Protocol("Many readers", "MANY", readers=codes)
    listed = [StudyCase(f"C{n:04d}", (f"C{n:04d}.dcm",), HASHES) for n in range(1, cases + 1)]
    study = create_study(StudyFolder(folder / "study"))
    version = study.studies.define(rules, listed, draw_plan(rules, listed))
    study.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    study.studies.freeze(BEGIN)
    registry, key = BundleRegistry(study.folder), SigningKey.new()
    registry.keep(BundleRecord(BUNDLE, codes[-1], key.public, 1, version.sha256, BEGIN))
    truth = "".join(f"{case.code},{int(case.code[1:]) % 2}\n" for case in listed)
    study.folder.truth.write_text(f"case,truth\n{truth}", encoding="utf-8")
    for reader in codes[:-1]:
        batches = [(step.events, step.reading) for step in read_list(study, reader).steps]
        study.journal(reader).append_all(batches)
    last = read_list(study, codes[-1])
    header = ResultsHeader(
        BUNDLE, rules.code, codes[-1], version.sha256, version.sha256, Head.start(study.genesis(codes[-1]))
    )
    lines = [header_line(header, key.sign), *(batch_line(BUNDLE, step, key.sign) for step in last.steps)]
    results = folder / f"MANY-{codes[-1]}{RESULTS_SUFFIX}"
    results.write_text("\n".join(lines) + "\n", encoding="utf-8")
    study.close()
    return folder / "study", results


def measured(words: Sequence[object], readings: int) -> str:
    """Run one command; its figures in words."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "app", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall, cpu = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(map(str, words[:2]))} failed: {said[-500:]}")
    each = cpu / readings * 1e6
    return f"{wall:.1f} s, processor {cpu:.1f} s = {each:.0f} µs a reading, {used.ru_maxrss // 1024} MB"


def measure(folder: Path, readers: int, cases: int) -> list[Row]:
    """Make the study and run the commands."""
    study, results = make_study(folder, readers, cases)
    size = f"{readers} readers × {cases:,} cases"
    name = f"merge of one reader's {cases:,} readings ({size})"
    rows = [Row(name, measured(("study", "merge", study, results), cases), "≤ 5 s, ≤ 300 MB")]
    export = ("study", "export", study, "--out", folder / "out", "--formats")
    commands: tuple[tuple[str, tuple[object, ...], str], ...] = (
        ("status", ("study", "status", study), "≤ 1 s"),
        ("status --matrix", ("study", "status", study, "--matrix"), "≤ 1 s"),
        ("verify", ("study", "verify", study), "≤ 10 s"),
        ("export csv", (*export, "csv"), "≤ 20 s with xlsx"),
        ("export xlsx", (*export, "xlsx"), "≤ 20 s with csv"),
    )
    for name, words, target in commands:
        rows.append(Row(f"{name} ({size})", measured(words, readers * cases), f"{target}, ≤ 300 MB"))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--keep", type=Path, help="folder for the study, which stays there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SCINTIREAD_HOME"] = home
        folder = chosen.keep or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        print_table(measure(folder, chosen.readers, chosen.cases))


if __name__ == "__main__":
    main()
