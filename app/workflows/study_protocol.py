"""The protocol of a study between its file, which people edit, and its database, which freezes it."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import AppError
from app.store.opening import OpenStudy
from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.order import draw_order, order_problems
from app.study.protocol import Protocol
from app.study.protocol_file import protocol_problems, read_protocol


def refresh_protocol(study: OpenStudy) -> bool:
    """Take over an edited protocol.toml while nobody has read yet; whether anything changed.

    Raises AppError when it does not fit, or when it was edited after the freeze.
    """
    kept = study.studies.current()
    written = read_protocol(study.folder.protocol)
    if written == kept.protocol:
        return False
    if kept.frozen_utc is not None:
        raise AppError(
            "protocol.toml was changed after the first read, and no longer fits what was frozen.",
            "Put the old text back; cases and readers are added with `scintiread study add`.",
        )
    cases = study.studies.cases()
    study.studies.define(written, cases, draw_plan(written, cases))
    return True


def draw_plan(protocol: Protocol, cases: Sequence[StudyCase]) -> list[Assignment]:
    """Every reader's list; raises AppError when the protocol does not fit the cases."""
    codes = [case.code for case in cases]
    problems = [*protocol_problems(protocol), *order_problems(protocol, codes)]
    if problems:
        raise AppError(f"The protocol does not fit: {problems[0]}", "Change the protocol or the cases.")
    return [item for reader in protocol.readers for item in draw_order(protocol, codes, reader)]
