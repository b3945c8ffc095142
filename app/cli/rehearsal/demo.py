"""`scintiread demo`: the window on a ready study, or the whole way without a display."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.window_request import DemoWish, WindowRequest
from app.wording import counted


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--headless", action="store_true", help="no window: simulated readers read it")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the demo (default: the program's own; with --headless: scintiread-demo)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another seed, other scans and answers (default: 1)"
    )
    parser.add_argument(
        "--scans", type=int, metavar="N", help="how many simulated scans (default: 20; with --headless: 12)"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int | WindowRequest:
    """Ask for the window on the demo; without one make the study, have it read, verify and export it."""
    if (chosen.scans is not None and chosen.scans < 1) or chosen.seed < 0:
        raise AppError("There must be at least 1 scan, and the seed is at least 0.", "Correct the number.")
    if not chosen.headless:
        return WindowRequest(demo=DemoWish(chosen.out, chosen.scans, chosen.seed))
    from app.workflows.rehearsal import demo

    with TerminalProgress() as progress:
        source = demo.demo_scans(chosen.scans or demo.HEADLESS_SCANS)
        made = demo.run_demo(chosen.out or Path("scintiread-demo"), source, chosen.seed, progress)
    print(
        f"Study     {made.study.path}: {counted(made.study.cases, 'case')}, protocol {made.study.sha256[:12]}"
    )
    for reader, count in made.rehearsed.readings.items():
        print(f"Reader    {reader}: {counted(count, 'presentation')} read by a simulated reader")
    for chain in made.verification.chains:
        state = chain.broken.sentence if chain.broken else "holds"
        length = f"{counted(chain.readings, 'reading')}, {counted(chain.events, 'event')}"
        print(f"Chain     {chain.reader}: {length}, {state}")
    for path in made.exported.files:
        print(f"Written   {path}")
    for remark in made.exported.remarks:
        print(f"Remark    {remark}")
    print("All readings are simulated; they say nothing about any person or patient.")
    return 0 if made.verification.ok else 1
