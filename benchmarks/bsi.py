"""The atlas-area bone-scan index beside the true one from volumes, on simulated scans.

python -m benchmarks.bsi COHORT [COHORT …]     cohorts of `scintiread simulate`
python -m benchmarks.bsi --make COHORT         makes one with heavy disease, for the upper half of the range

Both the true bone regions and those fitted to the scan are used; the lesions are the true ones.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.annotation.formats import simulator_labels
from app.annotation.masks import label_mask
from app.quantification.bsi import bone_scan_index
from app.quantification.pabs import pabs_percent
from app.quantification.registration.bone_fit import fit_bones
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.workflows.simulator.simulate import make_cohort
from benchmarks.table import Row, print_table

LEAST, MOST = 0.1, 13.0
"""Per cent; the range over which such indices are compared (J Nucl Med 2016;57:41)."""
RANGES = ((LEAST, MOST), (LEAST, 1.0), (1.0, 3.0), (3.0, MOST))


def make(cohort: Path, size: float, extent: float, scans: int, seed: int) -> None:
    """Ill patients with lesions `size` times as large, `extent` times as often diffuse."""
    heavy = replace(preset("trial", 1.0), extent=extent, size=size, solitary=0.0)
    make_cohort(Cohort(scans, heavy, seed, "trial", False), cohort)


def values(cohort: Path) -> Iterator[tuple[float, float, float, float, float]]:
    """True index, index by true and by fitted regions, true and fitted %PABS, of scans in the range."""
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["case"]: float(row["involvement_percent"]) for row in csv.DictReader(file)}
    for case, files in simulator_labels.cases(cohort / "labels").items():
        if not LEAST <= truth[case] <= MOST:
            continue
        labels = simulator_labels.read(case, files)
        lesions = {
            view: label_mask(labels.annotation, view, "metastasis", labels.shape(view)) for view in ViewName
        }
        fitted = fit_bones(read_scan(cohort / "scans" / f"{case}.dcm")).maps
        indices = [bone_scan_index(lesions, bones).percent for bones in (labels.bones, fitted)]
        covered = [pabs_percent(lesions, bones) or 0.0 for bones in (labels.bones, fitted)]
        yield truth[case], indices[0], indices[1], covered[0], covered[1]


def agreement(
    name: str, true: NDArray[np.float64], flat: NDArray[np.float64], of: str = "true BSI"
) -> Iterator[Row]:
    """Regression and limits of agreement (Bland & Altman 1986, Lancet 327:307), also by range."""
    for least, most in RANGES:
        inside = (true >= least) & (true <= most)
        x, y = true[inside], flat[inside]
        if x.size < 5:
            continue
        slope, intercept = np.polyfit(x, y, 1)
        bias, spread = float((y - x).mean()), 1.96 * float((y - x).std(ddof=1))
        yield Row(
            f"{name}, {least:g} to {most:g} %, {x.size} scans",
            f"{intercept:.2f} + {slope:.2f} × {of}, r = {np.corrcoef(x, y)[0, 1]:.3f}; "
            f"difference {bias:+.2f} %, limits {bias - spread:+.2f} to {bias + spread:+.2f} %",
        )


def main() -> None:
    """Make a cohort, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohorts", type=Path, nargs="*")
    parser.add_argument("--make", type=Path)
    parser.add_argument("--size", type=float, default=2.5)
    parser.add_argument("--extent", type=float, default=3.0)
    parser.add_argument("--scans", type=int, default=40)
    parser.add_argument("--seed", type=int, default=905)
    chosen = parser.parse_args()
    if chosen.make:
        make(chosen.make, chosen.size, chosen.extent, chosen.scans, chosen.seed)
        return
    table = np.array([row for cohort in chosen.cohorts for row in values(cohort)])
    true, by_truth, by_fit, pabs, pabs_fit = table.T
    print_table(
        [
            *agreement("BSI with the true regions", true, by_truth),
            *agreement("BSI with the fitted regions", true, by_fit),
            Row("BSI fitted over BSI with the true regions, median", f"{np.median(by_fit / by_truth):.2f}"),
            Row("%PABS and true BSI, correlation", f"r = {np.corrcoef(true, pabs)[0, 1]:.3f}"),
            *agreement("%PABS with the fitted regions", pabs, pabs_fit, "%PABS with the true regions"),
        ]
    )


if __name__ == "__main__":
    main()
