"""What the page knows of an open study, and how its protocol is saved before anybody has read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import AppError
from app.study.protocol import Protocol


@dataclass(frozen=True)
class StudyFacts:
    """An existing study; `sha256` covers protocol and cases, `frozen` is when the first read froze it."""

    path: Path
    protocol: Protocol
    sha256: str
    frozen: datetime | None
    cases: int


def study_facts(path: Path) -> StudyFacts:
    """Open a study for a look; takes over an edited protocol.toml while nobody has read."""
    from app.store.opening import open_study  # brings the database, which an empty page does without
    from app.workflows.study_protocol import refresh_protocol

    study = open_study(path)
    try:
        refresh_protocol(study)
        kept = study.studies.current()
        return StudyFacts(path, kept.protocol, kept.sha256, kept.frozen_utc, study.studies.case_count())
    finally:
        study.close()


def save_protocol(path: Path, protocol: Protocol) -> StudyFacts:
    """Keep a changed protocol and draw the lists anew; raises AppError when it does not fit or is frozen."""
    from app.store.opening import open_study
    from app.workflows.study_protocol import draw_plan, refresh_protocol

    study = open_study(path)
    try:
        if study.studies.current().frozen_utc is not None:
            raise AppError("The protocol is frozen: reading has begun.", "Add cases or readers instead.")
        draw_plan(protocol, study.studies.cases())  # refuses what does not fit, before anything is written
        write_protocol(study.folder.protocol, protocol)
        refresh_protocol(study)
    finally:
        study.close()
    return study_facts(path)


def write_protocol(file: Path, protocol: Protocol) -> None:
    """Write a protocol as TOML, whole or not at all; raises AppError when the disk refuses."""
    from app.study.protocol_file import protocol_text

    half = file.with_name(f".{file.name}.new")
    try:
        half.write_text(protocol_text(protocol), encoding="utf-8")
        half.replace(file)
    except OSError as error:
        raise AppError(
            f"{file.name} cannot be written: {error.strerror or 'unknown reason'}.",
            "Check that you may write in that folder.",
        ) from error
