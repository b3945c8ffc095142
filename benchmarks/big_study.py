"""A study of 10,000 cases, 6 readers and 2 arms: how long it takes to open, and whether its matrix stalls."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert

from app import paths
from app.gui.application import build
from app.gui.pages.study.view import CoordinatorPage
from app.gui.research_use import acknowledgement_now
from app.settings import SettingsStore
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.tables import EVENTS, HEADS, READINGS
from app.study.case import StudyCase
from app.study.protocol import Mode, Protocol
from app.study.protocol_file import protocol_text
from app.window_request import WindowRequest
from app.workflows.study.protocol import draw_plan
from benchmarks.table import Row, print_table

CASES, READERS, EVENTS_EACH, READ_SHARE, STEPS = 10_000, 6, 12, 0.4, 200
BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
KINDS = ("requested", "displayed", "first_input", "level_changed", "zoomed", "call", "rating", "submitted")
SECTIONS = ("identity", "answer", "times", "display", "flags", "ai", "sections")


def make_study(folder: Path) -> tuple[int, int]:
    """Make the study with part of it read; returns how many readings and events it holds."""
    protocol = Protocol(
        "Ten thousand",
        "BIG",
        mode=Mode.CROSSOVER,
        readers=tuple(f"R{number + 1}" for number in range(READERS)),
    )
    cases = [StudyCase(f"case-{number:05d}", (f"{number}.dcm",)) for number in range(CASES)]
    study = create_study(StudyFolder(folder))
    study.studies.define(protocol, cases, draw_plan(protocol, cases))
    study.folder.protocol.write_text(protocol_text(protocol), encoding="utf-8")
    study.studies.freeze(BEGIN)
    counts = [fill(study, reader) for reader in protocol.readers]
    study.close()
    return sum(readings for readings, _ in counts), sum(events for _, events in counts)


def fill(study: OpenStudy, reader: str) -> tuple[int, int]:
    """Let a reader have read the first part of the list; the records are as long as real ones."""
    plan = study.studies.plan(reader)[: round(2 * CASES * READ_SHARE)]
    readings = [
        {
            "reader": reader, "number": number, "position": each.position, "case_code": each.case,
            "arm": each.arm.value, "visit": each.visit, "outcome": "answered", "locked": False, "amends": "",
            "submitted_utc": stamp(number), "active_seconds": 31.5, "events": number * EVENTS_EACH,
            "events_sha256": "0" * 64, "previous_sha256": "0" * 64, "sha256": f"{reader}-{number}".zfill(64),
            **dict.fromkeys(SECTIONS, "{}" + " " * 300),
        }
        for number, each in enumerate(plan, start=1)
    ]  # fmt: skip
    events = list(events_of(reader, readings))
    with study.database.writing() as connection:
        connection.execute(insert(READINGS), readings)
        connection.execute(insert(EVENTS), events)
        ends = {"readings": len(readings), "events": len(events)}
        hashes = {"readings_sha256": "0" * 64, "events_sha256": "0" * 64}
        connection.execute(insert(HEADS).values(reader=reader, **ends, **hashes))
    return len(readings), len(events)


def events_of(reader: str, readings: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """A dozen events per reading, and now and then a deviation."""
    for index, reading in enumerate(readings):
        for place in range(EVENTS_EACH):
            sequence = index * EVENTS_EACH + place + 1
            kind = "deviation" if sequence % 5_000 == 0 else KINDS[place % len(KINDS)]
            yield {
                "reader": reader, "sequence": sequence, "session": reader, "number": sequence, "kind": kind,
                "position": reading["position"], "attempt": 1, "case_code": reading["case_code"],
                "monotonic_ns": sequence, "utc": stamp(index), "payload": '{"lower":0,"upper":118.5}',
                "sha256": "0" * 64,
            }  # fmt: skip


def stamp(minutes: int) -> str:
    """UTC so many minutes after the beginning, as the store writes it."""
    return (BEGIN + timedelta(minutes=minutes)).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Painted(QObject):
    """Notes when the matrix is painted with rows in it."""

    def __init__(self, page: CoordinatorPage) -> None:
        super().__init__()
        self._table = page.progress.table
        self.at_ns = 0
        self._table.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let the paint happen, then look at the clock."""
        if event.type() == QEvent.Type.Paint and self._table.matrix.rowCount() and not self.at_ns:
            self._table.viewport().removeEventFilter(self)
            QApplication.sendEvent(self._table.viewport(), event)
            self.at_ns = time.monotonic_ns()
            return True
        return False


def open_seconds(study: Path) -> tuple[float, CoordinatorPage]:
    """Seconds from asking the running window for the study to its painted matrix, imports included."""
    window = build(WindowRequest("settings"))
    window.resize(1280, 800)
    window.show()
    QApplication.processEvents()
    begun = time.monotonic_ns()
    window.open_page(WindowRequest("coordinator", study))
    page = window.pages["coordinator"]
    assert isinstance(page, CoordinatorPage)
    painted = Painted(page)
    while not painted.at_ns:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    page.window_kept = window  # type: ignore[attr-defined]
    return (painted.at_ns - begun) / 1e9, page


def scroll_ms(page: CoordinatorPage) -> list[float]:
    """Milliseconds of each page-scroll: new rows fetched from the database and painted."""
    table = page.progress.table
    bar = table.verticalScrollBar()
    taken = []
    for step in range(STEPS):
        begun = time.monotonic_ns()
        bar.setValue((step + 1) * max(bar.pageStep(), bar.maximum() // STEPS))
        table.viewport().repaint()
        table.verticalHeader().viewport().repaint()
        taken.append((time.monotonic_ns() - begun) / 1e6)
    return taken


def main() -> None:
    """Make the study, open it, scroll through it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["SCINTIREAD_HOME"] = home
        SettingsStore(paths.user_config() / "settings.json").change(
            research_use_acknowledged=acknowledgement_now()
        )
        readings, events = make_study(Path(home) / "study")
        seconds, page = open_seconds(Path(home) / "study")
        taken = scroll_ms(page)
        page.window().close()
    size = f"{CASES:,} cases × {READERS} readers × 2 arms, {readings:,} readings, {events:,} events"
    print_table(
        [
            Row(f"study opened, matrix painted ({size})", f"{seconds:.2f} s", "≤ 1 s"),
            Row(
                f"matrix scrolled by a page or more, fetch and repaint, {STEPS} steps, median / slowest",
                f"{statistics.median(taken):.1f} / {max(taken):.1f} ms",
                "no stall",
            ),
        ]
    )


if __name__ == "__main__":
    main()
