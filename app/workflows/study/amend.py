"""Amends the protocol of a frozen study as a new version, in what does no harm to what was read."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from app.errors import AppError
from app.names import visible
from app.store.life import life_of
from app.store.opening import OpenStudy, open_study
from app.study.amendable import AMENDABLE, changed_fields, not_amendable, unrecorded_changes
from app.study.case import frozen_sha256
from app.study.events import EventKind
from app.study.life import LifeRecord
from app.study.protocol import Protocol
from app.study.protocol_fields import with_value
from app.study.protocol_problems import protocol_problems
from app.workflows.study.protocol import refresh_protocol, write_protocol
from app.workflows.study.record import put_on_record, require_frozen, require_said


def amend_protocol(path: Path, wanted: Protocol, by: str, reason: str) -> LifeRecord:
    """Put another version of the protocol in force; what was read stays under its own. Gives the record.

    Raises AppError, and changes nothing, before the freeze, where nothing differs, and for a field that
    decides what was read.
    """
    by, reason = require_said(by, reason)
    study = open_study(path)
    try:
        require_frozen(study, "The protocol can still be changed: `scintiread study protocol --set`.")
        refresh_protocol(study)
        kept = study.studies.current()
        after = replace(wanted, version=kept.protocol.version + 1)
        if never := not_amendable(kept.protocol, after):
            raise AppError(
                f"After the freeze {never[0]} never changes: answers before and after could not be compared.",
                f"These may be amended: {', '.join(AMENDABLE)}. Anything else is a new study.",
            )
        fields = [name for name in changed_fields(kept.protocol, after) if name != "version"]
        if not fields:
            raise AppError("The protocol says so already.", "Nothing was recorded.")
        if problems := protocol_problems(after):
            raise AppError(str(problems[0]), "Nothing was recorded.")
        put_on_record(
            study,
            EventKind.PROTOCOL_AMENDED,
            by=by,
            reason=reason,
            version=after.version,
            fields=fields,
            before=kept.sha256,
            after=frozen_sha256(after, study.studies.cases()),
        )
        study.studies.extend(after, (), ())
        write_protocol(study.folder.protocol, after)
        return life_of(study.database).records[-1]
    finally:
        study.close()


def amend_field(path: Path, field: str, value: str, by: str, reason: str) -> LifeRecord:
    """Amend one field of texts; raises AppError for one that never changes, and as above."""
    if field not in AMENDABLE:
        raise AppError(
            f"After the freeze {visible(field)[:40]} never changes.",
            f"These may be amended: {', '.join(AMENDABLE)}.",
        )
    study = open_study(path)
    try:
        protocol = study.studies.current().protocol
    finally:
        study.close()
    return amend_protocol(path, with_value(protocol, field, value), by, reason)


def amendment_problems(study: OpenStudy) -> list[str]:
    """A sentence per version that differs from the one before in what no record tells."""
    told = {
        (record.payload.get("before"), record.payload.get("after"))
        for record in life_of(study.database).of(EventKind.PROTOCOL_AMENDED)
    }
    versions = study.studies.versions()
    return [
        f"Version {later.protocol.version} of the protocol changed {', '.join(fields)} without a record."
        for earlier, later in pairwise(versions)
        if (fields := unrecorded_changes(earlier.protocol, later.protocol))
        and (earlier.sha256, later.sha256) not in told
    ]
