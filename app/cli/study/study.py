"""`scintiread study ...`: design, check, read, follow, verify and export a reader study."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.cli.bundles import bundles
from app.cli.study import life, panel, serve
from app.cli.study.ai import configure_ai, run_ai
from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.scan.scan import Scan
from app.study.protocol import Mode
from app.window_request import WindowRequest
from app.wording import counted

Outcome = int | WindowRequest
CONFIRMATION = "I looked at the scans: sides that were assumed are right"
NO_TEXT = "for a study with copies: I looked, no text stands in the images"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs and their arguments."""
    verbs = parser.add_subparsers(dest="study_verb", metavar="VERB", required=True)

    def verb(
        name: str, purpose: str, run: Callable[[argparse.Namespace], Outcome]
    ) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
        sub.add_argument("study", type=Path, metavar="STUDY", help="the study's folder")
        sub.set_defaults(run=run)
        return sub

    _configure_new(verb("new", "make a study out of a folder of scans", run_new))
    add = verb("add", "add cases or readers, as a new version of the protocol", run_add)
    add.add_argument("--scans", type=Path, action="append", default=[], metavar="DIR")
    add.add_argument("--readers", type=_codes, default=(), metavar="R3,R4")
    add.add_argument("--confirm-views", action="store_true", help=CONFIRMATION)
    add.add_argument("--no-burned-in-text", action="store_true", help=NO_TEXT)
    protocol = verb("protocol", "print the protocol, or replace it before the freeze", run_protocol)
    protocol.add_argument("--set", type=Path, metavar="FILE", help="a protocol.toml to take its place")
    configure_ai(verb("ai", "compute or import what the AI says in aided readings", run_ai))
    verb("check", "look for everything that could go wrong; status 1 when something blocks", run_check)
    read = verb("read", "open the window on the study for one reader", run_read)
    read.add_argument("--reader", required=True, metavar="CODE")
    status = verb("status", "say how far the study is, without a word of what was answered", run_status)
    status.add_argument("--matrix", action="store_true", help="one line per case")
    verify = verb("verify", "check that no record was changed; status 1 when one was", run_verify)
    verify.add_argument(
        "--second-copy", type=Path, metavar="DIR", help="folder of the second copy (default: the study's)"
    )
    export = verb("export", "write everything that was read", run_export)
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--formats", type=_codes, default=("csv", "xlsx"), metavar="csv,xlsx")
    restore = verb(
        "restore", "replace a damaged database by its fullest backup and the second copy", run_restore
    )
    restore.add_argument(
        "--copy", type=Path, metavar="DIR", help="folder of the second copy (default: the study's)"
    )
    bundles.configure(verb)
    life.configure(verb)
    panel.configure(verb)
    serve.configure(verb)
    rehearse = verb("rehearse", "have a copy of the study read by simulated readers", run_rehearse)
    rehearse.add_argument("--into", type=Path, required=True, metavar="DIR", help="folder of the copy")
    rehearse.add_argument("--seed", type=int, default=1, metavar="N")


def _configure_new(new: argparse.ArgumentParser) -> None:
    add = new.add_argument
    add(
        "--scans", type=Path, action="append", required=True, metavar="DIR", help="may be given several times"
    )
    add("--truth", type=Path, metavar="truth.csv", help="case,truth and optional lesions,regions")
    add("--protocol", type=Path, metavar="protocol.toml", help="default: unaided, one reader R1")
    add("--readers", type=_codes, metavar="R1,R2", help="reader codes, instead of the protocol's")
    add("--mode", choices=[mode.value for mode in Mode], help="instead of the protocol's")
    add("--labels", type=Path, metavar="DIR", help="true lesions as masks CASE.npz, or a simulated cohort")
    add(
        "--clinical",
        type=Path,
        metavar="clinical.csv",
        help="case,clinical_information, or clinical fields",
    )
    add("--priors", type=Path, metavar="DIR", help="earlier scans in files of the same names")
    add("--series", type=Path, metavar="DIR", help="further series of the cases, as NAME/KEY")
    add("--pseudonyms", action="store_true", help="codes C0001, C0002 ... in random order for the cases")
    add("--copy", action="store_true", help="keep de-identified copies inside the study")
    add("--no-burned-in-text", action="store_true", help=NO_TEXT)
    add("--confirm-views", action="store_true", help=CONFIRMATION)
    add("--database", default="", metavar="URL", help="SQLAlchemy URL (default: study.db in the folder)")
    add("--second-copy", default="", metavar="DIR", help="keep a second copy of all results there")


def run_new(chosen: argparse.Namespace) -> int:
    """Make a study."""
    from app.study.protocol_file import read_protocol
    from app.workflows.study.new import Ingredients, default_protocol, new_study

    protocol = read_protocol(chosen.protocol) if chosen.protocol else default_protocol(chosen.study.name)
    if chosen.readers:
        protocol = replace(protocol, readers=chosen.readers)
    if chosen.mode:
        protocol = replace(protocol, mode=Mode(chosen.mode))
    ingredients = Ingredients(
        protocol=protocol,
        truth=chosen.truth,
        clinical=chosen.clinical,
        priors=chosen.priors,
        series=chosen.series,
        labels=chosen.labels,
        copy=chosen.copy,
        no_burned_in_text=chosen.no_burned_in_text,
        pseudonyms=chosen.pseudonyms,
        database=chosen.database,
        second_copy=chosen.second_copy,
    )
    with TerminalProgress() as progress:
        made = new_study(chosen.study, chosen.scans, ingredients, progress, _confirm(chosen))
    print(
        f"{made.path}: {counted(made.cases, 'case')}, {counted(len(made.protocol.readers), 'reader')}, "
        f"{made.protocol.mode.value}"
    )
    print(f"protocol version {made.protocol.version}, sha256 {made.sha256}")
    for row in made.unused:
        print(f"not used: {row.reason}")
    for note in (*made.told, *made.notes):
        print(f"note: {note}")
    print(f"Next: scintiread study check {chosen.study}")
    return 0


def run_add(chosen: argparse.Namespace) -> int:
    """Add cases or readers."""
    from app.workflows.study.add import add_to_study

    with TerminalProgress() as progress:
        made = add_to_study(
            chosen.study,
            chosen.scans,
            chosen.readers,
            progress,
            _confirm(chosen),
            chosen.no_burned_in_text,
        )
    print(
        f"{made.path}: version {made.protocol.version}, {counted(made.cases, 'case')}, sha256 {made.sha256}"
    )
    for row in made.unused:
        print(f"not used: {row.reason}")
    for note in made.told:
        print(f"note: {note}")
    return 0


def run_protocol(chosen: argparse.Namespace) -> int:
    """Print the protocol as TOML, after replacing it if asked to."""
    from app.study.protocol_file import protocol_text, read_protocol
    from app.workflows.study.protocol import set_protocol, study_facts

    facts = set_protocol(chosen.study, read_protocol(chosen.set)) if chosen.set else study_facts(chosen.study)
    frozen = f"frozen {facts.frozen.date().isoformat()}" if facts.frozen else "not frozen yet"
    print(f"# {counted(facts.cases, 'case')}, {frozen}, sha256 {facts.sha256}")
    print(protocol_text(facts.protocol), end="")
    return 0


def run_check(chosen: argparse.Namespace) -> int:
    """Print the findings; 1 when something blocks."""
    from app.workflows.study.check import study_check

    with TerminalProgress() as progress:
        preflight = study_check(chosen.study, progress)
    for finding in preflight.findings:
        print(finding.sentence)
    blocking = len(preflight.blocking)
    blocks = counted(blocking, "finding blocks", "findings block")
    verdict = f"{blocks} reading" if blocking else "ready to be read"
    findings = counted(len(preflight.findings), "finding")
    print(f"{counted(preflight.cases, 'case')} checked, {findings}: {verdict}")
    return 0 if preflight.ok else 1


def run_read(chosen: argparse.Namespace) -> WindowRequest:
    """Ask for the window; a reader whom the study does not know is refused before one opens."""
    from app.workflows.study.protocol import study_facts

    readers = study_facts(chosen.study).protocol.readers
    if chosen.reader not in readers:
        raise AppError(f"The study has no reader {chosen.reader}.", f"It has: {', '.join(readers)}.")
    return WindowRequest(page="reading", study=chosen.study, reader=chosen.reader)


def run_status(chosen: argparse.Namespace) -> int:
    """Print counts, forecast and, if asked for, the matrix."""
    from app.workflows.bundles.merge import origins
    from app.workflows.study.status import study_deviations, study_quality, study_status

    with study_status(chosen.study) as status:
        frozen = status.frozen_utc.date().isoformat() if status.frozen_utc else "not yet"
        print(f"{status.protocol.title} ({status.protocol.code}), version {status.protocol.version}")
        print(f"{counted(status.count, 'case')}, frozen: {frozen}")
        for reader in status.readers:
            pace = f", {reader.mean_seconds:.1f} s each" if reader.mean_seconds is not None else ""
            hours = reader.hours_left
            left = f", {reader.left} left" + (f" ({hours:.1f} h)" if hours and reader.left else "")
            deviations = counted(reader.deviations, "deviation")
            odd = f", {reader.skipped} skipped, {reader.technical} technical, {deviations}"
            gone = ", withdrawn" if reader.withdrawn else ""
            print(f"{reader.reader}: {reader.done} of {reader.total} read{pace}{left}{odd}{gone}")
        for record in status.life.records:
            print(f"on record: {record.sentence}")
        for origin in origins(chosen.study):
            print(origin)
        finish = status.finish_utc
        for deviation in study_deviations(chosen.study):
            print(f"deviation: {deviation.sentence}")
        for flag in study_quality(chosen.study):
            print(f"look at {flag.sentence}")
        for doubt in status.doubts():
            print(f"note: {doubt}")
        print(f"Forecast: {finish.date().isoformat() if finish else 'not yet possible'}")
        if chosen.matrix:
            print("\t".join(["case", *(column.title for column in status.columns)]))
            for first in range(0, status.count, 500):
                for case, cells in status.rows(first, 500):
                    print("\t".join([case, *(cell.value for cell in cells)]))
    return 0


def run_verify(chosen: argparse.Namespace) -> int:
    """Print what holds and the first link that does not; 1 when there is one."""
    from app.workflows.study.verify import study_verify

    with TerminalProgress() as progress:
        found = study_verify(chosen.study, progress, chosen.second_copy)
    for chain in found.chains:
        if chain.broken:
            print(f"BROKEN {chain.broken.sentence}")
        else:
            length = f"{counted(chain.readings, 'reading')} and {counted(chain.events, 'event')}"
            print(f"reader {chain.reader}: {length} hold")
    for problem in found.problems:
        print(f"BROKEN {problem}")
    for sentence in found.unchecked:
        print(f"UNCHECKED {sentence}")
    for remark in (*found.remarks, found.compared):
        print(f"note: {remark}")
    print(found.verdict)
    return 0 if found.ok else 1


def run_export(chosen: argparse.Namespace) -> int:
    """Write the files and say what is missing in them."""
    from app.workflows.study.export import study_export

    with TerminalProgress() as progress:
        exported = study_export(chosen.study, chosen.out, chosen.formats, progress)
    for path in exported.files:
        print(path)
    for remark in exported.remarks:
        print(f"note: {remark}")
    return 0


def run_restore(chosen: argparse.Namespace) -> int:
    """Restore; 1 when the result does not verify."""
    from app.workflows.study.restore import study_restore
    from app.workflows.study.verify import study_verify

    done = study_restore(chosen.study, chosen.copy)
    print(f"The old database was kept as {done.kept.name}; {done.backup.name} took its place.")
    if done.damaged:
        print(
            f"{counted(done.damaged, 'backup')} in the folder backup cannot be read; none of them was taken."
        )
    for each in done.readers:
        was = "the old database cannot be read" if each.before is None else f"{each.before} before"
        added = "" if each.replayed is None else f", {each.replayed} of them from the second copy"
        now = each.backup + (each.replayed or 0)
        print(f"reader {each.reader}: {counted(now, 'reading')} now{added} ({was})")
    if all(each.replayed is None for each in done.readers):
        print("There is no second copy: readings since that backup are missing.")
    return 0 if study_verify(chosen.study).ok else 1


def run_rehearse(chosen: argparse.Namespace) -> int:
    """Rehearse in a copy."""
    from app.workflows.rehearsal.readers import rehearse_copy

    with TerminalProgress() as progress:
        done = rehearse_copy(chosen.study, chosen.into, chosen.seed, progress)
    for reader, count in done.readings.items():
        print(f"{reader}: {counted(count, 'presentation')} read by a simulated reader")
    print(f"Next: scintiread study export {done.path} --out DIR")
    return 0


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _confirm(chosen: argparse.Namespace) -> Callable[[Scan], bool | None]:
    """What was said of the sides in the window; `--confirm-views` answers for the rest of the guesses."""
    from app.workflows.scans.confirmed_views import confirmed_views

    said = confirmed_views().of
    if not chosen.confirm_views:
        return said
    return lambda scan: True if (known := said(scan)) is None else known
