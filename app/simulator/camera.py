"""The gamma camera: attenuation on the way, a collimator that blurs with distance, scatter in the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from app.simulator.field import COARSE, COLS, PIXEL_CM, ROWS, Image, Placement, pixel_of, refine
from app.simulator.shapes import Floats
from app.simulator.tissue import Tissue, depths

LAYER_EDGES_CM = (6.0, 9.0, 12.0, 15.0, 18.5, 23.0)
LAYER_MIDS_CM = (4.6, 7.5, 10.5, 13.5, 16.7, 20.7, 26.0)
"""Distance layers from the collimator; all points of a layer get the blur of its middle."""
LAYERS = len(LAYER_MIDS_CM)
_PADDED = (ROWS + 128, COLS + 128)
"""Room around the field for the long tails of scatter, lest they come in again on the other side."""
FWHM_TO_SIGMA = 1 / 2.3548


@dataclass(frozen=True)
class Camera:
    """One camera on one day; lengths in cm."""

    hole: float
    """Diameter of the collimator holes."""
    hole_length: float
    intrinsic: float
    """Intrinsic resolution, FWHM."""
    gap: float
    """From the back of the collimator to the image plane in the crystal."""
    front_distance: float
    """From the anterior collimator to the body's contour."""
    back_distance: float
    mu: float
    """Effective broad-beam attenuation per cm of tissue; below the narrow-beam 0.15 as scatter is let in."""
    table: float
    """Transmission of the table times the sensitivity of the posterior detector relative to the anterior one.

    Its spread keeps the ratio of the views from telling how many lesions lie in the back."""
    scatter: float
    """Scatter to primary ratio in the thickest part of the trunk."""
    background: float
    """Room and crystal background, counts per pixel."""
    counts: float
    """Counts that the anterior view of a lesion-free body collects."""

    @classmethod
    def sample(cls, rng: np.random.Generator, counts_scale: float = 1.0) -> Camera:
        """Draw a low-energy high-resolution camera.

        Collimators range about Symbia (1.11 mm x 24 mm) and GE (1.5 mm x 35 mm) LEHR (EJNMMI Res 2017,
        s13550-017-0300-5, Table 1). The distances are those of a detector that keeps its height over the
        whole body; with an intrinsic resolution that lets motion in, they blur bones as real scans do.
        """
        make = rng.uniform(-0.15, 1.15)
        return cls(
            hole=0.111 + 0.039 * make + float(rng.normal(0, 0.003)),
            hole_length=2.4 + 1.1 * make + float(rng.normal(0, 0.05)),
            intrinsic=float(rng.uniform(0.35, 0.60)),
            gap=float(rng.uniform(0.6, 1.1)),
            front_distance=float(rng.uniform(4.0, 12.0)),
            back_distance=float(rng.uniform(4.0, 11.0)),
            mu=float(rng.uniform(0.110, 0.135)),
            table=float(rng.uniform(0.84, 1.0) * np.exp(rng.normal(0, 0.05))),
            scatter=float(rng.uniform(0.16, 0.38)),
            background=float(rng.uniform(0.01, 0.03)),
            counts=float(np.clip(np.exp(rng.normal(np.log(0.8e6), 0.65)), 0.2e6, 4.0e6)) * counts_scale,
        )

    def fwhm(self, distance: float) -> float:
        """Resolution at a distance from the collimator face, cm.

        FWHM² = R_i² + [d (l_e + z + b) / l_e]², l_e = l − 2/μ_lead = l − 0.074 cm (Cherry, Sorenson & Phelps,
        Physics in Nuclear Medicine, parallel-hole collimators).
        """
        effective = self.hole_length - 0.074
        collimator = self.hole * (effective + distance + self.gap) / effective
        return float(np.hypot(self.intrinsic, collimator))

    def sigma_pixels(self, layer: int) -> float:
        """Standard deviation of the blur of one layer, in pixels."""
        return self.fwhm(LAYER_MIDS_CM[layer]) * FWHM_TO_SIGMA / PIXEL_CM


@dataclass(frozen=True, eq=False)
class SeenPoints:
    """How both views see some points; arrays are (2, n), anterior first.

    `pixel` int32: flat index into an image, -1 outside the field. `gain` float32: share that arrives.
    `layer` uint8: distance layer.
    """

    pixel: NDArray[np.int32]
    gain: Image
    layer: NDArray[np.uint8]

    def part(self, where: slice | NDArray[np.int64]) -> SeenPoints:
        """The same for some of the points: a slice, or int64 (m,) of their places."""
        return SeenPoints(self.pixel[:, where], self.gain[:, where], self.layer[:, where])

    @classmethod
    def joined(cls, parts: Sequence[SeenPoints]) -> SeenPoints:
        """Several sets of points as one."""
        return cls(*(np.concatenate([getattr(p, name) for p in parts], axis=1) for name in _SEEN_ARRAYS))


def see(
    camera: Camera, tissue: Tissue, place: Placement, xyz: Floats, part: NDArray[np.uint8] | int = 0
) -> SeenPoints:
    """Follow the photons of points of the body, float64 (n, 3) in cm, to both detectors."""
    x, y, z = place.lay(xyz)
    ahead, behind, row = depths(tissue, x, y, z, part)
    mu = np.float32(camera.mu)
    gain = np.stack([np.exp(-mu * ahead), np.exp(-mu * behind) * np.float32(camera.table)])
    front = z - tissue.front_plane[row] + np.float32(camera.front_distance)
    back = tissue.back_plane[row] - z + np.float32(camera.back_distance)
    layer = np.stack([np.searchsorted(_EDGES, distance) for distance in (front, back)]).astype(np.uint8)
    pixel = np.empty(gain.shape, np.int32)
    for view in (0, 1):
        r, c = pixel_of(x, y, view)
        inside = (r >= 0) & (r < ROWS) & (c >= 0) & (c < COLS)
        pixel[view] = np.where(inside, r * COLS + c, -1)
    return SeenPoints(pixel, gain, layer)


_SEEN_ARRAYS = ("pixel", "gain", "layer")
_EDGES = np.array(LAYER_EDGES_CM, dtype=np.float32)


def primary_image(camera: Camera, seen: SeenPoints, activity: Floats, view: int) -> Image:
    """Blurred image of points with `activity` (n,), per cm², float32 (rows, cols)."""
    kept = seen.pixel[view] >= 0
    flat = seen.layer[view][kept].astype(np.int64) * (ROWS * COLS) + seen.pixel[view][kept]
    weight = (seen.gain[view] * activity)[kept]
    stack = np.bincount(flat, weights=weight, minlength=LAYERS * ROWS * COLS).astype(np.float32)
    spectrum = fft.rfft2(stack.reshape(LAYERS, ROWS, COLS), axes=(1, 2))
    total = np.zeros(spectrum.shape[1:], np.complex64)
    for layer in range(LAYERS):
        down, across = _transfer(camera.sigma_pixels(layer))
        total += spectrum[layer] * down[:, None] * across[None, :]
    image = fft.irfft2(total, s=(ROWS, COLS)) / np.float32(PIXEL_CM**2)
    return np.maximum(image, 0).astype(np.float32)


def soft_image(camera: Camera, tissue: Tissue, view: int) -> Image:
    """Image of the soft tissue per cm², float32 (rows, cols); blurred as from the middle of the body."""
    coarse = tissue.soft[view] if view == 0 else tissue.soft[view][:, ::-1] * np.float32(camera.table)
    return refine(ndimage.gaussian_filter(coarse, camera.sigma_pixels(2) / COARSE, truncate=3))


def scattered(camera: Camera, tissue: Tissue, primary: Image, view: int) -> Image:
    """Scatter of a primary image: a wide low-pass, strongest where the body is thick.

    65 % with σ 3.8 cm and 35 % with σ 8.8 cm; weighted by thickness, so that air does not glow. primary and
    result: float32 (rows, cols).
    """
    spectrum = fft.rfft2(primary, s=_PADDED)
    low = np.zeros_like(spectrum)
    for share, sigma in ((0.65, 3.8), (0.35, 8.8)):
        down, across = _transfer(sigma / PIXEL_CM, _PADDED)
        low += np.float32(share) * spectrum * down[:, None] * across[None, :]
    thick = np.clip(tissue.thickness if view == 0 else tissue.thickness[:, ::-1], 0, 20) / 20
    weight = refine(ndimage.uniform_filter(thick.astype(np.float32), 5))
    glow = fft.irfft2(low, s=_PADDED)[:ROWS, :COLS]
    return (np.float32(camera.scatter) * glow * (np.float32(0.12) + np.float32(0.88) * weight)).astype(
        np.float32
    )


def _transfer(
    sigma: float, shape: tuple[int, int] = (ROWS, COLS)
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Spectrum of a sampled Gaussian along rows and columns; that of a continuous one would ring."""
    down, across = fft.fft(_kernel(sigma, shape[0])).real, fft.rfft(_kernel(sigma, shape[1])).real
    return down.astype(np.float32), across.astype(np.float32)


def _kernel(sigma: float, size: int) -> NDArray[np.float64]:
    distance = np.minimum(np.arange(size), size - np.arange(size))
    bell = np.exp(-0.5 * (distance / sigma) ** 2)
    return np.asarray(bell / bell.sum())
