"""How real simulated scans look: every acceptance figure, printed by one command, and pictures.

python -m benchmarks.realism [--scans 400] [--observer 500] [--pictures docs/pictures]
                             [--beside-real FILE.png]

`--observer 0` leaves out the hand-made observer, which takes the longest and needs scikit-learn.

Ratios stand beside those of one real lossless whole-body scan (GE), an example, not a norm: bone stands out
less from soft tissue there than on the real scans of `benchmarks.beside_real`, which the simulator follows
where the two disagree. Scores on simulated scans say nothing about patients. `--beside-real` writes a picture
with the real scan, which is not ours to publish.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.quantification.bones import bone_table
from app.simulator.cohort import Cohort
from app.simulator.dicom import dicom_bytes
from app.simulator.difficulty import preset
from app.simulator.simulate import simulate
from benchmarks import observer, realism_pictures
from benchmarks.realism_measures import (
    REAL_RATIOS,
    edge_spread,
    noise_of_image,
    noise_of_simulation,
    ratios_of_simulation,
    real_counts,
    real_ratios,
)
from benchmarks.simulate import speed
from benchmarks.table import Row, print_table

SEED = 2024
OBSERVER_SEED = 100
TABLE_3 = {"spine": 220, "pelvis": 196, "rib": 184, "femur": 98, "scapula": 57, "other": 78}
"""Patients with the region involved, of 280 (Liu S et al., Cancer Management and Research, Table 3)."""


@dataclass(frozen=True)
class Case:
    """What is kept of one simulated case."""

    ill: bool
    ratios: dict[str, float]
    variance: float
    variance_neighbours: float
    regions: frozenset[str]
    lesions: dict[str, float]
    nuisance: dict[str, float]


def one(cohort: Cohort, index: int) -> Case:
    """Simulate and measure one case."""
    scan = simulate(cohort.case_seed(index))
    counts = scan.counts.astype(np.float32)
    file = dicom_bytes(cohort, index, scan)
    clear = scan.expected > 3
    numbers = {key: value for key, value in asdict(scan.patient).items() if isinstance(value, float)}
    nuisance = {
        "age": scan.patient.age,
        "height": numbers["height"],
        "total counts": float(counts[0].sum()),
        "anterior : posterior": float(counts[0].sum() / counts[1].sum()),
        "background": float(counts[~clear].mean()),
        "thigh counts": ratios_of_simulation(scan)["reference"],
        "file size": float(len(file)),
        "dose": scan.record.activity_mbq,
        "speed": scan.record.velocity_mm_s,
        "time of day": scan.record.started.hour + scan.record.started.minute / 60,
        "day": float(scan.record.started.toordinal()),
        "benign findings": float(len(scan.findings) - len(scan.metastases)),
        "case number": float(index),
    }
    return Case(
        ill=scan.seed.ill,
        ratios=ratios_of_simulation(scan),
        variance=noise_of_simulation(scan),
        variance_neighbours=noise_of_image(counts[0])[0],
        regions=frozenset(bone_table().of(f.focus.region).report for f in scan.metastases),
        lesions={
            "number": len(scan.metastases),
            "bsi": scan.involvement_percent,
            "cnr": scan.max_cnr,
            "superscan": float(scan.superscan),
        },
        nuisance=nuisance,
    )


def auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Area under the ROC curve."""
    from scipy.stats import rankdata

    ranks, n1 = rankdata(score), int(truth.sum())
    return float((ranks[truth].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(truth) - n1)))


def rows_of(cases: list[Case]) -> list[Row]:
    """The table of everything that is measured on the cohort."""
    rows = []
    truth = np.array([case.ill for case in cases])
    normals = [case for case in cases if not case.ill]
    here = real_ratios() or {}
    for name, real in REAL_RATIOS.items():
        values = np.array([case.ratios[name] for case in normals])
        values = values[np.isfinite(values)]  # a narrow shaft has no inside
        share = np.median(values) / real
        rows.append(
            Row(
                f"normals: {name} : thigh",
                f"{np.median(values):.1f} ({np.percentile(values, 10):.1f}-{np.percentile(values, 90):.1f}), "
                f"{100 * (share - 1):+.0f} %",
                f"one GE scan {real:.1f}" + (f"; our boxes on the file {here[name]:.1f}" if here else ""),
            )
        )
    for name, low, high in (("frame mean", 7, 14), ("body share", 0.38, 0.46), ("body median", 15, 35)):
        values = np.array([case.ratios[name] for case in normals])
        rows.append(Row(f"normals: {name}", f"{np.median(values):.2f} (median)", f"the GE scan {low}-{high}"))
    rows.append(Row("variance : mean, flat patches", _span([c.variance for c in cases]), "0.95-1.05"))
    label = "var(Δ) : 2·mean of neighbouring pixels"
    real_scan = real_counts()
    beside = f"; real {noise_of_image(real_scan)[0]:.3f}" if real_scan is not None else ""
    rows.append(Row(label, _span([c.variance_neighbours for c in cases]) + beside, "0.95-1.05"))
    rows += [
        Row(f"edge spread at {cm:.0f} cm: FWHM", f"{found:.2f} mm", f"{due:.2f} mm")
        for cm, found, due in edge_spread()
    ]
    ill = [case for case in cases if case.ill and not case.lesions["superscan"]]
    involved = {name: sum(name in case.regions for case in ill) for name in TABLE_3}
    total = sum(involved.values())
    for name, number in TABLE_3.items():
        mine, theirs = involved[name] / total, number / sum(TABLE_3.values())
        rows.append(
            Row(
                f"region {name}: share of involvements, of patients",
                f"{mine:.3f} ({100 * (mine / theirs - 1):+.0f} %), {involved[name] / len(ill):.2f}",
                f"{theirs:.3f}, {number / 280:.2f}",
            )
        )
    numbers = np.array([case.lesions["number"] for case in ill])
    rows.append(
        Row(
            "lesions per ill patient: mean up to 20, share with one, with more than 20",
            f"{numbers[numbers <= 20].mean():.1f}, {(numbers == 1).mean():.2f}, {(numbers > 20).mean():.2f}",
            "5-6, -, 0.12",
        )
    )
    bsi = np.array([case.lesions["bsi"] for case in ill])
    rows.append(
        Row(
            "true 3-D involvement, per cent: median, 95th",
            f"{np.median(bsi):.2f}, {np.percentile(bsi, 95):.2f}",
            "0.1-13",
        )
    )
    cases = [case for case in cases if not case.lesions["superscan"]]  # a superscan pales soft tissue, truly
    truth = np.array([case.ill for case in cases])
    noise = 1.96 * np.sqrt((len(cases) + 1) / (12 * truth.sum() * (~truth).sum()))
    for name in cases[0].nuisance:
        value = auc(truth, np.array([case.nuisance[name] for case in cases]))
        rows.append(Row(f"shortcut: {name}, AUC", f"{value:.3f}", f"0.5 ± {noise:.3f}"))
    return rows


def validated(cohort: Cohort, scans: int = 40) -> Row:
    """How many files of the cohort the validator of dicom3tools finds an error in."""
    label = f"dciodvfy (dicom3tools): files of {scans} with an error"
    program = shutil.which("dciodvfy")
    if program is None:
        return Row(label, "not measured: dicom3tools are not installed", "0")
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "scan.dcm"
        for index in range(scans):
            file.write_bytes(dicom_bytes(cohort, index, simulate(cohort.case_seed(index))))
            said = subprocess.run([program, str(file)], capture_output=True, text=True, check=False)
            wrong += any(line.startswith("Error") for line in (said.stdout + said.stderr).splitlines())
    return Row(label, str(wrong), "0")


def observed(scans: int) -> list[Row]:
    """How hard the default cohort is for the hand-made observer."""
    command = f"python -m benchmarks.observer --scans {scans or 500}"
    if not scans or find_spec("sklearn") is None:
        why = "needs scikit-learn" if scans else "left out"
        return [Row("hand-made observer: AUC", f"not measured ({why}): {command}", "0.85-0.95")]
    return observer.measure(Cohort(scans, preset("trial"), seed=OBSERVER_SEED))


def _span(values: list[float]) -> str:
    """Mean and extremes over the scans that have such places at all."""
    found = np.array(values)[np.isfinite(values)]
    return f"{found.mean():.3f} ({found.min():.3f}-{found.max():.3f}), {len(found)} scans"


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=400)
    parser.add_argument("--observer", type=int, default=500, metavar="SCANS")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--beside-real", type=Path)
    chosen = parser.parse_args()
    if chosen.pictures:
        realism_pictures.write_all(chosen.pictures)
    if chosen.beside_real:
        realism_pictures.beside_real(chosen.beside_real)
    cohort = Cohort(chosen.scans, preset("trial"), seed=SEED)
    with ProcessPoolExecutor(2) as pool:
        cases = list(pool.map(one, [cohort] * chosen.scans, range(chosen.scans), chunksize=8))
    print_table([*rows_of(cases), speed(), validated(cohort), *observed(chosen.observer)])


if __name__ == "__main__":
    main()
