"""What the detector without a model finds: sensitivity and false marks per scan on simulated scans.

python -m benchmarks.detector COHORT [--scans N]     measures on the first scans of a cohort of `simulate`
python -m benchmarks.detector COHORT --write         makes the table of usual uptake from its normal scans
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from app import paths
from app.annotation.geometry import to_mask
from app.quantification import detector
from app.quantification.bone_atlas import COLS, ROWS, places
from app.quantification.usual_uptake import FILE, encoded
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from benchmarks.table import Row, print_table

_PERCENTILE = 90
_LEAST_BODIES = 8


def cases(
    cohort: Path, scans: int, normal_only: bool = False
) -> Iterator[tuple[Scan, dict[str, np.ndarray]]]:
    """Scans with their label maps, (2, rows, cols) each."""
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if not (normal_only and row["truth"] != "0")]
    for row in rows[:scans]:
        with np.load(cohort / "labels" / f"{row['case']}.npz") as archive:
            maps = {name: archive[name] for name in ("lesion", "finding", "organ")}
        yield read_scan(cohort / "scans" / f"{row['case']}.dcm"), maps


def make(cohort: Path, scans: int) -> np.ndarray:
    """The 90th percentile over normal bodies of each cell's highest counts, uint8 (2, ROWS, COLS)."""
    peaks: list[list[np.ndarray]] = [[], []]
    for scan, maps in cases(cohort, scans, normal_only=True):
        for number, view in enumerate(ViewName):
            seen = detector.look(scan.view(view)) if scan.view(view) else None
            if seen is None:
                continue
            y, x = np.nonzero(seen.body & (maps["lesion"][number] == 0))
            cell = places(seen.body, seen.axis, x + 0.5, y + 0.5)
            peak = np.zeros((ROWS, COLS), np.float32)
            np.maximum.at(peak, cell, seen.smooth[y, x] / seen.usual)
            peaks[number].append(peak)
    made = []
    for stack in (np.stack(each) for each in peaks):
        seen_in = (stack > 0).sum(axis=0)
        filled = np.where(stack > 0, stack, np.nan)
        with np.errstate(all="ignore"):
            usual = np.nan_to_num(np.nanpercentile(filled, _PERCENTILE, axis=0), nan=50.0)
        made.append(np.where(seen_in >= _LEAST_BODIES, usual, 50.0))
    return encoded(np.stack(made).astype(np.float32))


def measure(cohort: Path, scans: int) -> list[Row]:
    """Metastases met by a mark, marks on benign findings and on nothing, and time."""
    hit = there = benign = false = normal_false = normals = number = 0
    seconds = 0.0
    for scan, maps in cases(cohort, scans):
        begun = time.process_time()
        regions = detector.detect(scan)
        seconds += time.process_time() - begun
        number += 1
        wanted = set(maps["finding"][maps["lesion"] == 1].tolist())
        found, empty = set(), 0
        for region in regions:
            place = list(ViewName).index(region.view)
            inside = to_mask(region.vertices, maps["lesion"].shape[1:])
            classes = maps["lesion"][place][inside]
            if (classes == 1).any():
                found |= set(maps["finding"][place][inside][classes == 1].tolist())
            elif (classes > 0).any():
                benign += 1
            else:
                empty += 1
        hit, there, false = hit + len(found), there + len(wanted), false + empty
        if not wanted:
            normals, normal_false = normals + 1, normal_false + empty
    return [
        Row("Detector without a model: metastases marked", f"{hit / max(there, 1):.1%} of {there}"),
        Row("marks on nothing, per scan", f"{false / number:.2f} of {number} scans"),
        Row("the same on scans without metastases", f"{normal_false / max(normals, 1):.2f} of {normals}"),
        Row("marks on benign findings, per scan", f"{benign / number:.2f}"),
        Row("processor time, s per scan", f"{seconds / number:.2f}"),
    ]


def main() -> None:
    """Make or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--scans", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.write:
        made = make(chosen.cohort, chosen.scans)
        Image.fromarray(made.reshape(2 * ROWS, COLS)).save(paths.resources() / FILE, optimize=True)
    else:
        print_table(measure(chosen.cohort, chosen.scans))


if __name__ == "__main__":
    main()
