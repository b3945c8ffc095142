"""Coarse scans for tests: a quarter of the points, everything else as in the product."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from app.simulator.body import Body, CaseSeed, lay_down
from app.simulator.difficulty import Difficulty
from app.simulator.simulate import SimulatedScan, simulate

DENSITY = 0.25


def case(patient: int, ill: bool = False, seed: int = 5, **difficulty: float) -> CaseSeed:
    """A coarse case."""
    return CaseSeed(seed, patient, ill, replace(Difficulty(), **difficulty), density=DENSITY)


@cache
def scan(patient: int, ill: bool = False) -> SimulatedScan:
    """A coarse scan of the trial preset, made once."""
    return simulate(case(patient, ill))


@cache
def body(patient: int) -> Body:
    """A coarse body before the camera."""
    return lay_down(case(patient))
