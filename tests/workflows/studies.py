"""Studies made from real DICOM files, the way a coordinator makes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.study.answer import Answer, DisplayState
from app.study.clock import SimulatedClock
from app.study.events import EventKind
from app.study.protocol import Mode, Protocol
from app.workflows.study.new import Ingredients, NewStudy, new_study
from app.workflows.study.read import OpenedSession, open_session
from tests.scan.nm_files import toy_counts, write_nm
from tests.study.helpers import START, protocol

DISPLAY = DisplayState(0, 100)


def write_scans(folder: Path, count: int = 3) -> Path:
    """So many two-view scans C1.dcm, C2.dcm ..."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        counts = toy_counts(np.random.default_rng(number))
        write_nm(folder / f"C{number}.dcm", *counts, PatientID=f"P{number}")
    return folder


def write_truth(path: Path, count: int = 3) -> Path:
    """C1 with metastases, C2 without, C3 with ..."""
    lines = ["case,truth,lesions,regions", *(f"C{n},{n % 2},{n % 2},spine" for n in range(1, count + 1))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_study(
    folder: Path, rules: Protocol | None = None, count: int = 3, truth: bool = False, **more: object
) -> NewStudy:
    """A study in folder/study of the scans in folder/scans."""
    scans = write_scans(folder / "scans", count)
    given = write_truth(folder / "truth.csv", count) if truth else None
    ingredients = Ingredients(rules or protocol(), truth=given, **more)  # type: ignore[arg-type]
    return new_study(folder / "study", scans, ingredients)


def read_one(sitting: OpenedSession, clock: SimulatedClock, answer: Answer) -> None:
    """Read the next case as a page would."""
    assignment = sitting.session.open_next()
    assert assignment is not None
    loaded = sitting.load(assignment)
    sitting.session.displayed(DISPLAY, loaded.image_hashes, loaded.load_seconds, clock.advance(0.05))
    clock.advance(5)
    sitting.session.note(EventKind.CALL, value=answer.call)
    clock.advance(3)
    if sitting.session.protocol.mode is Mode.SEQUENTIAL:
        sitting.session.lock(answer, DISPLAY)
        sitting.session.reveal()
        clock.advance(2)
    sitting.session.submit(answer, DISPLAY)


def read_all(study: Path, answer: Answer, reader: str = "R1") -> None:
    """One sitting that reads everything."""
    clock = SimulatedClock(START)
    sitting = open_session(study, reader, clock=clock)
    while sitting.session.snapshot.done < sitting.session.snapshot.total:
        read_one(sitting, clock, answer)
    sitting.close()
