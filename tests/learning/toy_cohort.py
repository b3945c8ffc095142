"""A folder of toy scans with truth.csv, as a hospital would have it: no simulator, masks where asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.learning.recipe import LabelMaps
from tests.learning.toy_scans import SPOTS, toy_labels
from tests.scan.nm_files import toy_counts, write_nm


def toy_cohort(
    folder: Path, scans: int = 12, per_patient: int = 1, first: int = 0, labels: bool = False
) -> Path:
    """Write scans, numbered from `first`, every other patient ill, truth.csv, and label maps of all."""
    (folder / "scans").mkdir(parents=True)
    rows = ["case,patient,truth"]
    for number in range(first, first + scans):
        patient = number // per_patient
        ill = patient % 2 == 1
        pair = toy_counts(np.random.default_rng(number), SPOTS if ill else ())
        write_nm(folder / "scans" / f"T{number:03}.dcm", *pair, PatientID=f"P{patient:03}")
        rows.append(f"T{number:03},P{patient:03},{int(ill)}")
        if labels:
            write_maps(folder / "labels" / f"T{number:03}.npz", toy_labels(ill))
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def write_maps(path: Path, labels: LabelMaps) -> None:
    """Label maps as simulated cohorts have them; every bone is of one region."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lesion, organ = (np.stack(list(maps.values())) for maps in (labels.lesion, labels.organ))
    np.savez_compressed(path, lesion=lesion, organ=organ, region=np.ones_like(lesion))
