"""What came of merging results into a study: one row per file, and one per reading that contradicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.study.canonical import utc_text
from app.wording import counted


class MergeOutcome(StrEnum):
    """What happened to one file."""

    MERGED = "merged"
    NOTHING_NEW = "nothing new"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class MergedFile:
    """One file that came back; `added` and `known` count readings, `text` says what a person has to know."""

    file: str
    outcome: MergeOutcome
    text: str
    reader: str = ""
    bundle: str = ""
    added: int = 0
    known: int = 0

    @property
    def sentence(self) -> str:
        """The row as a line."""
        who = f" (reader {self.reader})" if self.reader else ""
        return f"{self.file}{who}: {self.outcome.value}. {self.text}".strip()


@dataclass(frozen=True)
class MergeConflict:
    """A reading in a file that contradicts the study; neither of the two is changed.

    `ours` and `theirs` say when and where each was read; nothing says what was answered.
    """

    file: str
    reader: str
    case: str
    position: int
    arm: str
    what: str
    theirs: str
    ours: str

    @property
    def sentence(self) -> str:
        """The conflict as a line."""
        return f"reader {self.reader}, {self.of_reader}"

    @property
    def of_reader(self) -> str:
        """The conflict where the reader is named already."""
        where = f"case {self.case} ({self.arm}, place {self.position})"
        return f"{where}: {self.what}; in the study: {self.ours}; in {self.file}: {self.theirs}"


@dataclass(frozen=True)
class MergeReport:
    """All files, and all conflicts among them."""

    files: tuple[MergedFile, ...]
    conflicts: tuple[MergeConflict, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is in the study now."""
        good = (MergeOutcome.MERGED, MergeOutcome.NOTHING_NEW)
        return not self.conflicts and all(file.outcome in good for file in self.files)

    @property
    def sentence(self) -> str:
        """The whole in one line."""
        return "; ".join(part.rstrip(".") for part in (self.added, self.trouble) if part) + "."

    @property
    def added(self) -> str:
        """What is in the study now, as a sentence."""
        added = sum(file.added for file in self.files)
        return f"{counted(added, 'reading')} added from {counted(len(self.files), 'file')}."

    @property
    def trouble(self) -> str:
        """What is not in the study, as a sentence; "" when everything is."""
        refused = sum(file.outcome is MergeOutcome.REFUSED for file in self.files)
        parts = [counted(len(self.conflicts), "conflict")] if self.conflicts else []
        parts += [counted(refused, "file refused", "files refused")] if refused else []
        return "; ".join(parts) + "." if parts else ""

    @property
    def hint(self) -> str:
        """Where the trouble is listed, and what became of it."""
        parts = ["of a conflict both versions are kept"] if self.conflicts else []
        if any(file.outcome is MergeOutcome.REFUSED for file in self.files):
            parts.append("of a refused file nothing is taken over")
        return f"The list below says which; {', '.join(parts)}."

    def rows(self) -> list[tuple[str | int, ...]]:
        """The report as a table with a header line: files first, then conflicts."""
        header = ("kind", "file", "reader", "outcome", "case", "place", "arm", "added", "known", "text")
        files = [
            ("file", each.file, each.reader, each.outcome.value, *[""] * 3, each.added, each.known, each.text)
            for each in self.files
        ]
        conflicts = [
            (
                *("conflict", odd.file, odd.reader, odd.what, odd.case, odd.position, odd.arm, "", ""),
                f"in the study: {odd.ours}; in the file: {odd.theirs}",
            )
            for odd in self.conflicts
        ]
        return [header, *files, *conflicts]


def when_and_where(submitted: datetime | None, site: str) -> str:
    """One reading, without what was answered."""
    moment = utc_text(submitted)[:19].replace("T", " ") + " UTC" if submitted else "not answered"
    return f"{moment}, {site}" if site else moment
