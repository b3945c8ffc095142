"""One entry of a reader's list: which case is read in which arm at which place."""

from __future__ import annotations

from dataclasses import dataclass

from app.study.protocol import Arm


@dataclass(frozen=True)
class Assignment:
    """One presentation of a case to a reader.

    `position` counts from 1 over the reader's whole list. In sequential mode one assignment gives two
    readings (unaided, then aided) and `arm` is unaided. `repeat_of` is the position of the first
    presentation when this is a hidden repeat. `visit` counts the visits of a crossover from 1.
    """

    reader: str
    position: int
    case: str
    arm: Arm
    visit: int = 1
    warm_up: bool = False
    repeat_of: int | None = None
