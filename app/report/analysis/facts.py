"""What is known about the study beyond its readings: design, protocol, where the files came from."""

from __future__ import annotations

from dataclasses import dataclass

from app.study.conduct import Conduct
from app.study.protocol import Protocol

VersionReadings = tuple[tuple[int, int], ...]
"""Each version of the protocol with the number of readings under it."""


@dataclass(frozen=True)
class InputFile:
    """One file that went into the analysis."""

    name: str
    role: str
    sha256: str


@dataclass(frozen=True)
class Washout:
    """The washout that was achieved, in days.

    `visits`: for each reader and second visit, from the last answer of the visit before to its first one.
    `cases`: fewest, median and most days between a reader's two answers on the same case in different arms.
    """

    visits: tuple[float, ...]
    cases: tuple[float, float, float]


@dataclass(frozen=True)
class ReportedStudy:
    """The study around the readings; None or "" means that the program does not know.

    `simulated` is the share of cases that are simulated scans, None when nobody said.
    """

    title: str = ""
    protocol: Protocol | None = None
    protocol_sha256: str = ""
    frozen_utc: str = ""
    simulated: float | None = None
    simulated_readers: bool = False
    conduct: Conduct | None = None
    life: tuple[str, ...] = ()
    """What was decided after the freeze, a sentence each."""
    versions: VersionReadings = ()
    washout: Washout | None = None
    inputs: tuple[InputFile, ...] = ()
    mark_radius_pixels: float | None = None
    training: tuple[tuple[str, str], ...] = ()
    """What a training of the algorithm says to items of the checklist ("CLAIM 24"), where it was named."""

    @property
    def warning(self) -> str:
        """What must stand on every page; "" when nothing must."""
        return " ".join(self.stamps)

    @property
    def stamps(self) -> tuple[str, ...]:
        """The same in lines: an interim analysis, simulated scans or readers."""
        return tuple(filter(None, (self.interim, self._simulation)))

    @property
    def interim(self) -> str:
        """The stamp of an interim analysis; "" otherwise."""
        return self.conduct.stamp if self.conduct else ""

    @property
    def _simulation(self) -> str:
        parts = []
        if self.simulated:
            share = "The" if self.simulated >= 1.0 else f"{self.simulated:.0%} of the"
            parts.append(f"{share} scans are SIMULATED, not of patients.")
        if self.simulated_readers:
            parts.append("The readers are SIMULATED, not people.")
        return " ".join([*parts, "Nothing here says how anybody performs on patients."]) if parts else ""
