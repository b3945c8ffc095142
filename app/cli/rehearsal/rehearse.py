"""`scintiread rehearse`: a whole reader study, simulated, before anybody is recruited."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.terminal import TerminalProgress


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("--readers", type=int, default=6, metavar="N", help="simulated readers (default: 6)")
    add("--scans", type=int, default=134, metavar="N", help="simulated scans (default: 134)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--bundles", action="store_true", help="read from one offline bundle per reader")
    way.add_argument("--database", default="", metavar="URL", help="read on an empty PostgreSQL database")
    add("--seed", type=int, default=1, metavar="S", help="the same seed gives the same study (default: 1)")
    add("--out", type=Path, required=True, metavar="DIR", help="a new folder for everything")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Rehearse and say what each stage did; returns 0."""
    from app.workflows.rehearsal.rehearse import RehearsalWishes, rehearse_whole

    wishes = RehearsalWishes(chosen.readers, chosen.scans, chosen.seed, chosen.bundles, chosen.database)
    with TerminalProgress() as progress:
        done = rehearse_whole(wishes, chosen.out, progress)
    for stage in done.stages:
        print(f"{stage.name:>12}  {stage.seconds:6.1f} s  {stage.said}")
    print(f"SIMULATED scans and readers. Study: {done.study}; report: {done.analysis}")
    return 0
