"""Measurements that mean the same on a simulated and on a real scan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.label_codes import OrganCode
from app.simulator.camera import LAYER_MIDS_CM, Camera, SeenPoints, primary_image
from app.simulator.field import COLS, PIXEL_CM, ROWS
from app.simulator.regions import codes_named
from app.simulator.simulate import SimulatedScan

Array = NDArray[np.float32]
REAL = "JPEG-LL.dcm"
"""A real anterior view without loss, of the package pydicom-data (`pip install "scintiread[demo]"`)."""
REAL_BOXES = {
    # rows and columns on the real scan, set by hand
    "reference": (500, 560, 106, 116),
    "vault": (100, 125, 118, 152),
    "face": (140, 165, 127, 147),
    "sternum": (240, 290, 130, 138),
    "shoulder": (205, 225, 63, 78),
    "ribs": (240, 280, 90, 110),
    "abdomen": (330, 370, 90, 115),
    "femoral shaft": (515, 565, 77, 86),
    "hip": (428, 448, 180, 194),
    "knee": (605, 630, 168, 184),
}
REAL_TOP, REAL_MIDDLE, REAL_LENGTH = 90, 134, 762
"""Row of the vertex, column of the midline, rows from vertex to toes."""
REAL_RATIOS = {
    "vault": 1.8, "face": 6.1, "sternum": 6.7, "shoulder": 4.3, "ribs": 2.9, "abdomen": 1.5,
    "femoral shaft": 2.1, "hip": 3.2, "knee": 2.7, "bladder peak": 16.0,
}  # fmt: skip
"""The same scan as measured before by another hand: the targets."""


def real_counts() -> Array | None:
    """The anterior view of the real scan, float32 (rows, cols), or None where it is absent."""
    import pydicom
    from pydicom.data import get_testdata_file

    file = get_testdata_file(REAL, download=False)
    return pydicom.dcmread(str(file)).pixel_array.astype(np.float32) if file else None


def real_ratios() -> dict[str, float] | None:
    """Counts of the boxes over the thigh's soft tissue on the real scan."""
    counts = real_counts()
    if counts is None:
        return None
    mean = {name: float(counts[a:b, c:d].mean()) for name, (a, b, c, d) in REAL_BOXES.items()}
    ratios = {name: value / mean["reference"] for name, value in mean.items() if name != "reference"}
    return {**ratios, "bladder peak": float(counts[395:435].max()) / mean["reference"]}


def ratios_of_simulation(scan: SimulatedScan) -> dict[str, float]:
    """The same ratios on the anterior view, at the same places of the body; plus what the frame holds."""
    image, regions, organs = scan.counts[0].astype(np.float32), scan.labels.region[0], scan.labels.organ[0]
    size = scan.patient.height / (REAL_LENGTH * PIXEL_CM)
    skull = np.argwhere(regions == codes_named("skull")[0])
    top, middle = skull[:, 0].min(), float(np.median(skull[:, 1]))

    def of(name: str, first: float = 0.0, last: float = 1.0) -> NDArray[np.bool_]:
        mask = np.isin(regions, codes_named(name))
        rows = np.flatnonzero(mask.any(axis=1))
        start, length = rows[0], rows[-1] - rows[0]
        band = np.zeros_like(mask)
        band[int(start + first * length) : int(start + last * length) + 1] = True
        return mask & band

    def box(name: str) -> NDArray[np.bool_]:
        a, b, c, d = REAL_BOXES[name]
        mask = np.zeros(image.shape, dtype=bool)
        rows = [int(top + (row - REAL_TOP) * size) for row in (a, b)]
        near, far = sorted(abs(col - REAL_MIDDLE) * size for col in (c, d))
        inner = 0.0 if c < REAL_MIDDLE < d else near
        beside = np.abs(np.arange(COLS) - middle)
        mask[rows[0] : rows[1], (beside >= inner) & (beside <= far)] = True
        return mask

    shaft = of("femur", 0.40, 0.60)
    rows = np.flatnonzero(shaft.any(axis=1))
    soft = np.zeros_like(shaft)
    soft[rows[0] : rows[-1]] = True
    bone = ndimage.binary_dilation(np.isin(regions, codes_named("femur")), iterations=5)
    arms = np.isin(regions, codes_named("hand") + codes_named("forearm"))
    thigh = ndimage.binary_erosion(organs == OrganCode.SOFT_TISSUE, iterations=6)
    reference = float(image[soft & thigh & ~bone & ~ndimage.binary_dilation(arms, iterations=8)].mean())
    knee = of("lower leg", 0.0, 0.06) | of("femur", 0.94, 1.0)
    places = {
        "vault": box("vault"), "face": box("face"), "sternum": of("sternum", 0.35, 0.9),
        "shoulder": of("humerus", 0.0, 0.14), "ribs": box("ribs"), "abdomen": box("abdomen"),
        "femoral shaft": shaft & ndimage.binary_erosion(np.isin(regions, codes_named("femur")), iterations=2),
        "hip": of("femur", 0.0, 0.12), "knee": knee,
    }  # fmt: skip
    ratios = {name: float(image[mask].mean()) / reference for name, mask in places.items()}
    bladder = organs == OrganCode.BLADDER
    ratios["bladder peak"] = float(image[bladder].max()) / reference if bladder.any() else 0.0
    body = organs > 0
    return {
        **ratios,
        "reference": reference,
        "frame mean": float(image.mean()),
        "body share": float((ndimage.gaussian_filter(image, 3) > 1.5).mean()),
        "body median": float(np.median(image[body])),
    }


def noise_of_simulation(scan: SimulatedScan) -> float:
    """Variance over mean in flat patches: 8 x 8 pixels in which the expectation differs by less than 5 %."""
    blocks = scan.expected[0].reshape(ROWS // 8, 8, COLS // 8, 8)
    low, high = blocks.min(axis=(1, 3)), blocks.max(axis=(1, 3))
    flat = (low > 2) & (high < 1.12 * low)
    counts = scan.counts[0].astype(np.float64).reshape(ROWS // 8, 8, COLS // 8, 8)
    difference = (counts - blocks) ** 2 / blocks
    return float(difference.mean(axis=(1, 3))[flat].mean()) if flat.any() else float("nan")


def noise_of_image(counts: Array) -> tuple[float, int]:
    """var(Δ) / (2 · mean) of horizontal neighbours in smooth places of 8-40 counts, and how many pixels."""
    smooth = ndimage.gaussian_filter(counts, 3.0)
    slope = ndimage.gaussian_gradient_magnitude(counts, 3.0)
    where = (smooth > 8) & (smooth < 40) & (slope < 0.02 * smooth)
    where = where[:, 1:] & where[:, :-1]
    difference = np.diff(counts, axis=1)[where]
    mean = (0.5 * (smooth[:, 1:] + smooth[:, :-1]))[where]
    return float((difference**2).mean() / (2 * mean.mean())), int(where.sum())


def edge_spread() -> list[tuple[float, float, float]]:
    """Distance in cm, FWHM in mm measured on the edge of a sheet there, and the FWHM of the formula."""
    camera = Camera.sample(np.random.default_rng(0))
    found = []
    for layer in range(0, len(LAYER_MIDS_CM), 2):
        row, col = np.divmod(np.arange(ROWS * COLS), COLS)
        keep = (row > 300) & (row < 700) & (col >= COLS // 2) & (col < COLS - 20)
        pixel = np.stack([np.flatnonzero(keep)] * 2).astype(np.int32)
        seen = SeenPoints(pixel, np.ones(pixel.shape, np.float32), np.full(pixel.shape, layer, np.uint8))
        image = primary_image(camera, seen, np.ones(pixel.shape[1], np.float32), 0)
        spread = np.diff(image[500])[COLS // 2 - 30 : COLS // 2 + 30].astype(np.float64)
        at = np.arange(len(spread))
        mean = (spread * at).sum() / spread.sum()
        sigma = np.sqrt((spread * (at - mean) ** 2).sum() / spread.sum())
        distance = LAYER_MIDS_CM[layer]
        found.append((distance, 23.548 * sigma * PIXEL_CM, 10 * camera.fwhm(distance)))
    return found
