"""Checks that nothing in a study was changed, removed, moved or added behind its back."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.store.copy_check import catch_up, check_copy
from app.store.opening import OpenStudy, open_study
from app.store.rows import Unreadable
from app.study.case import frozen_sha256
from app.study.chain import Head
from app.study.chain_check import Break, StoredReading, check_events, check_readings, parsed
from app.study.protocol_file import read_protocol
from app.study.told_check import Happened, told_problems
from app.workflows.study.ai_shown import ShownAi
from app.workflows.study.amend import amendment_problems
from app.workflows.study.life_check import life_problems
from app.workflows.study.status import doubtful_clocks
from app.workflows.study.truth_check import truth_problems


@dataclass(frozen=True)
class ReaderChain:
    """One reader's chains: how long they are, and the first broken link if there is one."""

    reader: str
    readings: int
    events: int
    broken: Break | None = None


_NO_COPY = "Compared with no second copy: whoever may write into the database can cut off its end unseen."
_LOST = (
    "A second copy was kept while {} read, and the study names none now; give its folder: --second-copy DIR."
)


@dataclass(frozen=True)
class Verification:
    """What was found; `problems` concern the study as a whole, answers in it and the second copy.

    `remarks`: what has to be known, and changes nothing.
    """

    chains: tuple[ReaderChain, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    """What could not be compared although it should have been."""
    compared: str = ""
    """With what the database was compared."""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not (self.problems or self.unchecked) and all(each.broken is None for each in self.chains)

    @property
    def verdict(self) -> str:
        """The last word, as a sentence."""
        if self.ok:
            return "Everything holds."
        unbroken = not self.problems and all(each.broken is None for each in self.chains)
        return "Not everything could be checked." if unbroken else "The study was changed."


def study_verify(
    study: Path | str, progress: Progress | None = None, second_copy: Path | None = None
) -> Verification:
    """Walk every chain of the study, and compare it with its second copy, or with that in another folder.

    A copy that only lacks the end is completed. Raises AppError when the study cannot be opened at all.
    """
    progress = progress or NoProgress()
    opened = open_study(study)
    try:
        remarks: list[str] = []
        try:
            remarks += doubtful_clocks(opened)
        except AppError as error:  # records that tell no moment are named below
            remarks.append(str(error))
        if opened.database.as_reader:
            remarks.append("A reader's login sees a part of the protocol; the coordinator's checks it whole.")
            problems = []
        else:
            problems = _protocol_problems(opened)
        readers = opened.readings.readers()
        chains: list[ReaderChain] = []
        copied: list[str] = []
        shown = ShownAi()
        images = {case.code: dict(case.image_hashes) for case in opened.studies.cases()}
        for index, reader in enumerate(readers):
            check_cancelled(progress)
            progress.report(index / len(readers), f"Reader {reader}")
            happened, readings = Happened(), list(opened.readings.stored(reader))
            chains.append(_chain(opened, reader, readings, happened))
            if chains[-1].broken is None:
                problems += told_problems(reader, shown.noting(reader, readings), happened)
            copied += [reader] if happened.copied else []
            problems += _list_problems(opened, reader, readings)
            problems += _image_problems(reader, readings, images)
        if not opened.database.as_reader:
            wrong, told = truth_problems(opened)
            problems += [*wrong, *life_problems(opened), *amendment_problems(opened)]
            remarks += told
            problems += shown.problems(opened)
            remarks += shown.remarks
        copy = second_copy or opened.folder.second_copy
        if copy is not None:
            wrong, told = _against_copy(opened, copy, readers)
            problems, remarks = problems + wrong, remarks + told
        progress.report(1.0, "Verified")
        unchecked = [_LOST.format(", ".join(copied))] if copied and copy is None else []
        compared = _NO_COPY if copy is None else f"Compared with the second copy in {copy}."
        return Verification(tuple(chains), tuple(problems), tuple(remarks), tuple(unchecked), compared)
    finally:
        opened.close()


def _against_copy(study: OpenStudy, copy: Path, readers: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is wrong with the copy, and where it was only behind."""
    wrong, told = [], []
    for reader in dict.fromkeys((*study.studies.current().protocol.readers, *readers)):
        state = check_copy(study, reader, copy)
        wrong += [state.problem] if state.problem else []
        if state.behind and not state.problem:
            told.append(catch_up(study, reader, copy, state.behind))
    return wrong, told


def _chain(
    study: OpenStudy, reader: str, readings: Sequence[StoredReading], happened: Happened
) -> ReaderChain:
    start = study.genesis(reader)
    head = study.readings.head(reader) or Head.start(start)
    wanted = [stored.events for stored in readings]
    events = happened.noting(study.readings.events(reader))
    try:
        broken_event, marks = check_events(reader, start, events, wanted, head)
    except Unreadable as row:
        broken_event = Break(reader, row.number, row.position, "events", f"event {row.number} cannot be read")
        return ReaderChain(reader, head.readings, head.events, broken_event)
    broken = check_readings(reader, start, readings, marks, head)
    if broken is None or (broken.part == "events" and broken_event is not None):
        broken = broken_event or broken  # names the event itself instead of the reading that follows it
    if broken is None:
        broken = _unreadable(study, reader)
    return ReaderChain(reader, head.readings, head.events, broken)


def _unreadable(study: OpenStudy, reader: str) -> Break | None:
    """The first reading whose hashes hold and of which nothing can be made."""
    try:
        deque(study.readings.all(reader), maxlen=0)
    except Unreadable as row:
        return Break(reader, row.number, row.position, "form", f"reading {row.number} cannot be read")
    return None


def _list_problems(study: OpenStudy, reader: str, readings: Sequence[StoredReading]) -> list[str]:
    """Whether the reader's list still says what the readings say that they are.

    A reader on a server is not told of repeats, so that such an answer does not name its first presentation.
    """
    plan = {item.position: item for item in study.studies.plan(reader)}
    untold = study.database.file is None
    for reading in readings:
        who, item = parsed(reading.texts["identity"]), plan.get(int(str(reading.columns["position"])))
        said = [who.get(name) for name in ("position", "case", "visit", "warm_up", "repeat_of")]
        repeats = [item.repeat_of, None] if item and untold else [item.repeat_of] if item else []
        known = item and [[item.position, item.case, item.visit, item.warm_up, each] for each in repeats]
        if not known or said not in known:
            place = reading.columns["position"]
            return [f"The list of reader {reader}, place {place}, is not the one that was read by."]
    return []


def _image_problems(
    reader: str, readings: Sequence[StoredReading], images: Mapping[str, dict[str, str]]
) -> list[str]:
    """Whether the images on the screen were those that the study was frozen with, each on its side."""
    for reading in readings:
        seen, case = parsed(reading.texts["identity"]).get("image_hashes"), str(reading.columns["case"])
        if seen and images.get(case) and seen != images[case]:
            return [f"Reader {reader} was shown other images of case {case} than the study was frozen with."]
    return []


def _protocol_problems(study: OpenStudy) -> list[str]:
    versions = study.studies.versions()
    if not versions:
        return ["The database holds no protocol."]
    problems = []
    cases = study.studies.cases()
    known = study.studies.versions_of_cases()
    for version in versions:
        number = version.protocol.version
        listed = [case for case in cases if known[case.code] <= number]
        if frozen_sha256(version.protocol, listed) != version.sha256:
            problems.append(
                f"Version {number} of the protocol, or its case list, was changed in the database."
            )
    newest = versions[-1]
    if newest.frozen_utc is None:
        begun = "The study was read, but the moment of its freeze is missing."
        return [*problems, begun] if study.readings.readers() else problems
    try:
        written = read_protocol(study.folder.protocol)
    except AppError as error:
        return [*problems, str(error)]
    if written != newest.protocol:
        problems.append("protocol.toml was changed after the study was frozen.")
    return problems
