"""`scintiread compare-indices FIRST SECOND --out FOLDER`: how far two quantifications of scans agree."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.wording import counted


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("first", type=Path, metavar="FIRST", help="a quantification.csv, as quantify writes it of a folder")
    add("second", type=Path, metavar="SECOND", help="another one of the same scans")
    add("--out", type=Path, required=True, metavar="FOLDER", help="for bland_altman.csv and the figures")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Compare, and print each index with its limits of agreement."""
    from app.workflows.reports.compare_indices import compare_indices
    from app.workflows.reports.quantify_cohort import TITLES

    made = compare_indices(chosen.first, chosen.second, chosen.out)
    print(f"{chosen.first} less {chosen.second}")
    for name, found in made.found:
        print(
            f"  {TITLES[name]}, {counted(found.n, 'scan')}: difference {found.bias:.3g}, limits of agreement "
            f"{found.low:.3g} to {found.high:.3g}"
        )
    for sentence in made.said:
        print(f"  ! {sentence}")
    print(f"  written: {counted(len(made.files), 'file')} in {chosen.out}")
    return 0
