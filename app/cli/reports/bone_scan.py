"""`scintiread report SCAN --masks LABELS --out report.pdf`: a report, its edits, its signature, its forms."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from app.annotation.class_names import class_names
from app.cli.annotation.masks import add_classes
from app.cli.device import add_device
from app.errors import AppError
from app.report.bone_scan.document import edited, signed
from app.report.bone_scan.document_file import ENDING, is_document
from app.report.bone_scan.forms import FORMS, ReportForm, form_named, form_of
from app.report.bone_scan.wording import SECTIONS
from app.workflows.reports.bone_scan import BoneScanReport, reopened, report_of
from app.workflows.reports.kept import document_path, write_report
from app.workflows.reports.located_regions import RegionNamer
from app.workflows.reports.model import finder_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("scan", type=Path, metavar="SCAN", help="a DICOM, TIFF or PNG file; or REPORT.report.json, to go on")
    add("partner", type=Path, nargs="*", help="the file with the other view; after a report its scan's files")
    add("--masks", type=Path, metavar="LABELS", help="the lesions, in any format that `quantify` reads")
    add_classes(parser)
    add("--model", metavar="NAME", help="the model that finds the lesions (default: the installed one)")
    add_device(parser)
    add("--from", dest="format_name", default="", metavar="FORMAT", help="format of LABELS")
    add("--no-bone-map", action="store_true", help="do not fit bone regions to the scan")
    add(
        "--regions",
        choices=("map", "model"),
        default="map",
        help="who names the regions: the bones under the lesions (default), or the installed model for it",
    )
    add("--question", default="", metavar="TEXT", help="the clinical question")
    add("--prior-report", type=Path, metavar="JSON", help="an earlier report of the patient, to compare with")
    add("--no-spect-ct", action="store_true", help="leave the advice for SPECT/CT out")
    add("--format", choices=[form.name for form in FORMS], help="default: what the ending of --out says")
    add("--out", type=Path, metavar="FILE", help="default: CASE.pdf here; its .report.json is kept beside it")
    add(
        "--edit",
        action="append",
        default=[],
        metavar="SECTION=TEXT",
        help=f"another text of a section ({', '.join(SECTIONS)}); SECTION=@FILE takes it from a file",
    )
    add("--editor", default="", metavar="NAME", help="who edits (default: who signs)")
    add("--sign", default="", metavar="NAME", help="sign as this person; later edits become addenda")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write the report and say where; returns 0."""
    going_on = is_document(chosen.scan)
    report = _go_on(chosen) if going_on else _begin(chosen)
    report = _changed(report, chosen)
    form, out = _target(chosen, report)
    beside = chosen.scan if going_on else document_path(out, form)
    written = write_report(report, out, form, beside if form.name != "json" else None)
    if going_on and form.name == "json" and out != chosen.scan:
        print(f"{chosen.scan.name} stays as it was.")
    facts = report.document.content.facts
    print(f"{facts.case}: {report.document.state}")
    print(f"  {report.document.text('interpretation')}")
    for note in facts.validity:
        print(f"  ! {note}")
    print(f"  written: {', '.join(str(path) for path in written)}")
    return 0


def _begin(chosen: argparse.Namespace) -> BoneScanReport:
    if chosen.masks is not None and chosen.model is not None:
        raise AppError("Lesions come from --masks or --model, not from both.", "Leave one of them out.")
    finder = finder_of(chosen.model or "", chosen.device) if chosen.masks is None else None
    return report_of(
        (chosen.scan, *chosen.partner),
        masks=chosen.masks,
        lesions_of=finder,
        question=chosen.question,
        prior=chosen.prior_report,
        spect_ct=not chosen.no_spect_ct,
        format_name=chosen.format_name,
        names=class_names(chosen.classes),
        bone_map=not chosen.no_bone_map,
        regions_by=_namer() if chosen.regions == "model" else None,
    )


def _namer() -> RegionNamer:
    from app.workflows.reports.located_regions import (
        regions_by_model,  # onnxruntime, only where it is asked for
    )

    return regions_by_model()


def _go_on(chosen: argparse.Namespace) -> BoneScanReport:
    made_anew = (chosen.masks, chosen.model, chosen.question, chosen.prior_report)
    if any(made_anew):
        raise AppError(
            f"{chosen.scan.name} is written already: lesions, question and comparison stay as they are.",
            "Use --edit for another text, or name the scan to begin a new report.",
        )
    return reopened(chosen.scan, tuple(chosen.partner))


def _changed(report: BoneScanReport, chosen: argparse.Namespace) -> BoneScanReport:
    document, now = report.document, datetime.now(UTC)
    for edit in chosen.edit:
        section, sign, text = edit.partition("=")
        if not sign:
            raise AppError(f"“{edit[:40]}” is no edit.", "Write it as SECTION=TEXT or SECTION=@FILE.")
        who = chosen.editor or chosen.sign
        document = edited(document, section.strip(), _text(text), who, now)
    if chosen.sign:
        document = signed(document, chosen.sign, now)
    return BoneScanReport(document, report.scan)


def _text(text: str) -> str:
    if not text.startswith("@"):
        return text
    file = Path(text[1:])
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AppError(f"{file.name} cannot be read as text.", "Check the path of the edit.") from error


def _target(chosen: argparse.Namespace, report: BoneScanReport) -> tuple[ReportForm, Path]:
    """Form and file; without --out a PDF (or what --format says) under the name of the case, here."""
    form = form_named(chosen.format) if chosen.format else None
    out = chosen.out
    if out is None:
        form = form or form_named("pdf")
        stem = chosen.scan.name.removesuffix(ENDING) if is_document(chosen.scan) else ""
        out = Path(f"{stem or report.document.content.facts.case}{form.ending}")
    return form or form_of(out), out
