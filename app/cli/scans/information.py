"""`scintiread info SCAN`: what a scan holds and how its views were decided."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.workflows.scans.information import Facts, scan_info


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("scan", type=Path, metavar="SCAN", help="a DICOM, TIFF or PNG file")
    parser.add_argument("partner", type=Path, nargs="?", help="the file with the other view, if it is apart")
    parser.add_argument("--json", action="store_true", help="print facts for programs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the facts; returns 0."""
    files = [chosen.scan] + ([chosen.partner] if chosen.partner else [])
    facts = scan_info(*files)
    print(json.dumps(facts, indent=2, ensure_ascii=False) if chosen.json else "\n".join(lines(facts)))
    return 0


def lines(facts: Facts) -> list[str]:
    """The facts as sentences for people, one per line."""
    said = [f"{facts['case']}: {facts['format']} {facts['transfer_syntax'] or ''}".rstrip()]
    views = facts["views"]
    assert isinstance(views, list)
    for view in views:
        spacing = view["spacing_mm"]
        size = f"{view['columns']} × {view['rows']} pixels"
        size += f" of {spacing[1]:g} × {spacing[0]:g} mm" if spacing else ", spacing not given"
        unit = "grey values" if facts["display_only"] else "counts"
        said.append(f"  {view['name']}: {size}, {unit} {view['minimum']:g} to {view['maximum']:g}")
        said.append(f"    side decided by {view['decided_by']}" + (" (assumed)" if view["assumed"] else ""))
    total, given = facts["pixel_sum"], facts["counts_accumulated"]
    if isinstance(total, float):
        claim = (
            f", Counts Accumulated {given:,}" if isinstance(given, int) else ", Counts Accumulated not given"
        )
        said.append(f"  pixel sum {total:,.0f}{claim}")
    for name, unit in (("manufacturer", ""), ("model", ""), ("duration_s", " s"), ("velocity_mm_s", " mm/s")):
        if facts[name]:
            said.append(f"  {name.split('_')[0]}: {facts[name]}{unit}")
    if facts["simulated"]:
        said.append("  simulated: made by a simulator, not a patient")
    warnings = facts["warnings"]
    assert isinstance(warnings, list)
    said += [f"  ! {warning}" for warning in warnings]
    return said
