"""How often a model calls scans unfamiliar: simulated ones of its kind, harmless changes, and gross faults.

python -m benchmarks.familiarity [--model NAME] [--usual COHORT] [--test COHORT] [--scans N]

Compared is with the model's own file, with the scans of --usual, or else with 400 new ones. Scans that are
not given are simulated (preset wide).
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.learning.cards import card_text
from app.learning.predict import Predictor, open_predictor
from app.learning.shelf import give_familiarity
from app.learning.weights import FAMILIARITY, InstalledModel, find_model
from app.scan.read import read_scan
from app.scan.scan import Scan
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.study.ai_doubts import unfamiliar
from app.workflows.models.familiarity import usual_for
from app.workflows.simulator.simulate import make_cohort
from app.workflows.training.cohort import open_cohort
from benchmarks.familiarity_faults import FAULTS, HARMLESS

USUAL, TEST = (400, 7101), (200, 7102)
"""Scans and seed of what is simulated."""
CHANGED = 60
"""Test scans that are changed in each way."""


def main() -> None:
    """Print a row for each kind of scan: how many are called unfamiliar."""
    parser = argparse.ArgumentParser(description="How often scans are called unfamiliar.")
    parser.add_argument("--model", default="")
    parser.add_argument("--usual", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--scans", type=int, default=CHANGED, help="how many are changed in each way")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="scintiread-familiarity-") as folder:
        measure(find_model(chosen.model), chosen.usual, chosen.test, chosen.scans, Path(folder))


def measure(
    model: InstalledModel, usual: Path | None, test: Path | None, scans: int, folder: Path
) -> dict[str, float]:
    """The rows of the table, also as shares 0-1 by name."""
    predictor = open_predictor(told(model, usual, folder))
    cases = open_cohort(test or simulated(folder / "test", *TEST)).cases[: TEST[0]]
    tests = [read_scan(*case.files, case=case.case) for case in cases]
    rng = np.random.default_rng(1)
    shares = {}

    def row(name: str, scans: Iterable[Scan], target: str) -> None:
        flagged = [unfamiliar(familiarity(predictor, scan)) for scan in scans]
        shares[name] = float(np.mean(flagged))
        print(
            f"| {name} | {sum(flagged)} of {len(flagged)}, {100 * shares[name]:.1f} % | {target} |",
            flush=True,
        )

    print("| what | measured | target |\n|---|---|---|")
    row("simulated test scans", tests, "3-8 %")
    for group, target in ((FAULTS, "≥ 90 %"), (HARMLESS, "–")):
        for name, (how, change) in group.items():
            row(name, (how(scan, change, rng) for scan in tests[:scans]), target)
    for name, alone in ONE_VIEW.items():
        if takes_one_view(predictor, tests[0]):
            row(name, (alone(scan) for scan in tests), "3-8 %")
    faults = np.mean([shares[name] for name in FAULTS])
    print(f"| all gross faults | {100 * faults:.1f} % | ≥ 90 % |")
    return shares


ONE_VIEW: dict[str, Callable[[Scan], Scan]] = {
    "anterior view alone": lambda scan: replace(scan, posterior=None),
    "posterior view alone": lambda scan: replace(scan, anterior=None),
}


def told(model: InstalledModel, usual: Path | None, folder: Path) -> InstalledModel:
    """A copy of the model that tells how familiar a scan is."""
    if FAMILIARITY in model.files and usual is None:
        return model
    copy = replace(model, folder=folder / "model", shipped=False)
    copy.folder.mkdir(parents=True)
    for kind in model.files:
        shutil.copy(model.path(kind), copy.folder)
    cohort = open_cohort(usual or simulated(folder / "usual", *USUAL))
    made = usual_for(open_predictor(model), cohort)
    return give_familiarity(copy, made.content, made.facts, card_text)


def simulated(folder: Path, scans: int, seed: int) -> Path:
    """A cohort of the preset wide."""
    return make_cohort(
        Cohort(scans=scans, seed=seed, preset="wide", difficulty=preset("wide")), folder
    ).folder


def familiarity(predictor: Predictor, scan: Scan) -> float | None:
    """The percentile; a scan that is refused altogether counts as the least familiar."""
    from app.errors import AppError

    try:
        return predictor.predict(scan, attention=False, planes=False).familiarity
    except AppError:
        return 0.0


def takes_one_view(predictor: Predictor, scan: Scan) -> bool:
    """Whether the model answers from one view."""
    from app.errors import AppError

    try:
        predictor.ready(replace(scan, posterior=None))
    except AppError:
        return False
    return True


if __name__ == "__main__":
    main()
