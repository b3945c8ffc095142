"""Things that are neither bone nor disease: metal in front of the body, prostheses, a patient who moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from app.annotation.label_codes import FindingCode
from app.simulator.difficulty import Difficulty
from app.simulator.field import COLS, PIXEL_CM, ROWS, Image, Placement
from app.simulator.focus import FocusPlan
from app.simulator.patient import Patient
from app.simulator.regions import codes_named
from app.simulator.skeleton.builder import Skeleton, region_host
from app.simulator.skeleton.frames import SIDES


@dataclass(frozen=True)
class Metal:
    """An object on the skin that keeps photons from one detector; field coordinates and radii in cm."""

    kind: str
    view: int
    x: float
    y: float
    half_width: float
    half_height: float
    transmission: float


@dataclass(frozen=True)
class Motion:
    """The patient moved while a band of rows was taken: the band is mixed with a shifted copy."""

    first_row: int
    last_row: int
    shift_pixels: float
    share: float


@dataclass(frozen=True)
class Artefacts:
    """All artefacts of one visit."""

    metal: tuple[Metal, ...] = ()
    motion: Motion | None = None


def sample_artefacts(
    skeleton: Skeleton, place: Placement, difficulty: Difficulty, rng: np.random.Generator
) -> Artefacts:
    """Draw buckles, coins, pacemakers (4 % of patients) and motion (4 %)."""
    metal = tuple(_metal(skeleton, place, difficulty.mimics, rng))
    if rng.random() >= 0.04 * difficulty.mimics:
        return Artefacts(metal)
    first = int(rng.integers(60, 700))
    length = int(rng.uniform(20, 55) / PIXEL_CM)
    shift = float(rng.choice([-1, 1]) * rng.uniform(0.4, 1.5) / PIXEL_CM)
    return Artefacts(metal, Motion(first, min(first + length, ROWS), shift, float(rng.uniform(0.3, 0.7))))


def _metal(skeleton: Skeleton, place: Placement, scale: float, rng: np.random.Generator) -> Iterator[Metal]:
    if rng.random() >= 0.04 * scale:
        return
    kind = ("buckle", "coin", "pacemaker")[int(rng.integers(3))]
    waist, hip = skeleton.vertebrae[22], skeleton.landmark("hip", 1)
    side = SIDES[int(rng.integers(2))]
    match kind:
        case "buckle":
            at, size, through = waist + np.array([rng.normal(0, 1), 2, -12]), (2.6, 1.8), (0.2, 0.5)
        case "coin":
            at, size, through = hip + np.array([0, 3, -10]), (1.1, 1.1), (0.3, 0.6)
            at = at * [side, 1, 1]
        case _:
            at, size, through = skeleton.vertebrae[9] + np.array([8.5, 3, -10]), (2.3, 2.0), (0.2, 0.5)
    x, y, _ = place.lay(np.asarray(at, np.float32)[None])
    stretch = np.exp(rng.normal(0, 0.12, 2))
    yield Metal(
        kind, 0, float(x[0]), float(y[0]), float(size[0] * stretch[0]), float(size[1] * stretch[1]),
        float(rng.uniform(*through)),
    )  # fmt: skip


def sample_prostheses(
    patient: Patient, skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator
) -> tuple[FocusPlan, ...]:
    """Hip or knee replacements (3 % at 40, 10 % at 75): cold joints with a warm rim."""
    age = float(np.clip((patient.age - 40) / 35, -0.4, 1.3))
    if rng.random() >= np.clip((0.03 + 0.07 * age) * difficulty.mimics, 0.0, 0.9):
        return ()
    side = SIDES[int(rng.integers(2))]
    index = side > 0
    regions = [codes_named(name)[index] for name in ("hemipelvis", "femur", "lower leg")]
    joint = ("hip", "knee")[int(rng.integers(2))]
    if joint == "hip":
        shapes = [((0.0, 0.0, 0.0), 2.7, (1.0, 1.0, 1.0)), ((2.5, 8.0, 0.5), 1.6, (1.0, 4.5, 1.2))]
        hosts = tuple(region_host(code) for code in regions[:2])
    else:
        shapes = [((0.0, 0.3, 0.0), 3.6, (1.1, 1.0, 1.2))]
        hosts = tuple(region_host(code) for code in regions[1:])
    rim, left = float(rng.uniform(0.0, 0.8)), float(rng.uniform(0.05, 0.25))
    plans = []
    for shift, radius, axes in shapes:
        x, y, z = skeleton.landmark(joint, side) + np.array(shift) * [side, 1, 1]
        centre = (float(x), float(y), float(z))
        plans.append(
            FocusPlan(
                f"{joint} prosthesis", FindingCode.ARTEFACT, centre, radius, left - 1, hosts, axes,
                softness=0.08, irregular=False, rim=rim,
            )
        )  # fmt: skip
    return tuple(plans)


def transmission(metal: tuple[Metal, ...], view: int) -> Image | None:
    """What the metal lets through, float32 (rows, cols), or None without any in this view."""
    shown = [item for item in metal if item.view == view]
    if not shown:
        return None
    through = np.ones((ROWS, COLS), np.float32)
    for item in shown:
        row, col = item.y / PIXEL_CM, (item.x if view == 0 else -item.x) / PIXEL_CM + COLS / 2
        y, x = np.ogrid[:ROWS, :COLS]
        down, across = (
            (y + 0.5 - row) * PIXEL_CM / item.half_height,
            (x + 0.5 - col) * PIXEL_CM / item.half_width,
        )
        covered = (down**4 + across**4 < 1).astype(np.float32)
        through *= 1 - (1 - item.transmission) * ndimage.gaussian_filter(covered, 1.2)
    return through


def moved(image: Image, motion: Motion | None, view: int) -> Image:
    """The image, float32 (rows, cols), of a patient who moved; its sum is kept."""
    if motion is None:
        return image
    band = slice(motion.first_row, motion.last_row)
    shift = motion.shift_pixels if view == 0 else -motion.shift_pixels
    copy = ndimage.shift(image[band], (0, shift), order=1, mode="nearest")
    mixed = image.copy()
    mixed[band] = (1 - motion.share) * image[band] + motion.share * copy
    return mixed
