"""`scintiread simulate OUT`: a cohort of simulated whole-body scans with known truth."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.simulator.cohort import NOTICE, Cohort
from app.simulator.difficulty import PRESETS, preset
from app.wording import counted
from app.workflows.simulator.simulate import make_cohort


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("out", type=Path, metavar="OUT", help="folder of the cohort; an interrupted one is completed")
    add("--scans", type=int, default=100, metavar="N", help="scans of the whole cohort (default: 100)")
    add(
        "--preset",
        choices=tuple(PRESETS),
        default="trial",
        help="how hard it is (default: trial)",
    )
    add("--prevalence", type=float, metavar="P", help="share of ill patients, 0-1 (default: the preset's)")
    add("--contrast", type=float, default=1.0, metavar="X", help="scale of the metastases' contrast")
    add("--mimics", type=float, default=1.0, metavar="X", help="scale of benign findings and artefacts")
    add("--counts", type=float, default=1.0, metavar="X", help="scale of the counts")
    add("--follow-up", action="store_true", help="two scans of each patient, months apart")
    add("--seed", type=int, default=1, metavar="S", help="another seed, other patients (default: 1)")
    add("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)")
    add("--from", type=int, default=0, dest="first", metavar="I", help="first case of this part, from 0")
    add("--to", type=int, dest="last", metavar="J", help="end of this part: cases I to J - 1")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Make the cohort; returns 0."""
    if min(chosen.scans, chosen.workers) < 1 or chosen.seed < 0:
        raise AppError("Scans and workers are at least 1, the seed at least 0.", "Correct the number.")
    base = preset(chosen.preset, chosen.prevalence)
    difficulty = replace(
        base,
        contrast=base.contrast * chosen.contrast,
        mimics=base.mimics * chosen.mimics,
        counts=base.counts * chosen.counts,
    )
    cohort = Cohort(chosen.scans, difficulty, chosen.seed, chosen.preset, chosen.follow_up)
    with _Bar() as bar:
        made = make_cohort(
            cohort, chosen.out, workers=chosen.workers, first=chosen.first, last=chosen.last, progress=bar
        )
    print(f"{counted(made.made, 'scan')} made, {made.kept} there already: {made.folder}")
    print(NOTICE)
    return 0


class _Bar:
    """Progress as a bar on the terminal, nothing where there is none."""

    cancelled = False

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._bar = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("simulating", total=1.0)

    def report(self, fraction: float, message: str) -> None:
        """Show how far the work is."""
        self._bar.update(self._task, completed=fraction, description=message)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
