"""Real beside simulated, number by number: how far apart, and whether one could come from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 0.20
INSIDE = 0.80


@dataclass(frozen=True)
class Compared:
    """One number over both kinds of scans; spans are 10-90 % of real and 5-95 % of simulated ones."""

    name: str
    real: float
    real_span: tuple[float, float]
    simulated: float
    simulated_span: tuple[float, float]
    inside: float
    """Share of real scans inside the simulated span."""

    @property
    def ratio(self) -> float:
        """Real over simulated, of the medians."""
        return self.real / self.simulated if self.simulated else float("nan")

    @property
    def near(self) -> bool:
        """Whether the real median is within the tolerance of the simulated one."""
        return abs(self.ratio - 1) <= TOLERANCE

    @property
    def covered(self) -> bool:
        """Whether enough real scans lie inside the simulated span."""
        return self.inside >= INSIDE

    @property
    def away(self) -> float:
        """How far off, for sorting: the logarithm of the ratio of medians."""
        return abs(float(np.log(self.ratio))) if self.ratio > 0 else float("inf")


def compared(
    names: Sequence[str], real: NDArray[np.float64], simulated: NDArray[np.float64]
) -> list[Compared]:
    """Each number over real and simulated scans, float64 (scans, names); not-a-number is left out."""
    found = []
    for column, name in enumerate(names):
        ours, theirs = (each[:, column][np.isfinite(each[:, column])] for each in (real, simulated))
        if not ours.size or not theirs.size:
            continue
        low, high = np.percentile(theirs, (5, 95))
        found.append(
            Compared(
                name,
                float(np.median(ours)),
                (float(np.percentile(ours, 10)), float(np.percentile(ours, 90))),
                float(np.median(theirs)),
                (float(low), float(high)),
                float(np.mean((ours >= low) & (ours <= high))),
            )
        )
    return found


def markdown(rows: Sequence[Compared]) -> str:
    """The table, farthest first."""
    lines = [
        "| number | real (10-90 %) | simulated (5-95 %) | real : simulated | real inside | ok |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {_span(row.real, row.real_span)} | {_span(row.simulated, row.simulated_span)} "
        f"| {row.ratio:.2f} | {100 * row.inside:.0f} % "
        f"| {'yes' if row.near and row.covered else 'no'} |"
        for row in sorted(rows, key=lambda row: row.away, reverse=True)
    ]
    return "\n".join(lines)


def _span(middle: float, span: tuple[float, float]) -> str:
    return f"{middle:.3g} ({span[0]:.3g}-{span[1]:.3g})"
