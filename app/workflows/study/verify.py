"""Checks that nothing in a study was changed, removed, moved or added behind its back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress, check_cancelled
from app.store.copy_check import check_copy
from app.store.opening import OpenStudy, open_study
from app.study.case import frozen_sha256
from app.study.chain import Head
from app.study.chain_check import Break, check_events, check_readings
from app.study.protocol_file import read_protocol


@dataclass(frozen=True)
class ReaderChain:
    """One reader's chains: how long they are, and the first broken link if there is one."""

    reader: str
    readings: int
    events: int
    broken: Break | None = None


@dataclass(frozen=True)
class Verification:
    """What was found; `problems` concern the study as a whole and the second copy."""

    chains: tuple[ReaderChain, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems and all(chain.broken is None for chain in self.chains)


def study_verify(study: Path | str, progress: Progress | None = None) -> Verification:
    """Walk every chain of the study; raises AppError when it cannot be opened at all."""
    progress = progress or NoProgress()
    opened = open_study(study)
    try:
        problems = _protocol_problems(opened)
        readers = opened.readings.readers()
        chains = []
        for index, reader in enumerate(readers):
            check_cancelled(progress)
            progress.report(index / len(readers), f"Reader {reader}")
            chains.append(_chain(opened, reader))
            problems += _list_problems(opened, reader)
        if opened.folder.second_copy is not None:
            for reader in dict.fromkeys((*opened.studies.current().protocol.readers, *readers)):
                problems += check_copy(opened, reader, opened.folder.second_copy)
        progress.report(1.0, "Verified")
        return Verification(tuple(chains), tuple(problems))
    finally:
        opened.close()


def _chain(study: OpenStudy, reader: str) -> ReaderChain:
    start = study.genesis(reader)
    head = study.readings.head(reader) or Head.start(start)
    wanted = [stored.events for stored in study.readings.stored(reader)]
    broken_event, marks = check_events(reader, start, study.readings.events(reader), wanted, head)
    broken = check_readings(reader, start, study.readings.stored(reader), marks, head)
    if broken is None or (broken.part == "events" and broken_event is not None):
        broken = broken_event or broken  # names the event itself instead of the reading that follows it
    return ReaderChain(reader, head.readings, head.events, broken)


def _list_problems(study: OpenStudy, reader: str) -> list[str]:
    """Whether the reader's list still says what the readings say that they are."""
    plan = {item.position: item for item in study.studies.plan(reader)}
    for reading in study.readings.all(reader):
        who = reading.identity
        item = plan.get(who.position)
        said = (who.case, who.visit, who.warm_up, who.repeat_of)
        if item is None or said != (item.case, item.visit, item.warm_up, item.repeat_of):
            return [f"The list of reader {reader}, place {who.position}, is not the one that was read by."]
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
