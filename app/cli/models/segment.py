"""`scintiread segment SCAN...`: what a model draws on scans, as masks, outlines or DICOM segmentations."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.cli.device import add_device
from app.wording import RESEARCH_ONLY, counted


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("paths", type=Path, nargs="+", metavar="SCAN", help="scans, or folders that are searched for them")
    add(
        "--model", default="", metavar="NAME", help="an installed model that draws (default: the shipped one)"
    )
    add("--out", type=Path, required=True, metavar="DIR", help="folder for the masks and segmentation.csv")
    add(
        "--format",
        default="png",
        choices=("png", "labelme", "seg", "npz", "coco", "scintiread"),
        help="PNG masks (default), Labelme JSON, DICOM SEG, probabilities and masks, COCO, annotations",
    )
    add_device(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write the masks and say what was drawn; returns 1 when scans were left out."""
    from app.cli.terminal import TerminalProgress
    from app.learning.segment import made_by
    from app.workflows.models.segment import segment

    with TerminalProgress() as bar:
        made = segment(
            tuple(chosen.paths),
            chosen.out,
            model_name=chosen.model,
            format_name=chosen.format,
            device=chosen.device,
            progress=bar,
        )
    print(
        f"{counted(made.cases, 'scan')} drawn on, {counted(made.lesions, 'focus', 'foci')} of metastasis, "
        f"{counted(len(made.files), 'file')}: {chosen.out}"
    )
    print(f"Model {made_by(made.model).title}, {made.seconds / made.cases:.2f} s a scan. {RESEARCH_ONLY}")
    for note in (*made.notes, *made.left_out[:5]):
        print(f"! {note}", file=sys.stderr)
    if len(made.left_out) > 5:
        print(f"! and {len(made.left_out) - 5} more left out", file=sys.stderr)
    return 1 if made.left_out else 0
