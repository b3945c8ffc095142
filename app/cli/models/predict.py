"""`scintiread predict PATH...`: a model's probability of metastasis for every scan, and where it looked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.cli.device import add_device
from app.wording import RESEARCH_ONLY, counted


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("paths", type=Path, nargs="+", metavar="PATH", help="scans, or folders that are searched for them")
    add("--model", default="", metavar="NAME", help="an installed model (default: the shipped one)")
    add("--out", type=Path, required=True, metavar="predictions.csv", help="the table to write")
    add("--heatmaps", type=Path, metavar="DIR", help="maps of where the model looked, as npz and pictures")
    add_device(parser)
    add("--batch", type=int, default=4, metavar="N", help="scans at once (4)")
    add("--threads", type=int, default=0, metavar="N", help="threads of the net (all cores)")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write the table and say what is in it; returns 1 when scans were left out."""
    from app.cli.terminal import TerminalProgress
    from app.workflows.models.predict import PredictRequest, predict

    request = PredictRequest(
        tuple(chosen.paths),
        chosen.out,
        model=chosen.model,
        heatmaps=chosen.heatmaps,
        device=chosen.device,
        batch=chosen.batch,
        threads=chosen.threads,
    )
    with TerminalProgress() as bar:
        made = predict(request, bar)
    model = made.model
    print(
        f"{counted(made.count, 'scan')} predicted, metastasis called in {made.calls:,} "
        f"(from {model.threshold:.3f} on): {made.out}"
    )
    print(
        f"Model {model.who.taught}, on {made.device}, "
        f"{made.seconds / made.count:.2f} s a scan. {RESEARCH_ONLY}"
    )
    for note in made.notes:
        print(f"! {note}", file=sys.stderr)
    for _, reason in made.left_out[:5]:  # each names its file or case
        print(f"! {reason}", file=sys.stderr)
    if made.left_out:
        print(
            f"scintiread: {counted(len(made.left_out), 'file')} left out, with the reasons in "
            f"{made.left_out_file}.",
            file=sys.stderr,
        )
    return 1 if made.left_out else 0
