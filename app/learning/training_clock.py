"""How much of a training that is limited in time is over, by one clock for all its processes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from app.learning.devices import Place


@dataclass
class TrainingClock:
    """Time spent in training, without what other runs of the same training spent."""

    minutes: float | None
    place: Place
    before: float = 0.0
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Of all runs of this training."""
        return self.before + time.monotonic() - self.begun

    def fraction(self) -> float | None:
        """How much of the time is over, by the first process's clock, 0-1; None without a limit."""
        if self.minutes is None:
            return None
        return self.place.agreed(min(self.seconds / (60 * self.minutes), 1.0))

    def within(self, start: float, end: float) -> float | None:
        """How much of a stretch of the time is over, 0-1; None without a limit."""
        fraction = self.fraction()
        return None if fraction is None else min(max((fraction - start) / (end - start), 0.0), 1.0)
