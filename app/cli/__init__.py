"""The command line: one verb per workflow; adding one is a file and a line in `COMMANDS`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from app import __version__
from app.errors import AppError
from app.files import refusal
from app.interrupts import STOPPED, STOPPED_SAID
from app.progress import Cancelled
from app.stop_word import listen_for_stop
from app.window_request import WindowRequest
from app.wording import SHORT_RESEARCH_USE

Outcome = int | WindowRequest
Run = Callable[[argparse.Namespace], Outcome]

COMMANDS: tuple[tuple[str, str, str], ...] = (
    # verb, what it does, room and module with `configure(parser)` that sets `run`
    ("info", "say what a scan holds and how its views were decided", "scans.information"),
    ("deidentify", "write copies without patient identity", "scans.deidentify"),
    (
        "reader-set",
        "draw the cases of a reader study from a cohort, half of them ill",
        "study.reader_set",
    ),
    ("study", "design, check, read, follow, verify and export a reader study", "study.study"),
    ("read", "read a study offline from its bundle", "bundles.open"),
    ("demo", "open a ready study, or rehearse one without a display", "rehearsal.demo"),
    (
        "rehearse",
        "run a whole study with simulated scans and readers, as one command",
        "rehearsal.rehearse",
    ),
    ("annotate", "outline lesions on a folder of scans", "annotation.annotate"),
    ("masks", "convert annotations, and compare those of several people", "annotation.masks"),
    ("quantify", "say how much disease a labelled scan shows", "reports.quantify"),
    ("compare-indices", "say how far two quantifications of scans agree", "reports.compare_indices"),
    (
        "report",
        "report a scan: PDF, HTML, JSON, DICOM; with edits and a signature",
        "reports.bone_scan",
    ),
    ("train", "train a recipe on a cohort and judge it", "training.train"),
    ("crossval", "train and test a recipe on every fold of a cohort", "training.cross_validate"),
    ("compare-recipes", "train and test recipes side by side", "training.compare_recipes"),
    ("predict", "say how probable metastases are, by a model", "models.predict"),
    ("segment", "outline what a model draws on scans, as masks or DICOM", "models.segment"),
    ("models", "list, show, add, remove and check models", "models.models"),
    ("follow-up", "say what has changed since an earlier scan of the patient", "reports.follow_up"),
    ("simulate", "make simulated scans with known truth", "simulator.simulate"),
    ("analyse", "turn readings into the numbers, figures and text of a paper", "analysis.analyse"),
    ("pacs", "find and fetch scans in a PACS, and send results back", "pacs.pacs"),
    ("power", "say how many readers and cases a study needs, from a pilot", "analysis.power"),
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line and where help is, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with status 2."""
        print(f"{self.prog}: {message}. Try: {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


def run(arguments: Sequence[str]) -> Outcome:
    """Run one command; returns the exit status, or the window that the command asks for."""
    listen_for_stop()
    return guarded(partial(_run, arguments))


def _run(arguments: Sequence[str]) -> Outcome:
    verbs = [verb for verb, _, _ in COMMANDS]
    if arguments and arguments[0] not in verbs and not arguments[0].startswith("-"):
        from app.workflows.opened import window_on

        return window_on(arguments)
    parser = Parser(
        prog="scintiread",
        description="Reader studies and annotation on whole-body bone scans.",
        usage="scintiread [FILE or FOLDER ...]\n       scintiread COMMAND [-h] ...",
        epilog="Without a command the window opens, on the scans or the study that are named, if any. "
        "Status: 0 done, 1 something blocks or was left out, 2 bad input, 3 a fault of the program. "
        f"{SHORT_RESEARCH_USE}",
        formatter_class=_Wide,
    )
    parser.add_argument("--version", action="version", version=f"scintiread {__version__}")
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, title="commands")
    for verb, purpose, module in COMMANDS:
        prog = f"scintiread {verb}"
        about = purpose[0].upper() + purpose[1:] + "."
        sub = commands.add_parser(verb, help=purpose, description=about, prog=prog)
        if verb in arguments[:1]:  # only the verb in use is imported
            importlib.import_module(f"{__name__}.{module}").configure(sub)
    chosen = parser.parse_args(arguments)
    work: Run = chosen.run
    return work(chosen)


def guarded(work: Callable[[], Outcome]) -> Outcome:
    """Run a command and turn what went wrong into one sentence and an exit status."""
    try:
        return work()
    except AppError as error:
        print(f"scintiread: {error}", file=sys.stderr)
        return 2
    except (Cancelled, KeyboardInterrupt):
        print(STOPPED_SAID, file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001  nobody above could say it
        if isinstance(error, OSError) and error.strerror:  # a disk that is full, a share that went away
            where = f"{Path(error.filename).name}: " if isinstance(error.filename, str) else ""
            print(f"scintiread: {where}{refusal(error)}.", file=sys.stderr)
            return 2
        print(f"scintiread: {_fault(error)}", file=sys.stderr)
        return 3


def _fault(error: Exception) -> str:
    """A sentence on what nobody foresaw, whose details go into the log."""
    from app.faults import reported

    said = f"a fault of the program stopped the command ({type(error).__name__}); what was finished is kept."
    return reported(said, error)


class _Wide(argparse.HelpFormatter):
    """Room for the longest command, so that each has its purpose beside it."""

    def add_argument(self, action: argparse.Action) -> None:
        """Count the indentation of the commands too, which argparse forgets."""
        super().add_argument(action)
        self._action_max_length += self._indent_increment
