"""The field of the camera: pixels, and how a posed body is laid into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.simulator.patient import Patient, Pose

ROWS, COLS = 1024, 256
PIXEL_CM = 0.226
"""As the NEMA whole-body sample: 1024 x 256 pixels of 2.26 mm."""
COARSE = 2
"""Soft tissue and region maps are computed on pixels this many times larger."""

Image = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Pixels = TypeVar("Pixels", bound=np.generic)


@dataclass(frozen=True)
class Placement:
    """A rigid motion, cm: from the body's axes (y from the vertex) to the field's (x from its middle)."""

    roll: float
    tilt: float
    offset: float
    top: float
    pivot: float
    """Height of the body's turning point below the vertex, cm."""

    @classmethod
    def of(cls, patient: Patient, pose: Pose) -> Placement:
        """How this patient lies on the table."""
        roll, tilt = np.deg2rad(0.6 * pose.roll), np.deg2rad(pose.tilt)
        return cls(float(roll), float(tilt), pose.offset, pose.top, 60 * patient.stretch[0])

    def lay(self, xyz: NDArray[np.float32]) -> tuple[Image, Image, Image]:
        """x, y, z of the points (n, 3) in the field, float32 (n,) each; z stays depth, positive backwards."""
        cr, sr = np.float32(np.cos(self.roll)), np.float32(np.sin(self.roll))
        ct, st = np.float32(np.cos(self.tilt)), np.float32(np.sin(self.tilt))
        x0, y0, z0 = xyz[:, 0], xyz[:, 1] - np.float32(self.pivot), xyz[:, 2]
        x = x0 * cr + z0 * sr
        z = z0 * cr - x0 * sr
        across = x * ct - y0 * st + np.float32(self.offset)
        down = y0 * ct + x * st + np.float32(self.pivot + self.top)
        return np.asarray(across), np.asarray(down), np.asarray(z)

    def body_y(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance below the vertex of rows at y in the field, float64 (n,), cm; tilt neglected."""
        return y - self.top

    def axis_x(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the body's midline lies in the field at each y, float64 (n,), cm."""
        return np.asarray(self.offset - (y - self.top - self.pivot) * np.sin(self.tilt))


def pixel_of(x: Image, y: Image, view: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Row and column of points of the field, int32 (n,) each.

    The posterior view is seen from behind: the patient's left is on image left.
    """
    across = x if view == 0 else -x
    col = np.floor(across * np.float32(1 / PIXEL_CM) + np.float32(COLS / 2)).astype(np.int32)
    return np.floor(y * np.float32(1 / PIXEL_CM)).astype(np.int32), col


def coarse_axes() -> tuple[Floats64, Floats64]:
    """Centres of the coarse rows (y) and columns (x) in the field, float64 (n,) each, cm."""
    size = COARSE * PIXEL_CM
    y = (np.arange(ROWS // COARSE, dtype=np.float64) + 0.5) * size
    x = (np.arange(COLS // COARSE, dtype=np.float64) + 0.5) * size - COLS * PIXEL_CM / 2
    return y, x


def refine(coarse: NDArray[Pixels]) -> NDArray[Pixels]:
    """A coarse map (rows / 2, cols / 2) of any type at full resolution (rows, cols), by repetition."""
    return np.repeat(np.repeat(coarse, COARSE, axis=0), COARSE, axis=1)
