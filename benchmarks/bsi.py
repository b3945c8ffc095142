"""The atlas-area bone-scan index beside the true one from volumes, on simulated scans.

python -m benchmarks.bsi COHORT [COHORT …]     cohorts of `scintiread simulate`
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from app.annotation.formats import simulator_labels
from app.annotation.masks import label_mask
from app.quantification.bsi import bone_scan_index
from app.quantification.pabs import pabs_percent
from app.scan.scan import ViewName
from benchmarks.table import Row, print_table

LEAST, MOST = 0.1, 13.0
"""Per cent; the range over which such indices are compared (J Nucl Med 2016;57:41)."""


def pairs(cohort: Path) -> list[tuple[float, float, float]]:
    """True index, atlas-area index and %PABS of the ill scans of a cohort."""
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["case"]: float(row["involvement_percent"]) for row in csv.DictReader(file)}
    found = []
    for case, files in simulator_labels.cases(cohort / "labels").items():
        if truth[case] <= 0:
            continue
        labels = simulator_labels.read(case, files)
        lesions = {
            view: label_mask(labels.annotation, view, "metastasis", labels.shape(view)) for view in ViewName
        }
        pabs = pabs_percent(lesions, labels.bones)
        found.append((truth[case], bone_scan_index(lesions, labels.bones).percent, pabs or 0.0))
    return found


def main(cohorts: list[str]) -> None:
    """Print regression and correlation."""
    values = np.array([row for cohort in cohorts for row in pairs(Path(cohort))])
    values = values[(values[:, 0] >= LEAST) & (values[:, 0] <= MOST)]
    true, flat, pabs = values.T
    slope, intercept = np.polyfit(true, flat, 1)
    middle = (true + flat) / 2
    rows = [
        Row("scans with a true index of 0.1 to 13 %", f"{len(true)}, {true.min():.2f} to {true.max():.2f} %"),
        Row(
            "atlas-area BSI = a + b × true BSI",
            f"{intercept:.2f} + {slope:.2f} × (r = {np.corrcoef(true, flat)[0, 1]:.3f})",
        ),
        Row(
            "difference: mean, standard deviation",
            f"{(flat - true).mean():.2f}, {(flat - true).std(ddof=1):.2f} %",
        ),
        Row("difference relative to the mean of both, median", f"{np.median((flat - true) / middle):.0%}"),
        Row("%PABS and true BSI, correlation", f"r = {np.corrcoef(true, pabs)[0, 1]:.3f}"),
    ]
    print_table(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
