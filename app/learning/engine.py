"""What runs a net, whichever library does it; and how it goes on when a device has no memory left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.learning.frame import Floats


@dataclass(frozen=True, eq=False)
class Answers:
    """What a net says of n inputs.

    `probability` float32 (n,); `attention` float32 (n, rows, cols) or (n, planes, rows, cols), at least 0, of
    any size; `planes` what a segmenting net draws, float32 (n, planes, rows, cols), 0-1; `features` what it
    makes of the whole scan, float32 (n, k), where it tells; `regions` of the report that hold lesions, 0-1
    (n, k), of a net that locates.
    """

    probability: Floats
    attention: Floats | None = None
    planes: Floats | None = None
    features: Floats | None = None
    regions: Floats | None = None


class Engine(Protocol):
    """One net on one device."""

    @property
    def device(self) -> str:
        """Where it runs: cpu, cuda or mps."""

    @property
    def attention_method(self) -> str:
        """How it finds where the net looked, with the layer; empty where it cannot."""

    def run(self, images: Floats, *, attention: bool, planes: bool) -> Answers:
        """Answers to inputs (n, channels, rows, cols); raises NoMemory when the device has no room."""


class NoMemory(Exception):  # noqa: N818  (the caller goes on with less)
    """The device has no memory for so many inputs at once."""


class CarefulEngine:
    """An engine that goes on with smaller batches, then on the processor, when memory runs out; says so."""

    def __init__(
        self, engine: Engine, on_processor: Callable[[], Engine], say: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._on_processor = on_processor
        self._say = say
        self._most: int | None = None

    @property
    def device(self) -> str:
        """Where it runs now."""
        return self._engine.device

    @property
    def attention_method(self) -> str:
        """How it finds where the net looked; empty where it cannot."""
        return self._engine.attention_method

    def run(self, images: Floats, *, attention: bool, planes: bool) -> Answers:
        """Answers to inputs (n, channels, rows, cols), in as many pieces as the memory asks for."""
        parts: list[Answers] = []
        done = 0
        while done < len(images):
            size = min(self._most or len(images), len(images) - done)
            try:
                parts.append(self._engine.run(images[done : done + size], attention=attention, planes=planes))
            except NoMemory:
                self._reduce(size)
                continue
            done += size
        return parts[0] if len(parts) == 1 else joined(parts)

    def _reduce(self, size: int) -> None:
        """Half of what was too much; the processor when one input was; raises NoMemory when there is none."""
        if size > 1:
            self._most = size // 2
            self._say(f"The {self.device} device has no memory for {size} scans at once: {self._most} now.")
        elif self.device != "cpu":
            name = self.device
            self._engine, self._most = self._on_processor(), None
            self._say(f"The {name} device has no memory for one scan: the processor goes on.")
        else:
            raise NoMemory


def joined(parts: list[Answers]) -> Answers:
    """Answers of several pieces in one."""
    attention = [part.attention for part in parts if part.attention is not None]
    planes = [part.planes for part in parts if part.planes is not None]
    features = [part.features for part in parts if part.features is not None]
    return Answers(
        np.concatenate([part.probability for part in parts]),
        np.concatenate(attention) if attention else None,
        np.concatenate(planes) if planes else None,
        np.concatenate(features) if features else None,
    )
