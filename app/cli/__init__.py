"""The command line: one verb per workflow; adding one is a file and a line in `COMMANDS`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence

from app import __version__
from app.errors import AppError
from app.progress import Cancelled
from app.workflows.window_request import WindowRequest

Outcome = int | WindowRequest
Run = Callable[[argparse.Namespace], Outcome]

COMMANDS: tuple[tuple[str, str, str], ...] = (
    # verb, what it does, module with `configure(parser)` that sets `run`
    ("info", "say what a scan holds and how its views were decided", "app.cli.info"),
    ("deidentify", "write copies without patient identity", "app.cli.deidentify"),
    ("study", "design, check, read, follow, verify and export a reader study", "app.cli.study"),
    ("demo", "open a ready study, or rehearse one without a display", "app.cli.demo"),
    ("annotate", "outline lesions on a folder of scans", "app.cli.annotate"),
    ("masks", "convert annotations, and compare those of several people", "app.cli.masks"),
    ("quantify", "say how much disease a labelled scan shows", "app.cli.quantify"),
    ("simulate", "make simulated scans with known truth", "app.cli.simulate"),
    ("analyse", "turn readings into the numbers, figures and text of a paper", "app.cli.analyse"),
    ("power", "say how many readers and cases a study needs, from a pilot", "app.cli.power"),
)

RESEARCH_USE = "For research, teaching and software testing only. Not a medical device."


def run(arguments: Sequence[str]) -> Outcome:
    """Run one command; returns the exit status, or the window that the command asks for."""
    parser = argparse.ArgumentParser(
        prog="scintiread",
        description="Reader studies and annotation on whole-body bone scans.",
        epilog=f"Without a command the window opens. {RESEARCH_USE}",
    )
    parser.add_argument("--version", action="version", version=f"scintiread {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for verb, purpose, module in COMMANDS:
        sub = verbs.add_parser(verb, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
        if verb in arguments[:1]:  # only the verb in use is imported
            importlib.import_module(module).configure(sub)
    chosen = parser.parse_args(arguments)
    return guarded(chosen.run, chosen)


def guarded(work: Run, chosen: argparse.Namespace) -> Outcome:
    """Run the command and turn what went wrong into one sentence and an exit status."""
    try:
        return work(chosen)
    except AppError as error:
        print(f"scintiread: {error}", file=sys.stderr)
        return 2
    except (Cancelled, KeyboardInterrupt):
        print("scintiread: stopped; what was finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
