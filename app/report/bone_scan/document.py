"""The report as it is kept: machine content with its hashes, and a chain of edits, signature and addenda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.errors import AppError
from app.report.bone_scan.content import ReportContent
from app.report.bone_scan.difference import difference
from app.report.bone_scan.pictures import ReportPicture
from app.study.canonical import JsonValue, canonical_json, sha256_text, to_plain, utc_text, without_silent

SCHEMA = 1
_LATER: Mapping[str, JsonValue] = {
    "located": [],
    "indices.more": {},
    "prior.indices.more": {},
}
"""Fields of the facts that came after the first reports were signed, where they say nothing."""
_LONGEST_NAME = 120
_LONGEST_TEXT = 20_000


class ReportEventKind(StrEnum):
    """What happened to a report after the program had written it."""

    EDIT = "edit"
    SIGNATURE = "signature"
    ADDENDUM = "addendum"


@dataclass(frozen=True)
class ReportEvent:
    """One thing a person did; `difference` leads from the text before to this one."""

    kind: ReportEventKind
    section: str
    text: str
    person: str
    at: str
    difference: tuple[str, ...]
    previous: str
    sha256: str


@dataclass(frozen=True)
class ReportDocument:
    """One report with its history. `hashes` holds the SHA-256 of each part of the machine content."""

    schema: int
    program: str
    created: str
    content: ReportContent
    pictures: tuple[ReportPicture, ...]
    hashes: Mapping[str, str]
    events: tuple[ReportEvent, ...] = ()

    @property
    def signature(self) -> ReportEvent | None:
        """Who signed, when; None while it is a draft."""
        return next((event for event in self.events if event.kind is ReportEventKind.SIGNATURE), None)

    @property
    def addenda(self) -> tuple[ReportEvent, ...]:
        """What was added after the signature."""
        return tuple(event for event in self.events if event.kind is ReportEventKind.ADDENDUM)

    def edits_of(self, section: str) -> tuple[ReportEvent, ...]:
        """The edits of one section before the signature, oldest first."""
        return tuple(
            each for each in self.events if each.kind is ReportEventKind.EDIT and each.section == section
        )

    def text(self, section: str) -> str:
        """The text of a section as it stands: of its last edit, or the machine's; raises KeyError."""
        edits = self.edits_of(section)
        return edits[-1].text if edits else self.content.section(section).text

    @property
    def state(self) -> str:
        """In a few words: draft or signed by whom, when."""
        signature = self.signature
        if signature is None:
            return "DRAFT – not signed"
        said = f"Signed by {signature.person}, {shown_time(signature.at)}"
        return f"{said}, with addendum" if self.addenda else said


def shown_time(at: str) -> str:
    """A moment as reports print it: to the minute, in UTC."""
    return f"{at[:10]} {at[11:16]} UTC"


def new_document(
    content: ReportContent, pictures: tuple[ReportPicture, ...], program: str, now: datetime
) -> ReportDocument:
    """A fresh draft."""
    return ReportDocument(SCHEMA, program, utc_text(now), content, pictures, part_hashes(content, pictures))


def edited(document: ReportDocument, section: str, text: str, person: str, now: datetime) -> ReportDocument:
    """The document with another text of one section; after the signature it becomes an addendum.

    A text that is the same changes nothing. Raises AppError without a name, or for an unknown section.
    """
    known = [each.key for each in document.content.sections]
    if section not in known:
        raise AppError(f"A report has no section “{section}”.", f"Use one of: {', '.join(known)}.")
    text = text.strip()
    if not text or len(text) > _LONGEST_TEXT:
        raise AppError(
            f"The text of a section has 1 to {_LONGEST_TEXT:,} characters.", "Write what was found."
        )
    before = document.text(section)
    if document.signature is not None:
        return _with(document, ReportEventKind.ADDENDUM, section, text, person, ("+" + text,), now)
    if text == before:
        return document
    return _with(document, ReportEventKind.EDIT, section, text, person, difference(before, text), now)


def signed(document: ReportDocument, person: str, now: datetime) -> ReportDocument:
    """The document with its signature; raises AppError without a name, or when it is signed already."""
    signature = document.signature
    if signature is not None:
        raise AppError(
            f"The report of {document.content.facts.case} is signed already, by {signature.person}.",
            "What has to be said now becomes an addendum.",
        )
    return _with(document, ReportEventKind.SIGNATURE, "", "", person, (), now)


def part_hashes(content: ReportContent, pictures: tuple[ReportPicture, ...]) -> dict[str, str]:
    """SHA-256 of each part of the machine content, by the words that name it."""
    parts: dict[str, object] = {
        f"the machine text of {section.title}": section for section in content.sections
    }
    parts |= {f"the {picture.view} image": picture for picture in pictures}
    facts = to_plain(content.facts)
    assert isinstance(facts, Mapping)
    parts |= {"the facts": without_silent(facts, _LATER), "the wording": content.wording}
    return {name: sha256_text(canonical_json(part)) for name, part in parts.items()}


def altered_parts(document: ReportDocument) -> list[str]:
    """What was changed by other hands than this program's, in words; empty for a sound document."""
    now = part_hashes(document.content, document.pictures)
    altered = [name for name, hash_ in now.items() if document.hashes.get(name) != hash_]
    altered += [name for name in document.hashes if name not in now]
    previous = _root(document)
    for number, event in enumerate(document.events, start=1):
        if event.previous != previous or event.sha256 != _hash_of(event):
            altered.append(f"{event.kind.value} {number} by {event.person}")
            break  # everything behind it hangs on it
        previous = event.sha256
    return altered


def _with(
    document: ReportDocument,
    kind: ReportEventKind,
    section: str,
    text: str,
    person: str,
    changes: tuple[str, ...],
    now: datetime,
) -> ReportDocument:
    person = " ".join(person.split())
    if not person or len(person) > _LONGEST_NAME:
        what = {
            ReportEventKind.EDIT: "An edit",
            ReportEventKind.SIGNATURE: "A signature",
            ReportEventKind.ADDENDUM: "An addendum",
        }[kind]
        raise AppError(f"{what} needs a name.", "Type the name of the person who answers for it.")
    previous = document.events[-1].sha256 if document.events else _root(document)
    event = ReportEvent(kind, section, text, person, utc_text(now), changes, previous, "")
    return replace(document, events=(*document.events, replace(event, sha256=_hash_of(event))))


def _root(document: ReportDocument) -> str:
    """What the first event hangs on: the machine content and when it was written."""
    parts = [document.schema, document.program, document.created, dict(document.hashes)]
    return sha256_text(canonical_json(parts))


def _hash_of(event: ReportEvent) -> str:
    return sha256_text(canonical_json(to_plain(replace(event, sha256=""))))
