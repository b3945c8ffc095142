"""The papers from nothing: cohorts, every recipe at its own schedule, and one table of what came out.

python -m benchmarks.papers OUT [--scans N] [--test N] [--recipes A,B] [--minutes M] [--device D]
    [--threads T] [--workers W] [--precision P]

Without --minutes every recipe has the schedule of its paper, which wants a GPU; with it each trains so long.
Everything lies in OUT; what is finished there is kept, so that an interrupted run goes on. Real scans are not
distributed; without them their columns are empty.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from app.errors import AppError
from app.learning.predict import open_predictor
from app.learning.recipes import recipe_named
from app.learning.weights import find_model
from app.workflows.training.compare_recipes import COMPARED
from benchmarks.model_figures import interval, real_scans
from benchmarks.papers_printed import PRINTED
from benchmarks.papers_speed import speed_of
from benchmarks.shipped_model import run, tried
from benchmarks.table import machine

SEEDS = {"cohort": 601, "unseen": 602}
HEAD = (
    "recipe", "as printed, on the paper's patients", "AUC, simulated", "sensitivity", "specificity",
    "AUC, real pairs", "AUC, real single views", "pointing", "parameters", "ms an answer",
    "epochs (of its schedule)", "images/s in training", "share of the device's peak",
)  # fmt: skip


def on_real(name: str, kind: str) -> str:
    """AUC of an installed model on real scans; empty without them, a dash where the model cannot use them."""
    predictor = open_predictor(find_model(name))
    given: dict[bool, list[float]] = {True: [], False: []}
    try:
        for scan, truth, _ in real_scans(kind):
            given[truth].append(predictor.predict(scan, attention=False).probability)
    except AppError:
        return "– (wants both views)"
    return interval(given[True], given[False]) if given[True] else ""


def installed(run_folder: Path, recipe: str) -> str:
    """The name under which the run is a model now; empty where it is no model by itself."""
    name = f"paper-{recipe}"
    try:
        find_model(name)
    except AppError:
        if tried("models", "add", run_folder, "--name", name):
            return ""
    return name


def line(compared: Path, recipe: str, device: str, precision: str) -> list[str]:
    """The recipe's line of the table."""
    row = json.loads((compared / recipe / "row.json").read_text(encoding="utf-8"))
    model = installed(compared / recipe, recipe)
    schedule = sum(phase.epochs for phase in recipe_named(recipe).phases)
    speed = speed_of(recipe, compared.parent / "unseen", device, precision)
    return [
        recipe,
        PRINTED.get(recipe, "–"),
        *(_estimate(row[name]) for name in ("auc", "sensitivity", "specificity")),
        *((on_real(model, kind) if model else "–") for kind in ("pairs", "single")),
        _estimate(row["pointing"]),
        f"{row['parameters'] / 1e6:.2f} M",
        "–" if row["milliseconds"] is None else f"{row['milliseconds']:.0f}",
        f"{row['epochs']} ({schedule})",
        f"{speed.images:.1f}",
        f"{speed.share:.0%} of {speed.peak / 1e12:.2f} TFLOP/s",
    ]


def _estimate(told: list[float] | None) -> str:
    return "–" if told is None else f"{told[0]:.3f} ({told[1]:.3f}-{told[2]:.3f})"


def main() -> None:
    """Make all of it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scans", type=int, default=800, help="to train on")
    parser.add_argument("--test", type=int, default=300, help="to test on, of another seed")
    parser.add_argument("--recipes", default=",".join(COMPARED))
    parser.add_argument("--minutes", type=float, help="of each recipe, instead of its schedule")
    parser.add_argument("--epochs", type=int, help="of each recipe, instead of its schedule")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--precision", default="mixed", choices=("float32", "mixed"))
    chosen = parser.parse_args()
    out: Path = chosen.out
    out.mkdir(parents=True, exist_ok=True)
    os.environ["SCINTIREAD_HOME"] = str(out / "home")  # models and prepared scans stay in OUT
    for name, scans in (("cohort", chosen.scans), ("unseen", chosen.test)):
        preset = "wide" if name == "cohort" else "trial"
        run("simulate", out / name, "--preset", preset, "--scans", str(scans), "--seed", str(SEEDS[name]),
            "--workers", str(chosen.workers))  # fmt: skip
    length = []
    for word in ("minutes", "epochs"):
        if getattr(chosen, word) is not None:
            length = [f"--{word}", f"{getattr(chosen, word):g}"]
    compared = out / "compared"
    run("compare-recipes", "--data", out / "cohort", "--test", out / "unseen", "--out", compared,
        "--recipes", chosen.recipes, "--device", chosen.device, "--threads", str(chosen.threads),
        "--workers", str(chosen.workers), "--precision", chosen.precision, *length)  # fmt: skip
    names = [name for name in chosen.recipes.split(",") if (compared / name / "row.json").is_file()]
    lines = [line(compared, name, chosen.device, chosen.precision) for name in names]
    table = [HEAD, ["---"] * len(HEAD), *lines]
    text = "\n".join("| " + " | ".join(cells) + " |" for cells in table)
    (out / "papers.md").write_text(text + "\n", encoding="utf-8")
    print(
        f"{text}\n\nMachine: {machine()}. Simulated scans but for the real ones named; no clinical evidence."
    )


if __name__ == "__main__":
    main()
