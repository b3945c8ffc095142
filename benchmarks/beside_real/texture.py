"""How uneven bones are beyond noise: variance between two blurs, less what noise alone gives.

A picture that was resized has no Poisson noise left: the amount is measured where the same view is flat, its
share of each band follows from the blur that the degraded views have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.geometry import Mask
from benchmarks.beside_real.degraded import SPREAD
from benchmarks.beside_real.places import ON_MIDLINE, SIDES, TWO_SIDED, Placed

BANDS = ((1.0, 2.0), (2.0, 4.0), (4.0, 8.0))
"""Standard deviations of the two blurs in pixels of 2.45 mm: fine, middle, coarse."""
NAMES = ("fine", "middle", "coarse")
LEAST = 60
"""Pixels under which nothing is said of a place."""


def measured(view: Placed) -> dict[str, float]:
    """Relative standard deviation of each place and band without noise, its slope over bands, the noise.

    It is negative where there is less variance than noise alone would give.
    """
    places = {
        "T spine": view.bone("thoracic spine"),
        "L spine": view.bone("lumbar spine"),
        "ribs": view.bone("ribs"),
        "iliac wing": _both(view, "iliac wing"),
        "skull vault": ON_MIDLINE["skull vault"](view),
        "knee": _both(view, "knee"),
    }
    image = view.image
    found: dict[str, float] = {}
    noise = _noise(image, view.body)
    found["texture: noise"] = noise
    variances: dict[str, list[float]] = {name: [] for name in places}
    for (band, (low, high)), gone in zip(zip(NAMES, BANDS, strict=True), PASSED, strict=True):
        between = ndimage.gaussian_filter(image, low) - ndimage.gaussian_filter(image, high)
        for name, mask in places.items():
            if mask.sum() >= LEAST:
                mean = float(image[mask].mean())
                value = (float(between[mask].var()) - gone * noise * mean) / mean**2
                variances[name].append(max(value, 0.0))
                found[f"texture: {name}, {band}"] = float(np.sign(value) * np.sqrt(abs(value)))
    for name, values in variances.items():
        if len(values) == len(BANDS):
            found[f"texture: {name}, slope"] = float(0.5 * np.log2((values[2] + 1e-4) / (values[0] + 1e-4)))
    found["texture: discs of T spine"] = _modulation(image, view.bone("thoracic spine"), (6, 12))
    found["texture: discs of L spine"] = _modulation(image, view.bone("lumbar spine"), (9, 18))
    return found


def _noise(image: NDArray[np.float32], body: Mask) -> float:
    """Variance : mean of what a narrow blur takes away, where the body is flat; image: (rows, cols)."""
    smooth = ndimage.gaussian_filter(image, 4)
    flat = body & (smooth > 1.5) & (ndimage.gaussian_gradient_magnitude(image, 4) < 0.03 * smooth)
    if flat.sum() < LEAST:
        return float("nan")
    rest = image - ndimage.gaussian_filter(image, BANDS[0][0])
    return float(rest[flat].var() / image[flat].mean())


def _passed() -> list[float]:
    """Variance of white noise in each band, over what the narrow blur takes away of it."""
    noise = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(400, 400)), SPREAD)
    rest = (noise - ndimage.gaussian_filter(noise, BANDS[0][0])).var()
    return [
        float((ndimage.gaussian_filter(noise, low) - ndimage.gaussian_filter(noise, high)).var() / rest)
        for low, high in BANDS
    ]


PASSED = _passed()


def _both(view: Placed, name: str) -> Mask:
    one, other = (TWO_SIDED[name](view, side) for side in SIDES)
    return one | other


def _modulation(image: NDArray[np.float32], mask: Mask, period: tuple[int, int]) -> float:
    """Relative amplitude of the profile along a spine at the pitch of its vertebrae, without noise.

    `period`: shortest and longest pitch in pixels. The noise is the power beyond twice the fastest pitch.
    """
    rows = np.flatnonzero(mask.sum(axis=1) >= 3)
    if rows.size < 2 * period[1]:
        return float("nan")
    inside = np.where(mask, image, 0)[rows].sum(axis=1)
    profile = inside / mask[rows].sum(axis=1)
    profile = profile / ndimage.gaussian_filter1d(profile, period[1] / 2) - 1
    power = np.abs(np.fft.rfft(profile * np.hanning(rows.size))) ** 2
    rate = np.fft.rfftfreq(rows.size)
    pitch = (rate >= 1 / period[1]) & (rate <= 1 / period[0])
    noise = float(power[rate > 2 / period[0]].mean())
    amount = max(float((power[pitch] - noise).sum()), 0.0)
    return float(np.sqrt(2 * amount) * 2 / rows.size / np.sqrt(1.5))
