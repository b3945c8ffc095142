"""`scintiread demo`: the window on a ready study, or the whole way without a display."""

from __future__ import annotations

import argparse
from pathlib import Path

from app import paths
from app.cli.terminal import TerminalProgress
from app.wording import counted
from app.workflows.window_request import WindowRequest

READER = "R1"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--headless", action="store_true", help="no window: simulated readers read it")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the demo (default: scintiread-demo)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another seed, other scans and answers"
    )
    parser.add_argument("--scans", type=int, metavar="N", help="how many simulated scans")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int | WindowRequest:
    """Make the study; without a window also read, verify and export it."""
    from app.workflows import demo

    with TerminalProgress() as progress:
        if not chosen.headless:
            source = demo.demo_scans(chosen.scans or demo.WINDOW_SCANS)
            if chosen.out is not None:
                study = demo.demo_study(chosen.out, source, chosen.seed, progress).path
            else:
                study = demo.ready_demo(paths.user_data() / "demo", READER, source, chosen.seed, progress)
            return WindowRequest(page="reading", study=study, reader=READER)
        source = demo.demo_scans(chosen.scans or demo.HEADLESS_SCANS)
        made = demo.run_demo(chosen.out or Path("scintiread-demo"), source, chosen.seed, progress)
    print(
        f"Study     {made.study.path}: {counted(made.study.cases, 'case')}, protocol {made.study.sha256[:12]}"
    )
    for reader, count in made.rehearsed.readings.items():
        print(f"Reader    {reader}: {counted(count, 'presentation')} read by a simulated reader")
    for chain in made.verification.chains:
        state = chain.broken.sentence if chain.broken else "holds"
        print(
            f"Chain     {chain.reader}: {counted(chain.readings, 'reading')}, {counted(chain.events, 'event')}, {state}"
        )
    for path in made.exported.files:
        print(f"Written   {path}")
    for remark in made.exported.remarks:
        print(f"Remark    {remark}")
    print("All readings are simulated; they say nothing about any person or patient.")
    return 0 if made.verification.ok else 1
