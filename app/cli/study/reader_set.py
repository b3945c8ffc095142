"""`scintiread reader-set COHORT --out SET`: the cases of a reader study, half of them diseased."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.terminal import TerminalProgress
from app.workflows.training.patients import AS_CASES


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("cohort", type=Path, metavar="COHORT", help="folder with scans, truth.csv and labels")
    add("--out", type=Path, required=True, metavar="SET", help="a new folder")
    add("--cases", type=int, default=134, metavar="N", help="an even number (default: 134, as Ibrahim 2023)")
    add("--seed", type=int, default=1, metavar="S", help="the same seed draws the same cases (default: 1)")
    add("--not-in", type=Path, metavar="RUN", help="leave out the patients that a training has seen")
    add(
        AS_CASES,
        action="store_true",
        help="take each scan for another patient's, where neither truth.csv nor the files say whose it is",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Draw; returns 0."""
    from app.simulator.cohort import NOTICE
    from app.wording import counted
    from app.workflows.study.reader_set import ReaderSetRequest, draw_reader_set

    request = ReaderSetRequest(
        chosen.cohort, chosen.out, chosen.cases, chosen.seed, chosen.not_in, chosen.patients_are_cases
    )
    with TerminalProgress() as progress:
        made = draw_reader_set(request, progress)
    half = len(made.cases) // 2
    print(f"{made.folder}: {counted(len(made.cases), 'case')}, {half} with metastases, {half} without")
    labels = f" --labels {made.folder}" if made.masks else ""
    print(
        f"Next: scintiread study new STUDY --scans {made.folder / 'scans'} "
        f"--truth {made.folder / 'truth.csv'}{labels}"
    )
    if made.simulated:
        print(NOTICE)
    return 0
