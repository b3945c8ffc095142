"""`scintiread follow-up PRIOR CURRENT`: what has changed between two scans of a patient."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.annotation.class_names import class_names
from app.cli.annotation.masks import add_classes
from app.errors import AppError
from app.workflows.reports.follow_up import follow_up
from app.workflows.reports.follow_up_files import Facts, follow_up_facts, write_follow_up


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("prior", type=Path, metavar="PRIOR", help="the earlier scan")
    add("current", type=Path, metavar="CURRENT", help="the later scan of the same patient")
    add("--prior-masks", type=Path, metavar="LABELS", help="labels of the earlier scan, as of quantify")
    add("--current-masks", type=Path, metavar="LABELS", help="labels of the later scan")
    add_classes(parser)
    add("--days", type=int, metavar="N", help="days between the scans (default: from their dates)")
    add("--out", type=Path, metavar="DIR", help="write the figure, the difference maps and the numbers there")
    add("--json", action="store_true", help="print all results for programs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the results; returns 0."""
    if chosen.days is not None and chosen.days < 0:
        raise AppError("The days between two scans are not below 0.", "Name the earlier scan first.")
    if (chosen.prior_masks is None) != (chosen.current_masks is None):
        raise AppError(
            "Lesions are compared only where both scans have labels.",
            "Name both --prior-masks and --current-masks, or neither.",
        )
    names = class_names(chosen.classes)
    masks = chosen.prior_masks, chosen.current_masks
    found = follow_up(chosen.prior, chosen.current, *masks, chosen.days, names)
    written = write_follow_up(found, chosen.out) if chosen.out else []
    facts = follow_up_facts(found)
    if chosen.json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        print("\n".join([*lines(facts), *(f"  written: {path}" for path in written)]))
    return 0


def lines(facts: Facts) -> list[str]:
    """The results as sentences for people, one per line."""
    days = "" if facts["days"] is None else f", {facts['days']} days later"
    said = [f"{facts['current']} compared with {facts['prior']}{days}"]
    for row in facts["changes"]:
        unit = f" {row['unit']}" if row["unit"] else ""
        said.append(
            f"  {row['index']}: {row['prior']:.4g} to {row['current']:.4g}{unit} ({row['change']:+.3g}{unit})"
        )
    for row in facts["views"]:
        area = (
            f"plainly more uptake on {row['risen_cm2']:.0f} cm², less on {row['fallen_cm2']:.0f} cm²"
            if row["risen_cm2"] is not None
            else "areas not known"
        )
        said.append(
            f"  {row['view']}: {area} (prior × {row['scale']:.2f}, "
            f"from {row['reference_bone']}, the middle of {row['bones_compared']} bones)"
        )
    for row in facts["lesions"]:
        where = f" in {row['region']}" if row["region"] else ""
        new = ", new" if row["new"] else ""
        said.append(f"  lesion {row['lesion']}, {row['view']}{where}: z {row['median_z']:+.1f}{new}")
    return said + [f"  ! {doubt}" for doubt in facts["validity"]]
