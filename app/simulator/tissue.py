"""Soft tissue: how deep everything lies, and what the tissue itself shines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.simulator.field import COARSE, COLS, PIXEL_CM, ROWS, Image, Placement, coarse_axes
from app.simulator.patient import Patient
from app.simulator.sections import body_parts
from app.simulator.skeleton.builder import Skeleton

SOFT_ACTIVITY = 0.042
"""Activity per cm³ of soft tissue in units of `materials.csv`, where the bone-to-soft factor is 1."""
LUNG_MU = 0.6
"""Attenuation in the lung field relative to the rest of the trunk."""
_TONE_HEIGHT = (0, 20, 28, 48, 70, 85, 95, 130, 170)
_TONE = (0.32, 0.8, 0.92, 0.68, 0.47, 0.56, 0.70, 0.70, 0.68)
"""Activity of soft tissue along a 170 cm body: head, chest, abdomen, thighs, calves."""

TRUNK, RIGHT_ARM, LEFT_ARM = 0, 1, 2
"""Which part a point lies in, for its depth: trunk with head and legs, or an arm."""


@dataclass(frozen=True, eq=False)
class Tissue:
    """The body on the coarse grid (rows/2, cols/2).

    `front` and `back` float32 (3, rows/2, cols/2): depth z of the skin of trunk, right arm and left arm, cm.
    `thickness` float32 (rows/2, cols/2), cm of trunk, head and legs. `soft` float32 (2, rows/2, cols/2):
    activity of soft tissue per cm² after its own attenuation, per view, both with x to the left.
    `front_plane` and `back_plane` are float32 (rows/2,): where the detectors' contour lies, cm.
    """

    mu: float
    front: Image
    back: Image
    thickness: Image
    soft: Image
    front_plane: NDArray[np.float32]
    back_plane: NDArray[np.float32]
    lung: tuple[float, float, float, float]
    """x of the middle, half width, upper and lower y of the lung field, cm in the field."""


def shape_tissue(
    patient: Patient, skeleton: Skeleton, place: Placement, mu: float, rng: np.random.Generator
) -> Tissue:
    """Wrap the skeleton in soft tissue; `mu` is the effective attenuation per cm."""
    shape = (ROWS // COARSE, COLS // COARSE)
    front, back = np.zeros((3, *shape), np.float32), np.zeros((3, *shape), np.float32)
    thickness, arms = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for part in body_parts(patient, skeleton, place, rng):
        layer = TRUNK if part.name != "arm" else (LEFT_ARM if part.side == 1 else RIGHT_ARM)
        front[layer][part.rows] = np.minimum(front[layer][part.rows], part.front)
        back[layer][part.rows] = np.maximum(back[layer][part.rows], part.back)
        if layer == TRUNK:
            thickness[part.rows] = np.maximum(thickness[part.rows], part.thickness)
        else:
            arms[part.rows] += _escaping(part.thickness, mu)
    notch = skeleton.landmark("sternal notch", 1)[1]
    along, across = patient.stretch
    lungs = _lungs(place, notch, along, across, rng)
    soft = arms + _escaping(thickness, mu) * (1 - lungs)
    soft *= _tone(place, along, rng)[:, None] * _patchy(shape, rng)
    contour = front[TRUNK].min(axis=1), back[TRUNK].max(axis=1)
    return Tissue(
        mu=mu,
        front=front,
        back=back,
        thickness=thickness,
        soft=_with_surface(soft, patient, skeleton, place, rng) * (SOFT_ACTIVITY / patient.bone_to_soft),
        front_plane=ndimage.minimum_filter1d(np.minimum(contour[0], -4), 61),
        back_plane=(0.5 * ndimage.maximum_filter1d(np.maximum(contour[1], 4), 41) + 0.5 * contour[1].max()),
        lung=(place.offset, 13 * across, notch - 2 * along + place.top, notch + 19 * along + place.top),
    )


def depths(
    tissue: Tissue, x: Image, y: Image, z: Image, part: NDArray[np.uint8] | int
) -> tuple[Image, Image, NDArray[np.int64]]:
    """Tissue before and behind points of the field, float32 (n,) in cm (lung at its share), and their coarse
    row, int64 (n,).

    x, y, z: float32 (n,), cm in the field; part: uint8 (n,) or one for all, where the body is layered.
    """
    size = np.float32(1 / (COARSE * PIXEL_CM))
    row = np.clip((y * size).astype(np.int64), 0, ROWS // COARSE - 1)
    col = np.clip((x * size + np.float32(COLS / COARSE / 2)).astype(np.int64), 0, COLS // COARSE - 1)
    flat = row * (COLS // COARSE) + col + np.asarray(part, dtype=np.int64) * (ROWS * COLS // COARSE**2)
    least = np.float32(0.4)
    ahead = np.maximum(z - tissue.front.ravel()[flat], least)
    behind = np.maximum(tissue.back.ravel()[flat] - z, least)
    middle, half, top, bottom = (np.float32(edge) for edge in tissue.lung)
    in_lung = (np.abs(x - middle) < half) & (y > top) & (y < bottom) & (np.asarray(part) == TRUNK)
    share = np.where(in_lung, np.float32(LUNG_MU), np.float32(1))
    return ahead * share, behind * share, row


def _escaping(thickness: Image, mu: float) -> Image:
    """∫₀ᵀ exp(−μt) dt = (1 − exp(−μT)) / μ: even activity seen through its own attenuation."""
    return np.asarray((1 - np.exp(-np.float32(mu) * thickness)) / np.float32(mu), dtype=np.float32)


def _lungs(
    place: Placement, notch: float, along: float, across: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    y, x = coarse_axes()
    height = np.exp(-((((place.body_y(y) - notch) / along - 8.5) / 9.5) ** 4))
    beside = x[None, :] - place.axis_x(y)[:, None]
    field = sum(
        np.exp(-((((beside - side * 6.8 * across) / (4.8 * across)) ** 2) ** 1.6)) for side in (-1, 1)
    )
    return np.asarray(np.clip(np.asarray(field) * height[:, None], 0, 1) * rng.uniform(0.10, 0.40))


def _tone(place: Placement, along: float, rng: np.random.Generator) -> NDArray[np.float64]:
    y, _ = coarse_axes()
    tone = np.array(_TONE) * np.exp(rng.normal(0, 0.08, len(_TONE)))
    return np.asarray(np.interp(place.body_y(y) / along, _TONE_HEIGHT, tone))


def _patchy(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Slow unevenness: log-normal, 7 % (muscle, fat and bowel are not uniform)."""
    knots = rng.normal(0, 1, (34, 10)).astype(np.float32)
    return np.asarray(np.exp(0.07 * ndimage.zoom(knots, (shape[0] / 34, shape[1] / 10), order=1)))


def _with_surface(
    soft: NDArray[np.float64],
    patient: Patient,
    skeleton: Skeleton,
    place: Placement,
    rng: np.random.Generator,
) -> Image:
    """Both views of the soft tissue, with breasts or genitals in front."""
    y, x = coarse_axes()
    along, across = patient.stretch
    beside, down = x[None, :] - place.axis_x(y)[:, None], place.body_y(y)[:, None]

    def blob(cx: float, cy: float, rx: float, ry: float) -> NDArray[np.float64]:
        return np.asarray(np.exp(-((((beside - cx) / rx) ** 2 + ((down - cy) / ry) ** 2) ** 1.5)))

    typical = float(np.median(soft[soft > 0])) if (soft > 0).any() else 0.0
    anterior = soft.copy()
    centre = skeleton.landmark("sternal notch", 1)[1] + rng.normal(9.5, 0.8) * along
    for side in (-1, 1):
        if patient.mastectomy_side != side:
            width = rng.uniform(4.4, 5.6)
            anterior += typical * patient.breast * blob(side * 8.2 * across, centre, width, width)
    groin = skeleton.landmark("sacral base", 1)[1] + 17.5 * along
    anterior += typical * patient.genital * blob(0.0, groin, 2.6, 3.5)
    return np.stack([anterior, soft]).astype(np.float32)
