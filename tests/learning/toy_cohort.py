"""A folder of toy scans with truth.csv, as a hospital would have it: no simulator, no masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.learning.toy_scans import SPOTS
from tests.scan.nm_files import toy_counts, write_nm


def toy_cohort(folder: Path, scans: int = 12, per_patient: int = 1, first: int = 0) -> Path:
    """Write scans, numbered from `first`, every other patient ill, and truth.csv."""
    (folder / "scans").mkdir(parents=True)
    rows = ["case,patient,truth"]
    for number in range(first, first + scans):
        patient = number // per_patient
        ill = patient % 2 == 1
        pair = toy_counts(np.random.default_rng(number), SPOTS if ill else ())
        write_nm(folder / "scans" / f"T{number:03}.dcm", *pair, PatientID=f"P{patient:03}")
        rows.append(f"T{number:03},P{patient:03},{int(ill)}")
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
