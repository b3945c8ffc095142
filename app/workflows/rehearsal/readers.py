"""Reads a whole study with simulated readers, through the same session and store as people do.

A coordinator sees every export before anybody is recruited. Time is simulated; the answers come from
binormal readers (`app.simulator.readers`) and depend on truth where it is known, and on chance where not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.simulator.readers import SimulatedReader, SimulatedReadings, sample_readers, simulate_readings
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study, open_study
from app.study.answer import Answer, DisplayState, ScreenRecord
from app.study.asides import CLINICAL, CLINICAL_LATER, PRIOR
from app.study.assignment import Assignment
from app.study.clock import SimulatedClock
from app.study.events import REHEARSAL, EventKind
from app.study.protocol import Arm, Mode, Protocol
from app.study.truth import CaseTruth, read_truth
from app.workflows.rehearsal.scripted_answer import scripted_answer
from app.workflows.study.case_scan import reference
from app.workflows.study.lesion_masks import copy_lesions
from app.workflows.study.protocol import draw_plan, write_protocol
from app.workflows.study.read import LoadedCase, OpenedSession, open_session
from app.workflows.study.truth import keep_truth
from app.workflows.study.truth_record import seal_truth

SCREEN = ScreenRecord(name="rehearsal", width=1920, height=1080)
DAYS_AGO = 120
"""Rehearsals are dated back, so that a whole crossover lies in the past."""


@dataclass(frozen=True)
class Rehearsed:
    """What was read: presentations per reader, in the study `path`."""

    path: Path
    readings: dict[str, int]


def rehearse(
    study: Path,
    seed: int = 1,
    progress: Progress | None = None,
    readers: Sequence[SimulatedReader] | None = None,
    start: datetime | None = None,
) -> Rehearsed:
    """Read everything that is left in a study; the same seed gives the same answers.

    `readers` stand for the protocol's readers in their order. Raises AppError, and Cancelled.
    """
    progress = progress or NoProgress()
    script = script_of(study, seed, readers)

    def sit_down(reader: str, clock: SimulatedClock) -> OpenedSession:
        return open_session(study, reader, screen=SCREEN, clock=clock, site=REHEARSAL)

    counts: dict[str, int] = {}
    for reader in script.protocol.readers:
        counts[reader] = read_list(reader, script, sit_down, progress, sum(counts.values()), start)
    progress.report(1.0, f"{sum(counts.values())} presentations read")
    return Rehearsed(study, counts)


SitDown = Callable[[str, SimulatedClock], OpenedSession]
"""Opens a sitting of one reader at the time that the clock shows, wherever the study lies for them."""


def script_of(study: Path, seed: int, readers: Sequence[SimulatedReader] | None = None) -> Script:
    """What everybody answers, drawn at once from the study's truth; raises AppError."""
    opened = open_study(study)
    try:
        return Script(opened, opened.studies.current().protocol, seed, readers)
    finally:
        opened.close()


def read_list(
    reader: str,
    script: Script,
    sit_down: SitDown,
    progress: Progress,
    before: int = 0,
    start: datetime | None = None,
) -> int:
    """Read one reader's whole list, visit after visit; gives how many presentations that were."""
    clock = SimulatedClock(start or datetime.now(UTC) - timedelta(days=DAYS_AGO))
    read = 0
    while True:
        sitting = sit_down(reader, clock)
        try:
            read += _sit(sitting, clock, script, progress, before + read)
            later = sitting.session.snapshot.next_visit_utc
        finally:
            sitting.close()
        if later is None:
            return read
        clock.sleep((later - clock.now().utc).total_seconds() + 3600)


def rehearse_copy(study: Path, into: Path, seed: int = 1, progress: Progress | None = None) -> Rehearsed:
    """Rehearse a study in a folder of its own; nothing of the study itself is touched."""
    opened = open_study(study)
    try:
        protocol = opened.studies.current().protocol
        cases = [
            replace(
                case,
                files=tuple(reference(study / file, into) for file in case.files),
                beside=case.beside.moved(reference(study / file, into) for file in case.beside.files),
            )
            for case in opened.studies.cases()
        ]
        truths = _truths(opened)
    finally:
        opened.close()
    copy = create_study(StudyFolder(into))
    try:
        copy.studies.define(protocol, cases, draw_plan(protocol, cases))
        write_protocol(copy.folder.protocol, protocol)
        if truths:
            keep_truth(copy.folder, list(truths.values()))
            copy_lesions(StudyFolder(study), copy.folder)
            seal_truth(copy.folder)
    finally:
        copy.close()
    return rehearse(into, seed, progress)


class Script:
    """What every simulated reader answers on every case, drawn at once."""

    def __init__(
        self, study: OpenStudy, protocol: Protocol, seed: int, readers: Sequence[SimulatedReader] | None
    ) -> None:
        self.protocol = protocol
        self.generator = np.random.Generator(np.random.PCG64([seed, 0x5C21]))
        codes = [case.code for case in study.studies.cases()]
        self.total = sum(len(study.studies.plan(reader)) for reader in protocol.readers)
        truths = _truths(study)
        coins = self.generator.random(len(codes)) < 0.5
        truth = [
            truths[code].truth if code in truths else bool(coin)
            for code, coin in zip(codes, coins, strict=True)
        ]
        if readers is None:
            readers = sample_readers(len(protocol.readers), self.generator)
        self._cases = {code: index for index, code in enumerate(codes)}
        self._arms = {arm: index for index, arm in enumerate(protocol.arms)}
        self._readers = {code: index for index, code in enumerate(protocol.readers)}
        self._drawn: SimulatedReadings = simulate_readings(
            truth,
            readers,
            protocol.arms,
            self.generator,
            scale=protocol.answer.scale,
            sequential=protocol.mode is Mode.SEQUENTIAL,
        )

    def answer(self, assignment: Assignment, arm: Arm, loaded: LoadedCase) -> tuple[Answer, float]:
        """The answer, and after how many seconds it comes."""
        place = (self._arms[arm], self._readers[assignment.reader], self._cases[assignment.case])
        low, high = self.protocol.answer.scale.bounds
        rating, call = int(self._drawn.ratings[place]), bool(self._drawn.calls[place])
        if assignment.repeat_of is not None:  # nobody gives quite the same answer twice
            wobble = self.generator.normal(0, 0.06 * (high - low))
            rating = int(np.clip(round(rating + wobble), low, high))
            call = rating > (low + high) / 2
        answer = scripted_answer(call, rating, loaded.scan, self.protocol.answer, arm, self.generator)
        return answer, float(self._drawn.seconds[place])


def _sit(
    sitting: OpenedSession, clock: SimulatedClock, script: Script, progress: Progress, before: int
) -> int:
    """One visit of one reader; gives how many presentations were read."""
    read = 0
    while (assignment := sitting.session.open_next()) is not None:
        check_cancelled(progress)
        done = before + read
        progress.report(
            done / max(1, script.total), f"{assignment.reader}: case {done + 1} of {script.total}"
        )
        _read(sitting, assignment, clock, script)
        clock.advance(1.0)
        read += 1
    return read


def _read(sitting: OpenedSession, assignment: Assignment, clock: SimulatedClock, script: Script) -> None:
    session = sitting.session
    try:
        loaded = sitting.load(assignment)
    except AppError as error:
        session.technical_problem(error.message)
        return
    display = DisplayState(0.0, max(1.0, float(max(view.counts.max() for view in loaded.scan.views)) / 2))
    first = _shown((CLINICAL, loaded.fields), (PRIOR, loaded.prior))
    session.displayed(display, loaded.image_hashes, loaded.load_seconds, clock.advance(0.05), first)
    if script.protocol.mode is Mode.SEQUENTIAL:
        if session.snapshot.locked_answer is None:
            locked, seconds = script.answer(assignment, Arm.UNAIDED, loaded)
            _act(sitting, clock, locked, seconds)
            session.lock(locked, display, clock.now())
        later = sitting.later(assignment)
        shown = _shown((CLINICAL_LATER, later.fields), (PRIOR, later.prior))
        session.reveal(clock.advance(0.2), shown)
        second, seconds = script.answer(assignment, Arm.AIDED, loaded)
        _act(sitting, clock, second, seconds / 3)
        session.submit(second, display, clock.now())
        return
    answer, seconds = script.answer(assignment, assignment.arm, loaded)
    _act(sitting, clock, answer, seconds)
    session.submit(answer, display, clock.now())


def _shown(*beside: tuple[str, object]) -> list[str]:
    return [name for name, there in beside if there]


def _act(sitting: OpenedSession, clock: SimulatedClock, answer: Answer, seconds: float) -> None:
    """What a hand would have done, in the order in which the questions stand."""
    session = sitting.session
    clock.advance(0.6 * seconds)
    if answer.call is not None:
        session.note(EventKind.CALL, value=answer.call)
    clock.advance(0.2 * seconds)
    if answer.rating is not None:
        session.note(EventKind.RATING, value=answer.rating)
    for region in answer.regions:
        session.note(
            EventKind.MARK_ADDED, uuid=region.uuid, view=region.view.value, points=len(region.vertices)
        )
    clock.advance(0.2 * seconds)


def _truths(study: OpenStudy) -> dict[str, CaseTruth]:
    return read_truth(study.folder.truth) if study.folder.truth.is_file() else {}
