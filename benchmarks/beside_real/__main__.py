"""Simulated scans beside real ones that are degraded alike: ratios, sides, proportions, texture, boosting.

python -m benchmarks.beside_real --cohort DIR [--csv OUT.csv] [--montage OUT.png] [--cnn]

The real scans are not distributed; without them the distributions of the simulated ones are printed alone. A
montage shows real scans: it is written where told and never belongs into the repository.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.beside_real import montage
from benchmarks.beside_real.compare import Compared, compared, markdown
from benchmarks.beside_real.degraded import Pair, real_pairs, simulated_pairs
from benchmarks.beside_real.features import features, table
from benchmarks.beside_real.two_samples import boosted

KINDS = ("ratio", "side", "shape", "texture")
TWENTY = (
    *(f"anterior: ratio: {place}" for place in (
        "skull vault", "face", "jaw", "manubrium", "sternoclavicular", "shoulder, hottest", "iliac rim",
        "hip", "knee", "tibia, hottest", "foot, hottest", "bladder", "soft tissue, thigh")),
    *(f"posterior: ratio: {place}" for place in (
        "ribs", "upper T spine", "L spine", "sacrum", "SI joint", "kidney", "soft tissue, abdomen")),
)  # fmt: skip
"""The ratios by which the simulator is accepted."""


def measured(pair: Pair) -> dict[str, float]:
    """The numbers of one scan."""
    return features(pair.anterior, pair.posterior)


def kind_of(name: str) -> str:
    """Of a number called "view: kind: place"."""
    return name.split(": ")[1]


def verdict(rows: Sequence[Compared]) -> str:
    """How many numbers of each kind pass."""
    lines = []
    groups = {kind: [row for row in rows if kind_of(row.name) == kind] for kind in KINDS}
    groups["the twenty"] = [row for row in rows if row.name in TWENTY]
    for title, of in groups.items():
        near, covered = sum(row.near for row in of), sum(row.covered for row in of)
        lines.append(
            f"{title}: {near} of {len(of)} real medians within 20 % of simulated, "
            f"{covered} with at least 80 % of real scans inside simulated 5-95 %"
        )
    return "\n".join(lines)


def write_csv(path: Path, names: list[str], pairs: Sequence[Pair], numbers: NDArray[np.float64]) -> None:
    """One row per scan."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["case", "ill", *names])
        for pair, row in zip(pairs, numbers, strict=True):
            rows.writerow([pair.case, int(pair.ill), *(f"{value:.5g}" for value in row)])


def chosen_by(truth: str) -> bool | None:
    """Which scans are compared: of one truth, or all."""
    return {"0": False, "1": True, "both": None}[truth]


def main() -> None:
    """Measure, compare, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cohort", type=Path, required=True, help="folder that `scintiread simulate` made")
    parser.add_argument("--truth", choices=("0", "1", "both"), default="0", help="normals, ill, or both")
    parser.add_argument("--scans", type=int, default=120, help="simulated scans at most")
    parser.add_argument(
        "--cnn", action="store_true", help="a small network tells the kinds apart; needs torch"
    )
    parser.add_argument("--csv", type=Path, help="every number of every scan")
    parser.add_argument("--montage", type=Path, help="a picture of real scans above simulated ones")
    parser.add_argument("--each", type=int, default=4, help="scans of each kind in the montage")
    chosen = parser.parse_args()
    ill = chosen_by(chosen.truth)
    real = list(real_pairs(ill))
    simulated = list(islice(simulated_pairs(chosen.cohort, ill), chosen.scans))
    if chosen.montage:
        montage.write(chosen.montage, real[: chosen.each], simulated[: chosen.each])
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(measured, [*real, *simulated], chunksize=4))
    names, numbers = table(found)
    if chosen.csv:
        write_csv(chosen.csv, names, [*real, *simulated], numbers)
    ours, theirs = numbers[: len(real)], numbers[len(real) :]
    if not real:
        print("The real scans are not here; the simulated ones stand beside themselves.")
        ours = theirs
    rows = compared(names, ours, theirs)
    for kind in KINDS:
        print(f"\n{kind}\n\n{markdown([row for row in rows if kind_of(row.name) == kind])}")
    print(f"\nthe twenty\n\n{markdown([row for row in rows if row.name in TWENTY])}")
    print(f"\n{len(real)} real and {len(simulated)} simulated scans\n{verdict(rows)}")
    if real:
        said = boosted(names, ours, theirs)
        span = f"{said.span[0]:.3f}-{said.span[1]:.3f}"
        print(f"gradient boosting tells real from simulated: AUC {said.auc:.3f} ({span})")
        for name, share, alone in said.telling:
            print(f"  {100 * share:4.1f} % {name} (alone {alone:.2f})")
    if real and chosen.cnn:
        from benchmarks.beside_real.network import told_apart

        by_network = told_apart(real, simulated)
        print(f"small network on patches tells real from simulated: AUC {by_network:.3f}")


if __name__ == "__main__":
    main()
