"""How much of what a study planned had been read when it was analysed."""

from __future__ import annotations

from dataclasses import dataclass

from app.wording import counted

COORDINATOR = "(coordinator)"
"""Who stands in the events where nobody read; no reader can have this code."""


@dataclass(frozen=True)
class ReaderConduct:
    """One reader's presentations: how many the list has, and how many were read to their end."""

    reader: str
    planned: int
    read: int


@dataclass(frozen=True)
class Conduct:
    """All readers' presentations, warm-up and hidden repeats included.

    `closed`: why an unfinished study is analysed as finished all the same; empty otherwise.
    """

    readers: tuple[ReaderConduct, ...]
    closed: str = ""

    @property
    def planned(self) -> int:
        """Presentations of all lists."""
        return sum(one.planned for one in self.readers)

    @property
    def read(self) -> int:
        """Presentations that were read to their end."""
        return sum(one.read for one in self.readers)

    @property
    def begun(self) -> int:
        """Readers who have read anything."""
        return sum(one.read > 0 for one in self.readers)

    @property
    def finished(self) -> bool:
        """Whether everything that was planned was read."""
        return all(one.read >= one.planned for one in self.readers)

    @property
    def interim(self) -> bool:
        """Whether an analysis now is an interim analysis."""
        return not self.finished and not self.closed

    @property
    def words(self) -> str:
        """“208 presentations planned, 24 read by 1 of 4 readers”."""
        planned, readers = counted(self.planned, "presentation"), counted(len(self.readers), "reader")
        return f"{planned} planned, {self.read} read by {self.begun} of {readers}"

    @property
    def stamp(self) -> str:
        """What stands on every page of an analysis that is not of all that was planned; "" otherwise."""
        return f"INTERIM ANALYSIS: {self.words}." if self.interim else ""

    @property
    def sentence(self) -> str:
        """The same for the methods; what is finished is said too."""
        if self.finished:
            return f"All {counted(self.planned, 'planned presentation')} were read."
        left = ", ".join(
            f"{one.reader} {one.read} of {one.planned}" for one in self.readers if one.read < one.planned
        )
        why = f" The study was closed: {self.closed.rstrip('.')}." if self.closed else ""
        kind = "" if self.closed else " This is an interim analysis."
        return f"{self.words} (unfinished: {left}).{kind}{why}"
