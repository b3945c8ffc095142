"""Signs that a reader does not read with care, told without a word of what was answered and of the truth.

The limits are ours: they mean "look here", never "leave this reader out".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.wording import counted

FEWEST = 20
"""So many readings of a reader before anything is said of their shares."""
TOO_FAST_SECONDS = 3.0
"""Two views of a whole body are not looked at in less."""
SHARE_TOO_FAST = 0.05
SHARE_CONTRADICTING = 0.1
SHARE_OF_ONE = 0.9
SPEEDING = 0.5
"""Median of the last quarter over that of the first."""
STILL_SECONDS = 120.0
SHARE_STILL = 0.1


@dataclass(frozen=True)
class ReadCase:
    """What is looked at of one answer that stands, in the order of reading; seconds are active ones.

    `rating` is compared, never shown. `still`: the longest time without any input, in seconds.
    """

    reader: str
    seconds: float | None
    rating: int | None
    contradiction: bool = False
    still: float = 0.0


@dataclass(frozen=True)
class QualityFlag:
    """One sign at one reader, as a sentence."""

    reader: str
    what: str

    @property
    def sentence(self) -> str:
        """With the reader's code."""
        return f"{self.reader}: {self.what}"


def quality_flags(cases: Sequence[ReadCase]) -> tuple[QualityFlag, ...]:
    """All signs, reader by reader as they come in `cases`."""
    readers = dict.fromkeys(case.reader for case in cases)
    return tuple(
        QualityFlag(reader, what)
        for reader in readers
        for what in _signs([case for case in cases if case.reader == reader])
    )


def _signs(cases: Sequence[ReadCase]) -> Iterator[str]:
    many = len(cases)
    if many < FEWEST:
        return
    seconds = np.array([case.seconds for case in cases if case.seconds is not None], np.float64)
    fast = int((seconds < TOO_FAST_SECONDS).sum())
    if fast > SHARE_TOO_FAST * many:
        yield f"{_of(fast, many)} read in less than {TOO_FAST_SECONDS:g} s"
    contradicting = sum(case.contradiction for case in cases)
    if contradicting > SHARE_CONTRADICTING * many:
        yield f"call and rating contradict each other in {_of(contradicting, many)}"
    rated = Counter(case.rating for case in cases if case.rating is not None)
    usual = max(rated.values(), default=0)
    if usual >= SHARE_OF_ONE * many:
        yield f"one and the same rating in {_of(usual, many)}"
    quarter = len(seconds) // 4
    if quarter and np.median(seconds[-quarter:]) < SPEEDING * np.median(seconds[:quarter]):
        first, last = np.median(seconds[:quarter]), np.median(seconds[-quarter:])
        yield f"the last quarter took {last:.0f} s a case, the first {first:.0f} s"
    still = sum(case.still > STILL_SECONDS for case in cases)
    if still > SHARE_STILL * many:
        yield f"nothing was touched for more than {STILL_SECONDS:g} s in {_of(still, many)}"


def _of(some: int, many: int) -> str:
    return f"{some:,} of {counted(many, 'case')}"
