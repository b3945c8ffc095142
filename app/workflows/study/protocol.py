"""The protocol of a study between its file, which people edit, and its database, which freezes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.files import write_whole
from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.events import REHEARSAL
from app.study.order import draw_order, order_problems
from app.study.protocol import FROZEN, Protocol
from app.study.protocol_file import protocol_text, read_protocol
from app.study.protocol_problems import protocol_problems
from app.workflows.study.clinical import kept_clinical, with_fields

if TYPE_CHECKING:
    from app.store.opening import OpenStudy


@dataclass(frozen=True)
class StudyFacts:
    """An existing study; `sha256` covers protocol and cases, `frozen` is when a session first froze it.

    `rehearsed`: simulated readers have read it.
    """

    path: Path
    protocol: Protocol
    sha256: str
    frozen: datetime | None
    cases: int
    rehearsed: bool = False


def study_facts(path: Path) -> StudyFacts:
    """Open a study for a look; takes over an edited protocol.toml before the freeze."""
    from app.store.opening import open_study  # brings the database, which an empty page does without

    study = open_study(path)
    try:
        refresh_protocol(study)
        kept = study.studies.current()
        rehearsed = REHEARSAL in study.readings.sites()
        cases = study.studies.case_count()
        return StudyFacts(path, kept.protocol, kept.sha256, kept.frozen_utc, cases, rehearsed)
    finally:
        study.close()


def set_protocol(path: Path, protocol: Protocol) -> StudyFacts:
    """Replace the protocol before the freeze and draw every reader's list anew; the version stays.

    Raises AppError, and changes nothing, when it does not fit the cases or the study is frozen.
    """
    from app.store.opening import open_study

    study = open_study(path)
    try:
        kept = study.studies.current()
        if kept.frozen_utc is not None:
            raise AppError(FROZEN, "Add cases or readers with `scintiread study add` instead.")
        protocol = replace(protocol, version=kept.protocol.version)
        draw_plan(protocol, study.studies.cases())  # refuses what does not fit, before anything is written
        write_protocol(study.folder.protocol, protocol)
        refresh_protocol(study)
    finally:
        study.close()
    return study_facts(path)


def write_protocol(file: Path, protocol: Protocol) -> None:
    """Write a protocol as TOML, whole or not at all; raises AppError when the disk refuses."""
    write_whole(file, protocol_text(protocol), "Check that you may write in that folder.")


def refresh_protocol(study: OpenStudy) -> bool:
    """Take over a protocol.toml that was edited before the freeze; whether anything changed.

    Raises AppError when it does not fit, or when it was edited after the freeze.
    """
    versions = study.studies.versions()
    kept = versions[-1] if versions else study.studies.current()
    written = read_protocol(study.folder.protocol)
    if written == kept.protocol:
        return False
    if written in [
        version.protocol for version in versions[:-1]
    ]:  # `add` was cut off before it wrote the file
        write_protocol(study.folder.protocol, kept.protocol)
        return False
    if kept.frozen_utc is not None:
        raise AppError(
            f"{FROZEN} protocol.toml was changed afterwards.",
            "Put the old text back; cases and readers are added with `scintiread study add`.",
        )
    cases = with_fields(study.studies.cases(), kept_clinical(study.folder), written.beside)
    study.studies.define(written, cases, draw_plan(written, cases))
    return True


def draw_plan(protocol: Protocol, cases: Sequence[StudyCase]) -> list[Assignment]:
    """Every reader's list; raises AppError when the protocol does not fit the cases."""
    codes = [case.code for case in cases]
    problems = [*protocol_problems(protocol), *order_problems(protocol, codes)]
    if problems:
        raise AppError(f"The protocol does not fit: {problems[0]}", "Change the protocol or the cases.")
    return [item for reader in protocol.readers for item in draw_order(protocol, codes, reader)]
