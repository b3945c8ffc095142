"""A simulated cohort as public pictures of it: every other scan cropped, resized and clipped to 8 bit.

python -m benchmarks.degraded_cohort COHORT OUT

Thresholds are chosen on such a cohort, since a model meets files of both kinds.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image

from app.annotation.geometry import Mask
from app.scan.read import read_scan
from app.scan.window import body_mask
from benchmarks.beside_real.degraded import COLS, ROWS, box_of, degraded

_SPACING_MM = 2.45
"""Of the grid: a body of 1.7 m fills its 692 rows."""


def degrade(cohort: Path, out: Path) -> int:
    """Write the cohort to `out`; gives the number of scans that are pictures now."""
    for folder in ("scans", "labels"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    facts = json.loads((cohort / "cohort.json").read_text(encoding="utf-8"))
    facts["degraded"] = "every other scan cropped, resized and clipped to 8 bit"
    (out / "cohort.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    files = sorted((cohort / "scans").glob("*.dcm"))
    for number, file in enumerate(files):
        labels = cohort / "labels" / f"{file.stem}.npz"
        if number % 2:
            shutil.copy(file, out / "scans" / file.name)
            shutil.copy(labels, out / "labels" / labels.name)
        else:
            _picture(file, labels, out, number)
    shutil.copy(cohort / "truth.csv", out / "truth.csv")  # last: with it the cohort is whole
    return (len(files) + 1) // 2


def _picture(file: Path, labels: Path, out: Path, number: int) -> None:
    rng = np.random.default_rng(number)
    scan = read_scan(file)
    bodies = [body_mask(view.counts) for view in scan.views]
    frames = np.stack([degraded(view.counts, rng) for view in scan.views]).astype("<u2")
    dataset = pydicom.dcmread(file)
    dataset.Rows, dataset.Columns = frames.shape[1:]
    dataset.PixelSpacing = [_SPACING_MM, _SPACING_MM]
    dataset.CountsAccumulated = int(frames.sum())
    dataset.PixelData = frames.tobytes()
    dataset.save_as(out / "scans" / file.name)
    with np.load(labels) as archive:
        maps = {name: _like(archive[name], bodies) for name in archive.files}
    np.savez_compressed(out / "labels" / labels.name, **maps)


def _like(maps: NDArray[np.uint8], bodies: list[Mask]) -> NDArray[np.uint8]:
    """Label maps (2, rows, cols) cropped and resized as the pictures are, nearest neighbour."""
    return np.stack(
        [
            np.asarray(
                Image.fromarray(view[box_of(view.shape, body)]).resize((COLS, ROWS), Image.Resampling.NEAREST)
            )
            for view, body in zip(maps, bodies, strict=True)
        ]
    )


def main() -> None:
    """Degrade a cohort."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("cohort", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    print(f"{degrade(chosen.cohort, chosen.out)} scans are pictures now: {chosen.out}")


if __name__ == "__main__":
    main()
