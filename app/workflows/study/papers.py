"""Papers for the investigator's file: the randomisation list, and the audit trail signed by the study."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from app.bundles.keys import signed_by
from app.bundles.manifest import fingerprint
from app.bundles.registry import BundleRegistry
from app.errors import AppError
from app.files import csv_text, refusal, write_whole
from app.progress import NoProgress, Progress
from app.report.report_table import ReportTable
from app.report.study_papers import write_paper
from app.store.life import life_of
from app.store.opening import OpenStudy, open_study
from app.store.progress import deviations
from app.store.server.roles import require_coordinator
from app.study.assignment import Assignment
from app.study.canonical import utc_text
from app.study.events import REHEARSAL, REHEARSED
from app.wording import SHORT_RESEARCH_USE
from app.workflows.study.verify import Verification, study_verify

MOST_ROWS = 5000
"""A longer list is written as a table only: nobody prints it."""
_HINT = "Choose another folder."
_LIST = ("reader", "place", "visit", "arm", "case", "warm_up", "repeat_of")


def write_papers(
    path: Path, out: Path, progress: Progress | None = None, now: datetime | None = None
) -> tuple[Path, ...]:
    """Write `randomisation.csv` and `.pdf`, `audit.pdf` and its signature into `out`; gives the files.

    The list tells hidden repeats: it is no paper for readers. Raises AppError by a reader's or an analyst's
    login, and when the folder cannot be written.
    """
    verified = study_verify(path, progress or NoProgress())
    study = open_study(path)
    try:
        require_coordinator(study.database, path.name)
        out.mkdir(parents=True, exist_ok=True)
        rehearsed = REHEARSAL in study.readings.sites()
        stamp = REHEARSED if rehearsed else ""
        written = [*_randomisation(study, out, stamp)]
        audit = out / "audit.pdf"
        protocol = study.studies.current().protocol
        lines = [f"Written {utc_text(now or datetime.now(UTC))}. {verified.verdict} {verified.compared}"]
        title = f"Audit trail: {protocol.title} ({protocol.code})"
        write_paper(audit, title, lines, tuple(_trail(study, verified)), stamp)
        key = BundleRegistry(study.folder).signing_key()
        content = audit.read_bytes()
        signature = f"ed25519 {key.public} {key.sign(content)}\nsha256 {sha256(content).hexdigest()}\n"
        write_whole(out / "audit.pdf.sig", signature, _HINT)
        return (*written, audit, out / "audit.pdf.sig")
    except OSError as error:
        raise AppError(f"The papers cannot be written into {out.name}: {refusal(error)}.", _HINT) from error
    finally:
        study.close()


def check_paper(path: Path, audit: Path) -> str:
    """The short form of the study's key, when it signed exactly this paper; AppError when it did not."""
    signature = audit.with_name(f"{audit.name}.sig")
    try:
        content, words = audit.read_bytes(), signature.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        raise AppError(f"{audit.name} or {signature.name} cannot be read.", "Keep both beside it.") from error
    study = open_study(path)
    try:
        require_coordinator(study.database, path.name)
        public = BundleRegistry(study.folder).signing_key().public
    finally:
        study.close()
    if words[:2] != ["ed25519", public] or not signed_by(public, (words + [""] * 3)[2], content):
        raise AppError(f"{audit.name} is not as this study's key signed it.", "Write it anew.")
    return fingerprint(public)


def _randomisation(study: OpenStudy, out: Path, stamp: str) -> Iterator[Path]:
    protocol = study.studies.current().protocol
    plans = {reader: study.studies.plan(reader) for reader in protocol.readers}
    rows = [_row(item) for plan in plans.values() for item in plan]
    table = out / "randomisation.csv"
    write_whole(table, csv_text([_LIST, *rows], "\r\n"), _HINT)
    yield table
    if len(rows) > MOST_ROWS:
        return
    tables = [
        ReportTable(reader, f"Reader {reader}", _LIST[1:], tuple(_row(item)[1:] for item in plan))
        for reader, plan in plans.items()
    ]
    lines = [
        f"Drawn with PCG64 from seed {protocol.seed} and a hash of the reader's code; protocol version "
        f"{protocol.version}, SHA-256 {study.studies.current().sha256}.",
        f"Not for readers: it tells hidden repeats. {SHORT_RESEARCH_USE}",
    ]
    paper = out / "randomisation.pdf"
    write_paper(paper, f"Randomisation list: {protocol.title} ({protocol.code})", lines, tables, stamp)
    yield paper


def _row(item: Assignment) -> tuple[str, ...]:
    return (
        item.reader,
        str(item.position),
        str(item.visit),
        item.arm.value,
        item.case,
        "1" if item.warm_up else "",
        "" if item.repeat_of is None else str(item.repeat_of),
    )


def _trail(study: OpenStudy, verified: Verification) -> Iterator[ReportTable]:
    """What a person who audits the study looks for; no answer and no truth is in it."""
    versions = [
        (str(each.protocol.version), utc_text(each.frozen_utc) if each.frozen_utc else "not yet", each.sha256)
        for each in study.studies.versions()
    ]
    yield ReportTable(
        "versions", "Versions of the protocol", ("Version", "Frozen", "SHA-256"), tuple(versions)
    )
    decided = [
        (utc_text(one.at)[:16], one.by, one.what, one.reason) for one in life_of(study.database).records
    ]
    yield ReportTable(
        "record", "Decided after the freeze", ("When (UTC)", "By", "What", "Why"), tuple(decided)
    )
    chains, ends = [], []
    for chain in verified.chains:
        holds = chain.broken.sentence if chain.broken else "holds"
        chains.append((chain.reader, f"{chain.readings:,}", f"{chain.events:,}", holds))
        if head := study.readings.head(chain.reader):
            ends.append((chain.reader, "readings", head.readings_sha256))
            ends.append((chain.reader, "events", head.events_sha256))
    yield ReportTable("chains", "Hash chains", ("Reader", "Readings", "Events", "Chain"), tuple(chains))
    yield ReportTable("ends", "Where they end", ("Reader", "Of", "Last hash"), tuple(ends))
    told = [*verified.problems, *verified.unchecked, *verified.remarks]
    yield ReportTable("told", "What the verification told", ("Sentence",), tuple((line,) for line in told))
    departed = [
        (one.reader, str(one.position), utc_text(one.at)[:16], one.text) for one in deviations(study.database)
    ]
    yield ReportTable("deviations", "Deviations", ("Reader", "Place", "When (UTC)", "What"), tuple(departed))
