"""`scintiread study ai`: what the AI is going to say in a study's aided readings."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.device import add_device
from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.wording import counted


def configure_ai(parser: argparse.ArgumentParser) -> None:
    """Add the arguments; the study's folder is there already."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--model",
        nargs="?",
        const="",
        metavar="NAME",
        help="let an installed model answer (default model: no name)",
    )
    ways.add_argument(
        "--import",
        dest="table",
        type=Path,
        metavar="CSV",
        help="case,probability[,model,version,threshold,...]",
    )
    ways.add_argument("--clear", action="store_true", help="remove all AI results")
    parser.add_argument(
        "--heatmaps", type=Path, metavar="DIR", help="with --import: CASE.npz, or CASE_anterior.png and so on"
    )
    add_device(parser, "with --model: where it runs")
    parser.add_argument(
        "--wrong", type=int, metavar="N", help="draw N cases where the AI is going to be wrong; none is named"
    )
    parser.add_argument(
        "--absent", type=int, metavar="N", help="draw N cases where the AI is going to be absent"
    )


def run_ai(chosen: argparse.Namespace) -> int:
    """Compute, import or clear, draw planned errors, then say the state; 1 when a case has no result."""
    from app.workflows.study.ai_compute import compute_ai
    from app.workflows.study.ai_import import import_ai
    from app.workflows.study.ai_results import ai_state, clear_ai, plan_errors

    if chosen.heatmaps is not None and chosen.table is None:
        raise AppError("--heatmaps goes with --import.", "Give the table of probabilities too.")
    failed: tuple[tuple[str, str], ...] = ()
    if chosen.clear:
        print(f"{counted(clear_ai(chosen.study), 'AI result')} removed.")
        return 0
    if chosen.model is not None or chosen.table is not None:
        with TerminalProgress() as progress:
            if chosen.table is not None:
                made = import_ai(chosen.study, chosen.table, chosen.heatmaps, progress)
            else:
                made = compute_ai(chosen.study, chosen.model, progress, chosen.device)
        print(f"{made.model}: {counted(made.made, 'new result')}, {made.kept} kept")
        if made.note:
            print(made.note)
        failed = made.failed
    if chosen.wrong is not None or chosen.absent is not None:
        wrong, absent = chosen.wrong or 0, chosen.absent or 0
        if min(wrong, absent) < 0:
            raise AppError("A number of cases cannot be negative.", "Give 0 or more.")
        plan_errors(chosen.study, wrong, absent)
        print(f"Drawn from the study's seed: {wrong} wrong, {absent} absent; the exports tell which.")
    for case, reason in failed:
        print(f"{case}: {reason}")
    state = ai_state(chosen.study)
    print(state.sentence)
    return 1 if state.aided and state.without else 0
