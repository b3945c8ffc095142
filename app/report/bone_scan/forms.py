"""The forms a report can take; adding one is a file with a function, and a line in `FORMS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.report.bone_scan.document import ReportDocument
from app.scan.scan import Scan


@dataclass(frozen=True)
class ReportForm:
    """One form: how it is called, how its files end, and what makes it."""

    name: str
    title: str
    ending: str
    make: Callable[[ReportDocument, Scan | None], bytes]
    dicom: bool = False
    """Whether it needs the DICOM object of the scan."""


def _pdf(document: ReportDocument, _scan: Scan | None) -> bytes:
    from app.report.bone_scan.pdf import pdf_bytes

    return pdf_bytes(document)


def _html(document: ReportDocument, _scan: Scan | None) -> bytes:
    from app.report.bone_scan.html import html_text

    return html_text(document).encode("utf-8")


def _json(document: ReportDocument, _scan: Scan | None) -> bytes:
    from app.report.bone_scan.document_file import document_bytes

    return document_bytes(document)


def _sr(document: ReportDocument, scan: Scan | None) -> bytes:
    from app.report.bone_scan.dicom_sr import sr_bytes

    return sr_bytes(document, scan)


def _encapsulated(document: ReportDocument, scan: Scan | None) -> bytes:
    from app.report.bone_scan.encapsulated_pdf import encapsulated_pdf_bytes

    return encapsulated_pdf_bytes(document, scan)


FORMS: tuple[ReportForm, ...] = (
    ReportForm("pdf", "PDF", ".pdf", _pdf),
    ReportForm("html", "HTML", ".html", _html),
    ReportForm("json", "JSON", ".report.json", _json),
    ReportForm("sr", "DICOM SR", ".sr.dcm", _sr, dicom=True),
    ReportForm("epdf", "DICOM PDF", ".pdf.dcm", _encapsulated, dicom=True),
)


def form_named(name: str) -> ReportForm:
    """The form of that name; raises KeyError."""
    return next(form for form in FORMS if form.name == name)


def form_of(path: Path) -> ReportForm:
    """The form that a file's ending asks for; raises AppError for an unknown one."""
    name = path.name.lower()
    found = [form for form in FORMS if name.endswith(form.ending)]
    found += [form_named(one) for one, end in (("html", ".htm"), ("json", ".json")) if name.endswith(end)]
    if found:
        return max(found, key=lambda form: len(form.ending))
    endings = ", ".join(form.ending for form in FORMS)
    raise AppError(
        f"{path.name} does not tell the form of the report.",
        f"Name it with one of {endings}, or use --format.",
    )
