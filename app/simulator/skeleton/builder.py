"""Collects the points of the bones and gives every number of the tables its spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.simulator.patient import Patient
from app.simulator.shapes import Floats, jittered
from app.simulator.skeleton.frames import Side
from app.simulator.skeleton.patchiness import Patchiness
from app.simulator.tables import rows

Host = int
"""A bone that one lesion stays inside: vertebrae 0-23, ribs 24-47 (right, left, right ...), then regions."""
FIRST_RIB = 24
FIRST_REGION = 48

LENGTH_SPREAD = 0.03
"""Standard deviation of the log of every length of the tables; no number of the anatomy is bare."""
SHIFT_CM = 0.12
PROFILE_SPREAD = 0.12
FACTOR_SPREAD = 0.06
ASYMMETRY = 0.03


Uptake = Callable[[int], float]
"""Factor on the uptake of the n-th material of the table."""


def as_in_table(material: int) -> float:
    """The factor of the usual anatomy table: 1."""
    del material
    return 1.0


def vertebra_host(level: int) -> Host:
    """Host of the vertebra, 0 = C1 … 23 = L5."""
    return level


def rib_host(rib: int, side: Side) -> Host:
    """Host of the rib, 0 = first."""
    return FIRST_RIB + 2 * rib + (side > 0)


def region_host(region: int) -> Host:
    """Host of everything else: its region."""
    return FIRST_REGION + region


@dataclass(frozen=True, eq=False)
class Skeleton:
    """All bones of one posed patient as points, cm, before the patient is laid into the field.

    `xyz` float32 (n, 3): x towards the patient's left, y from the vertex downwards, z towards the back.
    `volume` float32 (n,), cm³ per point. `activity` float32 (n,), in units of `materials.csv` times cm³.
    `region` uint8 (n,). `hosts` maps a host to the slice of its points, `landmarks` (name, side) to (3,).
    `vertebrae` float64 (24, 3): centres of the bodies; `vertebra_size`: half width, height, half depth.
    `ribs` maps (rib, side) to the centre line, float64 (k, 3).
    """

    xyz: Floats
    volume: Floats
    activity: Floats
    region: NDArray[np.uint8]
    hosts: dict[Host, slice]
    landmarks: dict[tuple[str, Side], NDArray[np.float64]]
    vertebrae: NDArray[np.float64]
    vertebra_size: NDArray[np.float64]
    ribs: dict[tuple[int, Side], NDArray[np.float64]]

    def slices(self, regions: ArrayLike) -> list[slice]:
        """Where the points of these regions lie."""
        wanted = set(np.atleast_1d(regions).tolist())
        return [part for part in self.hosts.values() if int(self.region[part.start]) in wanted]

    def landmark(self, name: str, side: Side) -> NDArray[np.float64]:
        """A named place, float64 (3,), cm."""
        return self.landmarks[name, side]


class Builder:
    """Gathers bones; draws the spread of lengths, profiles and activities from one generator."""

    def __init__(
        self, patient: Patient, rng: np.random.Generator, density: float = 1.0, uptake: Uptake = as_in_table
    ) -> None:
        self.patient = patient
        self.rng = rng
        self.density = density
        self._parts: list[tuple[Host, int, Floats, Floats, Floats]] = []
        decades = (patient.age - 60) / 30
        self._patchiness = Patchiness.sample(rng)
        self._activity = {
            row["name"]: float(row["activity"])
            * uptake(index)
            * (patient.limb_uptake if row["limb"] == "1" else 1.0)
            * np.exp(float(row["age_slope"]) * decades + rng.normal(0, float(row["spread"])))
            for index, row in enumerate(rows("materials.csv"))
        }

    def count(self, points: int) -> int:
        """How many points to use for a shape."""
        return max(int(points * self.density), 24)

    def lengths(self, values: ArrayLike) -> NDArray[np.float64]:
        """Lengths with their spread, float64 of any shape, cm: each varies by 3 %."""
        array = np.asarray(values, dtype=np.float64)
        return np.asarray(array * np.exp(self.rng.normal(0, LENGTH_SPREAD, array.shape)))

    def shift(self) -> NDArray[np.float64]:
        """A random displacement of a whole bone, cm (3,)."""
        return self.rng.normal(0, SHIFT_CM, 3)

    def activity(self, material: str, factor: float = 1.0) -> float:
        """Activity per cm³ of this patient's material times a factor with its spread."""
        return float(self._activity[material] * factor * np.exp(self.rng.normal(0, FACTOR_SPREAD)))

    def profile(
        self, along: Floats, base: float, bumps: list[list[float]], start: Floats | float = 0.0
    ) -> Floats:
        """base + Σ amplitude · exp(−((t − centre)/width)²), amplitudes with their spread, at least 0.05.

        along: float32 (n,), t from 0 to 1; the result likewise.
        """
        total = np.full_like(along, base) + start
        for centre, width, amplitude in bumps:
            varied = amplitude * np.exp(self.rng.normal(0, PROFILE_SPREAD))
            total += np.float32(varied) * np.exp(-(((along - np.float32(centre)) / np.float32(width)) ** 2))
        return np.asarray(np.maximum(total, np.float32(0.05)))

    def add(
        self,
        host: Host,
        region: int,
        xyz: Floats,
        volume: Floats,
        activity: Floats,
        own: Floats | None = None,
    ) -> None:
        """Add points of one bone: positions (n, 3) in the 170 cm body, cm³ each, activity per cm³ each.

        `own` holds the same points where no pose moves them, (n, 3), for the unevenness of the uptake.
        """
        uneven = activity * self._patchiness.factor(xyz if own is None else own)
        self._parts.append((host, region, jittered(xyz.astype(np.float32), self.rng), volume, uneven))

    def arrays(self) -> tuple[Floats, Floats, Floats, NDArray[np.uint8], dict[Host, slice]]:
        """Everything collected, scaled to the patient's height, bones of one host side by side: xyz float32
        (n, 3) in cm, volume in cm³ and activity float32 (n,), region uint8 (n,), and where each host's lie.
        """
        parts = sorted(self._parts, key=lambda part: part[0])
        along, across = self.patient.stretch
        xyz = np.concatenate([part[2] for part in parts]) * np.array([across, along, across], np.float32)
        volume = np.concatenate([part[3] for part in parts]) * np.float32(along * across**2)
        activity = np.concatenate([part[4] for part in parts]) * volume
        region = np.concatenate([np.full(len(part[3]), part[1], np.uint8) for part in parts])
        hosts: dict[Host, slice] = {}
        start = 0
        for host, _, _, points, _ in parts:
            first = hosts[host].start if host in hosts else start
            start += len(points)
            hosts[host] = slice(first, start)
        return xyz, volume, activity, region, hosts
