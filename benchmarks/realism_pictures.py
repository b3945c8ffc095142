"""Montages of simulated scans in inverse grey, for the documentation and for looking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.annotation.label_codes import FindingCode
from app.simulator.difficulty import PRESETS
from app.simulator.simulate import CaseSeed, SimulatedScan, simulate
from benchmarks.realism_measures import real_counts

Grey = NDArray[np.uint8]
TRIAL = PRESETS["trial"]
SEED = 77
_CAPTION, _GAP, _LETTERS = 28, 4, 10
"""Height of a line above a picture and room beside it, pixels before zooming; letters after it."""


def grey(view: NDArray[np.generic], upper: float) -> Grey:
    """Inverse grey with lower level 0, uint8."""
    return (255 * (1 - np.clip(view.astype(np.float32) / upper, 0, 1))).astype(np.uint8)


def pair(scan: SimulatedScan) -> Grey:
    """Both views beside each other, cropped to the body."""
    rows = np.flatnonzero(scan.labels.organ.any(axis=(0, 2)))
    first, last = max(rows[0] - 10, 0), min(rows[-1] + 10, 1024)
    body = scan.counts[:, first:last]
    upper = float(np.percentile(body[scan.labels.organ[:, first:last] == 1], 99.7))
    return np.concatenate([grey(body[0, :, 18:238], upper), grey(body[1, :, 18:238], upper)], axis=1)


def montage(
    pictures: list[Grey], captions: list[str], path: Path, zoom: float = 0.75, per_row: int = 12
) -> None:
    """Pictures in rows with captions, as an 8-bit PNG."""
    size = np.max([picture.shape for picture in pictures], axis=0)
    cell = (int(size[0]) + _CAPTION, int(size[1]) + 2 * _GAP)
    down = -(-len(pictures) // per_row)
    image = Image.new("L", (cell[1] * min(per_row, len(pictures)), cell[0] * down), 255)
    draw = ImageDraw.Draw(image)
    for number, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        row, column = divmod(number, per_row)
        x, y = column * cell[1] + _GAP, row * cell[0]
        draw.text((x + 4, y + 4), caption, fill=60, font_size=_LETTERS / zoom)
        image.paste(Image.fromarray(picture), (x, y + _CAPTION))
    small = image.resize((round(image.width * zoom), round(image.height * zoom)), Image.Resampling.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    small.point([round(round(v / 255 * 23) * 255 / 23) for v in range(256)]).save(path, optimize=True)


def searched(ill: bool, wanted: Callable[[SimulatedScan], bool], number: int) -> Iterator[SimulatedScan]:
    """The first scans of a fixed series that are wanted."""
    found = 0
    for patient in range(400):
        scan = simulate(CaseSeed(SEED, patient, ill, TRIAL))
        if wanted(scan):
            yield scan
            found += 1
        if found == number:
            return


def describe(scan: SimulatedScan) -> str:
    """Sex, age and what there is to see."""
    number = len(scan.metastases)
    what = f"{number} metastas{'i' if number == 1 else 'e'}s" if scan.seed.ill else "normal"
    if scan.superscan:
        what = "superscan"
    return f"{scan.patient.sex} {scan.patient.age:.0f} y, {what}"


def _moved_much(scan: SimulatedScan) -> bool:
    motion = scan.artefacts.motion
    return motion is not None and abs(motion.shift_pixels) > 4 and 0.4 < motion.share < 0.6


def _kinds(scan: SimulatedScan) -> set[FindingCode]:
    return {finding.focus.plan.lesion_class for finding in scan.findings}


def write_all(folder: Path) -> None:
    """Write every picture of the documentation; simulated scans only."""
    groups: dict[str, list[SimulatedScan]] = {
        "normals": list(searched(False, lambda _: True, 4)),
        "metastases": [
            *searched(True, lambda s: len(s.metastases) == 1, 1),
            *searched(True, lambda s: 3 <= len(s.metastases) <= 6, 1),
            *searched(True, lambda s: len(s.metastases) > 20 and not s.superscan, 1),
            *searched(True, lambda s: s.superscan, 1),
        ],
        "artefacts": [
            *searched(False, lambda s: bool(s.artefacts.metal), 1),
            *searched(False, _moved_much, 1),
            *searched(False, lambda s: FindingCode.ARTEFACT in _kinds(s), 1),
            *searched(False, lambda s: sum(f.focus.plan.kind == "rib fracture" for f in s.findings) > 2, 1),
        ],
    }
    for name, scans in groups.items():
        captions = [describe(scan) for scan in scans]
        if name == "artefacts":
            captions = ["metal", "motion", "prosthesis", "rib fractures"]
        montage([pair(scan) for scan in scans], captions, folder / f"simulator_{name}.png", 0.62)
    twelve = [simulate(CaseSeed(SEED, patient, ill, TRIAL)) for ill in (False, True) for patient in range(6)]
    captions = [describe(scan) for scan in twelve]
    montage([pair(scan) for scan in twelve], captions, folder / "simulator_twelve.png", 0.42, per_row=6)
    first = next(searched(True, lambda s: 5 <= len(s.metastases) <= 15 and not s.superscan, 1)).seed
    second = simulate(replace(first, visit=1))
    captions = ["first visit", f"second visit: {second.course.value}"]
    montage([pair(simulate(first)), pair(second)], captions, folder / "simulator_follow_up.png", 0.7)


def beside_real(path: Path) -> None:
    """Simulated normals beside the real scan (anterior views)."""
    real = real_counts()
    pictures, captions = [], []
    if real is not None:
        pictures.append(grey(real[80:870], float(np.percentile(real[real > 2], 99))))
        captions.append("real")
    for scan in searched(False, lambda _: True, 3):
        pictures.append(pair(scan))
        captions.append("simulated, " + describe(scan))
    montage(pictures, captions, path, 0.9)
