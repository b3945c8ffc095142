"""The truth on record: sealed before anybody reads, corrected with who and why, and never changed unseen.

What was corrected lies with the truth in the coordinator's folder; the study's chain has only hashes of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from app.bounded import json_in
from app.errors import AppError
from app.files import append_lines, refused, write_whole
from app.store.folder import StudyFolder
from app.store.life import life_of
from app.store.opening import OpenStudy, open_study
from app.study.canonical import canonical_json, from_plain, lines_of
from app.study.events import EventKind
from app.study.life import LifeRecord, StudyLife
from app.study.truth import CaseTruth, read_truth
from app.study.truth_seal import TruthRecord, truth_changes, truth_seal
from app.workflows.study.record import put_on_record, require_frozen, require_said
from app.workflows.study.truth import keep_truth, private_folder

_SALT, _RECORDS = "truth.salt", "truth_records.jsonl"
_HINT = "Check that you may write in that folder."
UNRECORDED = "truth.csv or a lesion mask was changed, and no record tells so."
AS_IT_IS = "Put back what was there, or put it on record: `scintiread study truth STUDY --record`."


def seal_of(folder: StudyFolder) -> str:
    """The seal of the truth as it lies there; empty without truth or salt, AppError for damaged files."""
    salt = _salt(folder)
    if not folder.truth.is_file() or not salt:
        return ""
    masks = {
        file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.lesions.glob("*.npz"))
    }
    return truth_seal(read_truth(folder.truth), masks, salt)


def seal_truth(folder: StudyFolder) -> str:
    """Write the seal where a reading session finds it, which notes it in the reader's chain; gives it."""
    if not folder.truth.is_file():
        return ""
    if not _salt(folder):
        write_whole(private_folder(folder) / _SALT, secrets.token_hex(32) + "\n", _HINT, private=True)
    seal = seal_of(folder)
    write_whole(folder.truth_seal, seal + "\n", _HINT)
    return seal


def correct_truth(path: Path, corrected: Sequence[CaseTruth], by: str, reason: str) -> LifeRecord:
    """Change or add the truth of these cases, on record; gives the record.

    Raises AppError, and changes nothing, before the freeze, for an unknown case, where nothing would change,
    and where the truth was changed before without a record.
    """
    by, reason = require_said(by, reason)
    study = open_study(path)
    try:
        require_frozen(study, "Edit coordinator/truth.csv; `scintiread study check` takes it over.")
        before = read_truth(study.folder.truth) if study.folder.truth.is_file() else {}
        for each in corrected:
            study.studies.case(each.case)
        after = {**before, **{each.case: each for each in corrected}}
        if not truth_changes(before, after):
            raise AppError("The truth says so already.", "Nothing was recorded.")
        old = sealed_on_record(study)
        if before and old and seal_of(study.folder) != old:
            raise AppError(UNRECORDED, AS_IT_IS)
        if before and not old:
            old = put_truth_on_record(study, "program", "as it was before the first correction")
        keep_truth(study.folder, list(after.values()))
        return _record(study, old, by, reason, before, after)
    finally:
        study.close()


def record_truth(path: Path, by: str, reason: str) -> LifeRecord:
    """Put the truth on record as it lies there; raises AppError where that is on record already."""
    by, reason = require_said(by, reason)
    study = open_study(path)
    try:
        require_frozen(study, "The truth is sealed when the first session is opened.")
        if not study.folder.truth.is_file():
            raise AppError("There is no truth.csv in the folder “coordinator”.", "Put it there first.")
        old = sealed_on_record(study)
        if old and seal_of(study.folder) == old:
            raise AppError("The truth is on record as it is.", "Nothing was recorded.")
        return _record(study, old, by, reason, {}, {})
    finally:
        study.close()


def correct_case(path: Path, case: str, value: str, by: str, reason: str) -> LifeRecord:
    """Correct the truth of one case to `value`, 1 or 0; raises AppError for any other word, and as above."""
    if value.strip() not in ("0", "1"):
        raise AppError(
            f"“{value.strip()[:20]}” is no truth of a case.", "Write 1 for metastases, 0 for none."
        )
    file, ill = StudyFolder(path).truth, value.strip() == "1"
    known = read_truth(file).get(case) if file.is_file() else None
    return correct_truth(path, [replace(known, truth=ill) if known else CaseTruth(case, ill)], by, reason)


def put_truth_on_record(study: OpenStudy, by: str, reason: str) -> str:
    """Put the truth of a frozen study on record, unless it is on record as it is; gives its seal."""
    known = sealed_on_record(study)
    if study.folder.truth.is_file() and (not known or seal_of(study.folder) != known):
        _record(study, known, by, reason, {}, {})
    return sealed_on_record(study)


def sealed_on_record(study: OpenStudy) -> str:
    """The seal that stands last in the coordinator's chain, or that of the first session; "" for none."""
    records = life_of(study.database).of(EventKind.TRUTH_RECORDED)
    if records:
        return str(records[-1].payload.get("after", ""))
    return next(iter(study.readings.truth_seals()), "")


def truth_records(folder: StudyFolder) -> dict[str, TruthRecord]:
    """What lies with the truth, by its hash; raises AppError for a line that is none."""
    file = folder.truth.with_name(_RECORDS)
    if not file.is_file():
        return {}
    try:
        made = [from_plain(TruthRecord, json_in(line)) for line in lines_of(file.read_bytes())]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AppError(f"{file.name} cannot be read.", "It tells what was corrected in the truth.") from error
    return {each.sha256: each for each in made}


def told_of_truth(record: LifeRecord, kept: Mapping[str, TruthRecord]) -> tuple[str, str]:
    """What was corrected in words, and why, for whoever may see the truth."""
    found = kept.get(str(record.payload.get("record", "")))
    if found is None:
        return record.what, record.reason
    changes = ", ".join(change.words for change in found.changes)
    return (f"{record.what}: {changes}" if changes else record.what), found.reason


def _record(
    study: OpenStudy,
    old: str,
    by: str,
    reason: str,
    before: Mapping[str, CaseTruth],
    after: Mapping[str, CaseTruth],
) -> LifeRecord:
    seal = seal_truth(study.folder)
    made = TruthRecord(by, reason, old, seal, truth_changes(before, after), secrets.token_hex(16))
    file = private_folder(study.folder) / _RECORDS
    try:
        append_lines(file, [canonical_json(made)], private=True)
    except OSError as error:
        raise refused(file, error, _HINT) from error
    put_on_record(
        study,
        EventKind.TRUTH_RECORDED,
        by=by,
        before=old,
        after=seal,
        changed=len(made.changes),
        record=made.sha256,
    )
    return life_of(study.database).records[-1]


def _salt(folder: StudyFolder) -> str:
    file = folder.truth.with_name(_SALT)
    try:
        return file.read_text(encoding="ascii").strip() if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise AppError(f"{file.name} cannot be read.", "The seal of the truth is made with it.") from error


def life_told(study: OpenStudy) -> StudyLife:
    """All that was decided, with what was corrected in the truth: for who may see it anyway."""
    kept = truth_records(study.folder)
    return StudyLife(
        tuple(
            replace(record, what=told_of_truth(record, kept)[0], reason=told_of_truth(record, kept)[1])
            for record in life_of(study.database).records
        )
    )
