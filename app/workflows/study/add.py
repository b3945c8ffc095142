"""Adds cases or readers to a study: before the freeze to its lists, afterwards as a new protocol version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress
from app.scan.class_words import untelling
from app.store.opening import OpenStudy, open_study
from app.store.studies import ProtocolVersion
from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.order import draw_addition, draw_order
from app.study.protocol import Protocol
from app.study.protocol_problems import protocol_problems
from app.workflows.scans.confirmed_views import Confirm
from app.workflows.scans.library import find_scans
from app.workflows.scans.scan_row import ScanRow, ScanTable
from app.workflows.study.copies import copies_made, copy_scans
from app.workflows.study.left_out import keep_left_out
from app.workflows.study.new import NewStudy, case_of, pseudonyms, told_of_renamed
from app.workflows.study.protocol import draw_plan, refresh_protocol, write_protocol
from app.workflows.study.truth import has_pseudonyms, keep_key, kept_key


def add_to_study(
    path: Path,
    scans: Sequence[Path] = (),
    readers: Sequence[str] = (),
    progress: Progress | None = None,
    confirm: Confirm | None = None,
    no_burned_in_text: bool = False,
) -> NewStudy:
    """Add what is not there yet; what was read stays under the version it was read by.

    Where the study has codes instead of names, or copies instead of references, the new cases get them too.
    Raises AppError, and changes nothing, when there is nothing new or it does not fit.
    """
    progress = progress or NoProgress()
    study = open_study(path)
    try:
        refresh_protocol(study)
        before = study.studies.current()
        table = find_scans(list(scans), progress, confirm) if scans else ScanTable()
        key, pseudonymous = kept_key(study.folder), has_pseudonyms(study.folder)
        rows, unused = _new_rows(table.usable, study.studies.cases(), key, pseudonymous)
        joined = tuple(dict.fromkeys(code for code in readers if code not in before.protocol.readers))
        if not rows and not joined:
            raise AppError(
                "There is nothing new to add.", "Give scans or reader codes that are not there yet."
            )
        after = replace(before.protocol, readers=(*before.protocol.readers, *joined))
        problems = protocol_problems(after)
        if problems:
            raise AppError(str(problems[0]), "Nothing was added.")
        names = [row.case for row in rows]
        known = {case.code for case in study.studies.cases()}
        codes = pseudonyms(names, after.seed, len(key)) if pseudonymous else untelling(names, known)
        renamed = {name: code for name, code in codes.items() if name != code}
        added = [replace(case_of(row, path, ""), code=codes[row.case]) for row in rows]
        if rows and copies_made(study.folder):
            added = copy_scans(rows, added, study.folder, no_burned_in_text, progress)
        if renamed:
            keep_key(study.folder, key | renamed)
        version = _redraw(study, after, added) if before.frozen_utc is None else _extend(study, after, added)
        keep_left_out(study.folder, table.unusable, key | codes)
        return NewStudy(
            path,
            version.protocol,
            version.sha256,
            study.studies.case_count(),
            (*table.unusable, *unused),
            told=() if pseudonymous else tuple(told_of_renamed(codes)),
        )
    finally:
        study.close()


def _new_rows(
    rows: Sequence[ScanRow], known: Sequence[StudyCase], names: Collection[str], pseudonymous: bool
) -> tuple[list[ScanRow], list[ScanRow]]:
    """New rows; and, with the reason, those that the study has or whose name is taken.

    `names`: of files that have another code, which the key tells by this name alone.
    """
    taken = set(names) if pseudonymous else {*(case.code for case in known), *names}
    by_image = {digest: case.code for case in known for digest in case.image_hashes.values()}
    new, unused = [], []
    for row in rows:
        same = next((by_image[digest] for digest in row.hashes if digest in by_image), "")
        if same:
            unused.append(replace(row, duplicate_of=same, reason=f"Has the same image as case {same}."))
        elif row.case in taken:
            reason = f"The study has another case {row.case}. Give the file another name."
            unused.append(replace(row, reason=reason))
        else:
            new.append(row)
    return new, unused


def _redraw(study: OpenStudy, after: Protocol, added: Sequence[StudyCase]) -> ProtocolVersion:
    """Nobody has read yet: the version stays, every list is drawn anew."""
    cases = [*study.studies.cases(), *added]
    plan = draw_plan(after, cases)
    write_protocol(study.folder.protocol, after)
    return study.studies.define(after, cases, plan)


def _extend(study: OpenStudy, after: Protocol, added: Sequence[StudyCase]) -> ProtocolVersion:
    """Reading has begun: what was drawn stays, the new cases come after it."""
    after = replace(after, version=after.version + 1)
    came_with = study.studies.versions_of_cases()
    added_codes = [case.code for case in added]
    plan: list[Assignment] = []
    for reader in after.readers:
        history = study.readings.history(reader)
        if history.plan:
            first = history.plan[-1].position + 1
            plan += draw_addition(after, added_codes, reader, first, history.begun_visit)
        else:
            plan += draw_order(after, [*came_with, *added_codes], reader, came_with)
    version = study.studies.extend(after, added, plan)
    write_protocol(study.folder.protocol, after)
    return version
