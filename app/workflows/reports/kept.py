"""Keep a report: every form it is written in, and its document beside them, so that no edit is ever lost."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.files import write_whole
from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.document_file import ENDING, read_document
from app.report.bone_scan.forms import ReportForm
from app.workflows.reports.bone_scan import BoneScanReport


def document_path(out: Path, form: ReportForm) -> Path:
    """Where the document of a report is kept that is written to `out`."""
    if form.name == "json":
        return out
    stem = out.name.removesuffix(form.ending) if out.name.endswith(form.ending) else out.stem
    return out.with_name(f"{stem}{ENDING}")


def write_report(
    report: BoneScanReport, out: Path, form: ReportForm, beside: Path | None = None
) -> tuple[Path, ...]:
    """Write one form, and the document to `beside` or next to it; nothing is written before the form is made.

    Raises AppError when it cannot be made or written, and when another report with edits or a signature would
    be written over.
    """
    kept = beside or document_path(out, form)
    check_free(kept, report.document)
    content = form.make(report.document, report.scan)
    if form.name != "json":
        write_whole(kept, form_json(report.document))
    write_whole(out, content)
    return (out,) if out == kept else (out, kept)


def check_free(path: Path, document: ReportDocument) -> None:
    """Raise AppError when `path` holds a report with edits or a signature that `document` does not go on."""
    if not path.exists():
        return
    try:
        there = read_document(path)
    except AppError as error:
        raise AppError(
            f"{path.name} exists and is not written over: {error.message}", "Choose another name with --out."
        ) from error
    goes_on = document.events[: len(there.events)] == there.events and document.hashes == there.hashes
    if there.events and not goes_on:
        raise AppError(
            f"{path.name} holds a report with edits by {there.events[-1].person}, which would be lost.",
            f"Go on with it (name {path.name} in place of the scan), or choose another name.",
        )


def form_json(document: ReportDocument) -> bytes:
    """The document as a file."""
    from app.report.bone_scan.document_file import document_bytes

    return document_bytes(document)
