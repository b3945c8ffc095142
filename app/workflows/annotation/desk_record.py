"""How far an annotator is with the cases of a folder, the time each took, and where the work was left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from app.annotation.formats.files import read_json
from app.errors import AppError
from app.files import set_aside, write_whole

FILE = "desk.json"
_VERSION = 1


class CaseStatus(StrEnum):
    """How far a case is."""

    UNTOUCHED = "untouched"
    IN_WORK = "in work"
    DONE = "done"
    EMPTY = "verified empty"
    DOUBTFUL = "doubtful"

    @property
    def finished(self) -> bool:
        """Whether nobody needs to come back to it, but for what is doubtful."""
        return self in (CaseStatus.DONE, CaseStatus.EMPTY, CaseStatus.DOUBTFUL)


@dataclass(frozen=True)
class CaseWork:
    """`said`: what the annotator called it, None for nothing; `seconds`: the time of work on it."""

    said: CaseStatus | None = None
    seconds: float = 0.0


@dataclass
class DeskRecord:
    """The record of one annotator, in the folder of the annotations; `begun`: the cases that have a file."""

    file: Path
    last: str = ""
    begun: set[str] = field(default_factory=set)
    _work: dict[str, CaseWork] = field(default_factory=dict)

    def status(self, case: str) -> CaseStatus:
        """How far a case is: what was said of it, or whether anything was drawn on it."""
        said = self.work(case).said
        if said is not None:
            return said
        return CaseStatus.IN_WORK if case in self.begun else CaseStatus.UNTOUCHED

    def work(self, case: str) -> CaseWork:
        """What is on record of a case."""
        return self._work.get(case, CaseWork())

    def say(self, case: str, status: CaseStatus | None) -> None:
        """Call a case so; None: only what is drawn tells."""
        self._work[case] = replace(self.work(case), said=status)

    def spend(self, case: str, seconds: float) -> None:
        """Add time of work on a case."""
        work = self.work(case)
        self._work[case] = replace(work, seconds=round(work.seconds + seconds, 1))

    def save(self) -> None:
        """Write it; raises AppError."""
        cases = {
            case: {"status": work.said.value if work.said else None, "seconds": work.seconds}
            for case, work in sorted(self._work.items())
        }
        content = {"format": "scintiread desk", "version": _VERSION, "last": self.last, "cases": cases}
        write_whole(self.file, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_record(folder: Path, begun: Iterable[str]) -> tuple[DeskRecord, str]:
    """The record in an annotator's folder, a new one where there is none, and what is to be told of it.

    A damaged one is set aside: what was drawn is in files of its own.
    """
    file = folder / FILE
    record = DeskRecord(file, begun=set(begun))
    if not file.is_file():
        return record, ""
    try:
        content = read_json(file)
        record.last = str(content.get("last", ""))
        for case, row in content["cases"].items():
            said = row["status"]
            record._work[str(case)] = CaseWork(
                None if said is None else CaseStatus(said), float(row["seconds"])
            )
    except (AppError, AttributeError, KeyError, TypeError, ValueError):
        record = DeskRecord(file, begun=set(begun))
        aside = set_aside(file, "bad")
        return record, (
            f"{file.name}, which says how far each case is, cannot be read: set aside as {aside.name}. "
            "What was drawn is not touched by that."
        )
    return record, ""


def summary(statuses: Iterable[CaseStatus]) -> str:
    """How many cases are how far: "2 untouched, 1 done"."""
    given = list(statuses)
    return ", ".join(f"{given.count(each)} {each.value}" for each in CaseStatus if each in given)
