"""What a cohort leaves on the disk for each case: the scan, the label maps, and its rows of the tables."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np

from app.annotation.report_regions import REPORT_REGIONS
from app.files import write_whole
from app.quantification.bones import bone_table
from app.simulator.cohort import Cohort
from app.simulator.dicom import dicom_bytes
from app.simulator.patches import Shadow
from app.simulator.simulate import SimulatedScan, simulate
from app.simulator.truth import SimulatedFinding

Row = dict[str, str]
AGAIN = "Make room, then run the same command again: it goes on where it stopped."
"""What to do when the disk refuses."""
TRUTH_COLUMNS = (
    "case", "patient", "truth", "eod", "n_lesions", "regions", "max_cnr", "age", "sex", "visit", "days",
    "course", "superscan", "involvement_percent", "n_benign", "height_cm", "bmi", "counts_anterior",
    "counts_posterior",
)  # fmt: skip
LESION_COLUMNS = (
    "case", "finding", "kind", "class", "malignant", "region", "side", "report_region", "x_cm", "y_cm",
    "z_cm", "radius_cm", "contrast", "volume_cm3", "cnr_anterior", "cnr_posterior", "pixels_anterior",
    "pixels_posterior", "row_anterior", "column_anterior", "row_posterior", "column_posterior",
)  # fmt: skip


def scan_path(out: Path, case: str) -> Path:
    """Where the DICOM file of a case lies."""
    return out / "scans" / f"{case}.dcm"


def labels_path(out: Path, case: str) -> Path:
    """Where the label maps of a case lie."""
    return out / "labels" / f"{case}.npz"


def make_case(out: Path, cohort: Cohort, index: int) -> tuple[Row, list[Row]]:
    """Simulate a case, write its files, and return its row of `truth.csv` and its rows of `lesions.csv`.

    Raises AppError when the disk refuses; no half-written file is left.
    """
    scan = simulate(cohort.case_seed(index))
    case = cohort.case_name(index)
    write_whole(scan_path(out, case), dicom_bytes(cohort, index, scan), AGAIN)
    write_whole(labels_path(out, case), label_bytes(scan), AGAIN)
    return truth_row(cohort, index, scan), [lesion_row(case, finding) for finding in scan.findings]


def label_bytes(scan: SimulatedScan) -> bytes:
    """The label maps as a compressed NumPy archive: lesion, region, organ, finding; uint8 (2, rows, cols)."""
    maps, buffer = scan.labels, BytesIO()
    np.savez_compressed(
        buffer, lesion=maps.lesion, region=maps.region, organ=maps.organ, finding=maps.finding
    )
    return buffer.getvalue()


def truth_row(cohort: Cohort, index: int, scan: SimulatedScan) -> Row:
    """The row of one case in `truth.csv`, as text."""
    involved = {bone_table().of(finding.focus.region).report for finding in scan.metastases}
    values = (
        cohort.case_name(index), cohort.patient_id(index), int(scan.seed.ill), scan.eod, len(scan.metastases),
        ";".join(name for name in REPORT_REGIONS if name in involved), f"{scan.max_cnr:.1f}",
        int(scan.patient.age), scan.patient.sex, scan.seed.visit + 1, scan.record.days,
        scan.course.value, int(scan.superscan),
        f"{scan.involvement_percent:.4f}", len(scan.findings) - len(scan.metastases),
        f"{scan.patient.height:.1f}", f"{scan.patient.bmi:.1f}", int(scan.counts[0].sum()),
        int(scan.counts[1].sum()),
    )  # fmt: skip
    return {name: str(value) for name, value in zip(TRUTH_COLUMNS, values, strict=True)}


def lesion_row(case: str, finding: SimulatedFinding) -> Row:
    """The row of one finding in `lesions.csv`, as text; empty where a view does not show it."""
    plan, region = finding.focus.plan, bone_table().of(finding.focus.region)
    anterior, posterior = (_shown(shadow) for shadow in finding.shadows)
    values = (
        case, finding.number, plan.kind, plan.lesion_class.title, int(finding.malignant), region.name,
        region.side, region.report, *(f"{value:.2f}" for value in plan.centre), f"{plan.radius:.2f}",
        f"{plan.contrast:.2f}", f"{finding.focus.volume_cm3:.3f}",
        anterior[0], posterior[0], anterior[1], posterior[1],
        anterior[2], anterior[3], posterior[2], posterior[3],
    )  # fmt: skip
    return {name: str(value) for name, value in zip(LESION_COLUMNS, values, strict=True)}


def _shown(shadow: Shadow | None) -> tuple[str, str, str, str]:
    """CNR, pixels, and row and column of the middle of the mask."""
    if shadow is None or not shadow.mask.any():
        return "0.0", "0", "", ""
    rows, cols = np.nonzero(shadow.mask)
    row, col = shadow.patch.rows.start + rows.mean(), shadow.patch.cols.start + cols.mean()
    return f"{shadow.cnr:.1f}", str(len(rows)), f"{row:.1f}", f"{col:.1f}"
