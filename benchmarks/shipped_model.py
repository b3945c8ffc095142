"""The shipped model from nothing: cohorts, training, threshold, card and figures.

python -m benchmarks.shipped_model OUT [--scans N] [--minutes M] [--threads T] [--device D]
    [--share S] [--resume]

Everything lies in OUT; what is there already is used again, so that an interrupted run goes on where it
stopped. The finished model is installed as one of your own, under the name scintiread-new.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.degraded_cohort import degrade

SEEDS = {"wide": 301, "choose": 302, "test": 303, "unfamiliar": 304}
SIZES = {"choose": ("wide", 240), "test": ("trial", 500), "unfamiliar": ("unfamiliar", 300)}
NAME = "scintiread-new"


def tried(*words: str | Path) -> int:
    """One command of the program; its exit status."""
    print("+ scintiread", *words, flush=True)
    return subprocess.run([sys.executable, "-m", "app", *map(str, words)], check=False).returncode


def run(*words: str | Path) -> None:
    """One command of the program; ends everything when it fails."""
    if ended := tried(*words):
        sys.exit(ended)  # it has said why


def cohort(out: Path, name: str, preset: str, scans: int) -> Path:
    """A simulated cohort in OUT."""
    folder = out / name
    run("simulate", folder, "--preset", preset, "--scans", str(scans), "--seed", str(SEEDS[name]))
    return folder


def main() -> None:
    """Make the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scans", type=int, default=3000, help="to train on, 60 or more")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the choosing and testing scans, to try it"
    )
    parser.add_argument("--resume", action="store_true", help="go on with a training that was interrupted")
    chosen = parser.parse_args()
    out: Path = chosen.out
    out.mkdir(parents=True, exist_ok=True)
    wide = cohort(out, "wide", "wide", chosen.scans)
    others = {
        name: cohort(out, name, look, max(round(scans * chosen.share), 20))
        for name, (look, scans) in SIZES.items()
    }
    choose = out / "choose-degraded"
    if not (choose / "truth.csv").exists():
        degrade(others["choose"], choose)
    training = [
        "train", "scintiread", "--data", wide, "--out", out / "run", "--minutes", f"{chosen.minutes:g}",
        "--threads", f"{chosen.threads}", "--precision", "mixed", "--held-out", "0.03",
        "--device", chosen.device,
    ]  # fmt: skip
    if chosen.resume:
        training.append("--resume")
    if chosen.resume or not (out / "run" / "run.json").exists():
        run(*training)
    run("models", "add", out / "run", "--name", NAME, "--choose", choose, "--test", others["test"],
        "--unfamiliar", others["unfamiliar"], "--usual", wide)  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "benchmarks.model_figures", "--model", NAME, "--test", others["test"]],
        check=True,
    )


if __name__ == "__main__":
    main()
