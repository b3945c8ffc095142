"""How well an installed model draws, on scans whose truth is known.

python -m benchmarks.segmentation COHORT [--model NAME] [--scans N]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from app.annotation.classes import BLADDER, METASTASIS
from app.annotation.drawn import LEAST_PIXELS
from app.learning.predict import open_predictor
from app.learning.segment import drawing_model, drawn_threshold
from app.learning.segmentation_metrics import (
    LesionCounts,
    PixelCounts,
    lesion_counts,
    patient_dice,
    pixel_counts,
)
from app.scan.scan import ViewName
from benchmarks.detector import cases
from benchmarks.table import Row, print_table

LEVELS = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
BLADDER_CODE = 4


def measure(cohort: Path, scans: int, name: str) -> list[Row]:
    """Pixels, patients and lesions of metastasis at several levels, pixels of the bladder, and time."""
    model = drawing_model(name)
    predictor = open_predictor(model)
    levels = sorted({*LEVELS, drawn_threshold(model)})
    pixels: dict[float, list[PixelCounts]] = {level: [] for level in levels}
    lesions = dict.fromkeys(levels, LesionCounts())
    bladder: list[PixelCounts] = []
    seconds: list[float] = []
    for scan, maps in cases(cohort, scans):
        begun = time.perf_counter()
        planes = predictor.predict(scan, attention=False).planes
        seconds.append(time.perf_counter() - begun)
        views = list(ViewName)
        drawn = np.stack([planes[METASTASIS][view] for view in views])
        numbers = np.where(maps["lesion"] == 1, maps["finding"], 0)
        for level in levels:
            pixels[level].append(pixel_counts(maps["lesion"] == 1, drawn >= level))
            lesions[level] += lesion_counts(numbers, drawn >= level, LEAST_PIXELS)
        if BLADDER in planes:
            there = np.stack([planes[BLADDER][view] for view in views])
            level = drawn_threshold(model, BLADDER)
            bladder.append(pixel_counts(maps["organ"] == BLADDER_CODE, there >= level))
    rows = [Row("model", f"{model.name} {model.version}, {len(seconds)} simulated scans of {cohort.name}")]
    for level in levels:
        pooled = sum(pixels[level], PixelCounts())
        mean = patient_dice(pixels[level])
        found = lesions[level]
        rows.append(
            Row(
                f"metastasis at {level:g}" + (" (as drawn)" if level == drawn_threshold(model) else ""),
                f"pooled Dice {_text(pooled.dice)}, mean of {mean.patients} patients {_text(mean.mean)}, "
                f"pixel precision {_text(pooled.precision)}, sensitivity {_text(pooled.sensitivity)}; "
                f"lesions met {_text(found.sensitivity)} of {found.lesions} at "
                f"{_text(found.false_per_scan)} false parts a scan",
            )
        )
    if bladder:
        pooled, mean = sum(bladder, PixelCounts()), patient_dice(bladder)
        rows.append(
            Row("bladder", f"pooled Dice {_text(pooled.dice)}, mean of {mean.patients} {_text(mean.mean)}")
        )
    rows.append(Row("prediction with planes, median", f"{np.median(seconds):.3f} s a scan"))
    return rows


def _text(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--scans", type=int, default=100)
    chosen = parser.parse_args()
    print_table(measure(chosen.cohort, chosen.scans, chosen.model))


if __name__ == "__main__":
    main()
