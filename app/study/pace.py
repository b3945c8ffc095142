"""How long a reader took, case after case in the order of reading, without a word of what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.study.quality import QualityFlag

Floats = NDArray[np.float64]
WINDOW = 15
"""Over so many presentations the running median goes."""


@dataclass(frozen=True)
class Presentation:
    """One presentation that was answered; `seconds` without pauses, both answers of sequential mode together.

    `session` is the sitting in which it was ended; `position` its place in the reader's list.
    """

    position: int
    seconds: float
    pauses: int
    session: str


@dataclass(frozen=True)
class ReaderPace:
    """One reader's presentations in the order they were read."""

    reader: str
    presentations: tuple[Presentation, ...]

    @property
    def seconds(self) -> Floats:
        """Active seconds, float64 (n,)."""
        return np.array([item.seconds for item in self.presentations], dtype=np.float64)

    @property
    def paused(self) -> tuple[int, ...]:
        """Places, from 0, of the presentations during which the views were blanked."""
        return tuple(place for place, item in enumerate(self.presentations) if item.pauses)

    @property
    def sittings(self) -> tuple[int, ...]:
        """Places, from 0, at which a new sitting begins; the first is left out."""
        pairs = zip(self.presentations, self.presentations[1:], strict=False)
        return tuple(
            place for place, (before, after) in enumerate(pairs, start=1) if before.session != after.session
        )


@dataclass(frozen=True)
class Deviation:
    """Something that the protocol did not foresee; `position` is 0 when it concerns a whole sitting."""

    reader: str
    position: int
    text: str
    at: datetime

    @property
    def sentence(self) -> str:
        """The deviation as one line."""
        where = f", position {self.position}" if self.position else ""
        return f"{self.at:%Y-%m-%d %H:%M} UTC, {self.reader}{where}: {self.text}"


@dataclass(frozen=True)
class StudyPace:
    """Every reader's pace, all deviations by time, and the signs of careless reading."""

    readers: tuple[ReaderPace, ...]
    deviations: tuple[Deviation, ...]
    flags: tuple[QualityFlag, ...] = ()


def running_median(seconds: Floats, window: int = WINDOW) -> Floats:
    """Median over the values around each one, fewer at both ends; float64 (n,) to float64 (n,)."""
    if len(seconds) == 0:
        return seconds
    half = window // 2
    padded = np.pad(seconds, half, constant_values=np.nan)
    return np.asarray(np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1))
