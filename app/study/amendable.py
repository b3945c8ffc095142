"""What of a protocol may change after the freeze without harm to what was read: told here alone."""

from __future__ import annotations

from dataclasses import replace

from app.study.protocol import Protocol
from app.study.protocol_fields import FIELDS, value_of

AMENDABLE = ("title", "notes", "contact", "deadline", "texts.consent", "texts.instructions")
"""Words for people, and until when. What decides who reads what, how it is asked and shown, and how it is
analysed never changes: arms, scale, order, cases, AI, washout, questions and the plan of the analysis.
Readers and cases are added and taken out."""


def changed_fields(before: Protocol, after: Protocol) -> tuple[str, ...]:
    """The paths of the fields that differ, in the order of the protocol."""
    return tuple(
        field.path for field in FIELDS if value_of(before, field.path) != value_of(after, field.path)
    )


def not_amendable(before: Protocol, after: Protocol) -> tuple[str, ...]:
    """Those among them that never change after the freeze."""
    return tuple(path for path in changed_fields(before, after) if path not in (*AMENDABLE, "version"))


def unrecorded_changes(before: Protocol, after: Protocol) -> tuple[str, ...]:
    """What differs between two versions beside what adding cases and readers changes."""
    grown = after.readers[: len(before.readers)] == before.readers
    kept = replace(after, readers=before.readers) if grown else after
    return tuple(path for path in changed_fields(before, kept) if path != "version")
