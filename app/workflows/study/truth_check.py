"""Checks that the truth is the one that is on record, from the first session to the last correction."""

from __future__ import annotations

from app.errors import AppError
from app.store.life import life_of
from app.store.opening import OpenStudy
from app.study.events import EventKind
from app.workflows.study.truth_record import AS_IT_IS, UNRECORDED, seal_of, truth_records


def truth_problems(study: OpenStudy) -> tuple[list[str], list[str]]:
    """What is wrong with the truth, and what only has to be known."""
    records = life_of(study.database).of(EventKind.TRUTH_RECORDED)
    noted = study.readings.truth_seals()
    try:
        now, kept = seal_of(study.folder), truth_records(study.folder)
    except (AppError, OSError) as error:
        return [], [f"The truth could not be compared: {error}"]
    problems = []
    first = str(records[0].payload.get("before", "")) if records else next(iter(noted), "")
    last, known = first, {first}  # a record before the first session, as a bundle's, is of no earlier seal
    for record in records:
        before, after = (str(record.payload.get(name, "")) for name in ("before", "after"))
        if before != last:
            problems.append(f"The truth was changed without a record before {record.at.date().isoformat()}.")
        if str(record.payload.get("record", "")) not in kept:
            problems.append(f"{record.what}: what was corrected is not in truth_records.jsonl as it was.")
        last = after
        known.add(after)
    if set(noted) - known:
        problems.append("A session was read while another truth was sealed than any that is on record.")
    if last and now and now != last:
        problems.append(f"{UNRECORDED} {AS_IT_IS}")
    if not study.folder.truth.is_file():
        return problems, ["There is no truth here to compare with its seal."] if last else []
    if last:
        return problems, [] if now else ["The truth could not be compared: truth.salt is missing."]
    frozen = study.studies.current().frozen_utc is not None
    return problems, [f"The truth is on no record. {_HOW}"] if frozen else []


_HOW = "`scintiread study truth STUDY --record` seals it."
