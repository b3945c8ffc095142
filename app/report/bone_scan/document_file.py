"""`CASE.report.json`: a report document on the disk, written whole; refused when altered by other hands."""

from __future__ import annotations

import json
from pathlib import Path

from app.annotation.formats.files import read_json
from app.errors import AppError
from app.files import write_whole
from app.report.bone_scan.document import SCHEMA, ReportDocument, altered_parts
from app.report.bone_scan.tables import SIMULATED
from app.study.canonical import from_plain, to_plain
from app.wording import SHORT_RESEARCH_USE

ENDING = ".report.json"
KIND = "ScintiRead bone scan report"


def document_bytes(document: ReportDocument) -> bytes:
    """The file: the notice first, for whoever opens it in an editor."""
    facts = document.content.facts
    head = {
        "kind": KIND,
        "notice": (f"{SIMULATED}. " if facts.simulated else "") + SHORT_RESEARCH_USE,
        "state": document.state,
    }
    plain = to_plain(document)
    assert isinstance(plain, dict)
    return (json.dumps(head | plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def write_document(path: Path, document: ReportDocument) -> None:
    """Write the document completely or not at all; raises AppError."""
    write_whole(path, document_bytes(document))


def is_document(path: Path) -> bool:
    """Whether a file is a report document, by its name and first words."""
    if not path.name.lower().endswith(".json") or not path.is_file():
        return False
    with path.open("rb") as file:
        return KIND.encode() in file.read(200)


def read_document(path: Path) -> ReportDocument:
    """A document from its file.

    Raises AppError when it is damaged, of a later schema, or altered by anything but this program: which part
    is named, and who had signed it.
    """
    content = read_json(path)
    if content.get("kind") != KIND:
        raise AppError(f"{path.name} is no report of a bone scan.", "Choose a file ending in .report.json.")
    if not isinstance(content.get("schema"), int) or content["schema"] > SCHEMA:
        raise AppError(
            f"{path.name} was written by a later version of the program.", "Install that version to open it."
        )
    try:
        document = from_plain(ReportDocument, content)
        altered = altered_parts(document)
        if content.get("state") != document.state:
            altered.append("the state")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AppError(f"{path.name} is damaged: parts of it are missing.", "Use another copy.") from error
    if altered:
        signature = document.signature
        when = f"after {signature.person} had signed it" if signature else "by hand"
        raise AppError(
            f"{path.name} was altered {when}: {', '.join(altered)}.", "Use a copy that was not altered."
        )
    return document
