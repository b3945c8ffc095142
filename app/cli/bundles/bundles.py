"""`scintiread study bundle`, `return` and `merge`: reading offline, one file per reader."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.wording import counted

NO_TEXT = "I looked: no text stands in the images"
CODES = "I looked: the case codes are no patients' names or numbers"
LEDGER = ("reader", "bundle", "version", "made", "sent", "opened", "returned", "state")
Verb = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def configure(verb: Verb) -> None:
    """Add the verbs; `verb` makes a parser that takes the study's folder first."""
    make = verb("bundle", "write one file per reader for reading offline; freezes the protocol", run_bundle)
    make.add_argument("--reader", metavar="CODE", help="whose bundle")
    make.add_argument("--out", type=Path, metavar="FILE", help="ends in .scintiread")
    make.add_argument("--all", type=Path, metavar="DIR", help="the bundles of all readers, into this folder")
    add_passphrase(make)
    make.add_argument("--site", default="", metavar="NAME", help="where it is read; stands in every reading")
    make.add_argument("--no-burned-in-text", action="store_true", help=NO_TEXT)
    make.add_argument("--codes-name-nobody", action="store_true", help=CODES)
    merge = verb("merge", "take over what came back from readers; status 1 with conflicts", run_merge)
    merge.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="results, or bundles, which carry theirs"
    )
    merge.add_argument("--report", type=Path, metavar="FILE.csv", help="write the report there too")
    ledger = verb("ledger", "list where every bundle is; texts to invite and remind", run_ledger)
    what = ledger.add_mutually_exclusive_group()
    what.add_argument("--sent", default="", metavar="R1,R2", help="note that their latest bundles have left")
    what.add_argument("--invite", default="", metavar="CODE", help="print the text that goes with the bundle")
    what.add_argument("--remind", default="", metavar="CODE", help="print the text to a reader who is late")
    back = verb("return", "write the answers of a bundle into one file to be sent back", run_return)
    back.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .scintiread-results")
    add_passphrase(back)


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """A passphrase never stands in the arguments, which other programs can see."""
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="F", help="its first line is the passphrase; - reads it in"
    )


def passphrase_in(file: Path | None) -> str | None:
    """The first line of a file, or of the standard input for "-"; raises AppError when there is none."""
    if file is None:
        return None
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AppError(f"{file.name} cannot be read as text.", "Save the passphrase as UTF-8.") from error
    first = text.split("\n")[0].strip()
    if not first:
        raise AppError(f"{file.name} holds no passphrase.", "Its first line is the passphrase.")
    return first


def run_bundle(chosen: argparse.Namespace) -> int:
    """Write one bundle or all of them."""
    from app.workflows.bundles.make import make_all_bundles, make_bundle
    from app.workflows.bundles.scans import Assurance

    if (chosen.all is None) == (chosen.out is None) or (chosen.out is not None) != bool(chosen.reader):
        raise AppError("Say --reader CODE --out FILE.scintiread, or --all DIR.", "Nothing was written.")
    if chosen.all is not None and chosen.site:
        raise AppError("--site is of one reader.", "Make such bundles with --reader and --out.")
    assurance = Assurance(chosen.no_burned_in_text, chosen.codes_name_nobody)
    passphrase = passphrase_in(chosen.passphrase_file)
    with TerminalProgress() as progress:
        if chosen.all is not None:
            made = make_all_bundles(
                chosen.study, chosen.all, passphrase=passphrase, progress=progress, assurance=assurance
            )
        else:
            made = (
                make_bundle(
                    chosen.study,
                    chosen.reader,
                    chosen.out,
                    passphrase=passphrase,
                    progress=progress,
                    site=chosen.site,
                    assurance=assurance,
                ),
            )
    for each in made:
        cases = counted(each.cases, "case")
        sealed = f", {counted(each.sealed, 'sealed AI result')}" if each.sealed else ""
        locked = ", behind the passphrase" if each.locked else ""
        print(f"{each.file}: reader {each.reader}, {cases}{sealed}, {each.size_bytes / 1e6:.1f} MB{locked}")
    print(f"Signed with the study's key {made[0].fingerprint}.")
    print("Next: readers open their file; scintiread study merge takes over what they send back.")
    return 0


def run_merge(chosen: argparse.Namespace) -> int:
    """Merge and say what came of it; 1 when something contradicts or was refused."""
    from app.workflows.bundles.merge import merge_bundles, write_report

    with TerminalProgress() as progress:
        report = merge_bundles(chosen.study, chosen.files, progress)
    for file in report.files:
        print(file.sentence)
    for conflict in report.conflicts:
        print(f"CONFLICT {conflict.sentence}")
    print(report.sentence)
    if chosen.report is not None:
        write_report(report, chosen.report)
        print(chosen.report)
    return 0 if report.ok else 1


def run_return(chosen: argparse.Namespace) -> int:
    """Write the results of a bundle."""
    from app.workflows.bundles.bring_back import return_results

    passphrase = passphrase_in(chosen.passphrase_file)
    with TerminalProgress() as progress:
        done = return_results(chosen.study, chosen.out, passphrase=passphrase, progress=progress)
    print(f"{done.file}: reader {done.reader}, {done.done} of {done.total} read. Send this file back.")
    return 0


def run_ledger(chosen: argparse.Namespace) -> int:
    """Print the ledger or a text; 1 while a bundle is overdue."""
    from datetime import UTC, datetime

    from app.workflows.bundles.ledger import bundle_ledger, invitation_for, mark_sent, reminder_for

    if chosen.invite or chosen.remind:
        path, code = chosen.study, chosen.invite or chosen.remind
        print(invitation_for(path, code) if chosen.invite else reminder_for(path, code), end="")
        return 0
    sent = [code.strip() for code in chosen.sent.split(",") if code.strip()]
    rows = mark_sent(chosen.study, sent) if sent else bundle_ledger(chosen.study)
    today = datetime.now(UTC).date()
    print("\t".join(LEDGER))
    for row in rows:
        print("\t".join(row.cells(today)))
    return 1 if any(row.overdue(today) for row in rows) else 0
