"""Report one bone scan: from a scan and its lesions to a document, from a document to every form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from app.annotation.class_names import ClassNames, class_names
from app.annotation.label_set import LabelSet, MadeBy
from app.annotation.region import RegionSource
from app.annotation.taken_over import check_complete, taken_over
from app.errors import AppError
from app.quantification.burden import burden_of
from app.report.bone_scan.content import write
from app.report.bone_scan.document import ReportDocument, new_document
from app.report.bone_scan.document_file import read_document
from app.report.bone_scan.facts import ModelFacts, Prior
from app.report.bone_scan.gather import gather
from app.report.bone_scan.pictures import pictures_of
from app.report.bone_scan.wording import own_wording
from app.scan.hashing import view_hash
from app.scan.read import read_scan
from app.scan.scan import Scan
from app.scan.window import Levels, auto_level
from app.workflows.annotation.counted_labels import counted_labels
from app.workflows.annotation.labels import labels_of
from app.workflows.reports.located_regions import RegionNamer
from app.workflows.scans.confirmed_views import Confirm, as_said

LesionFinder = Callable[[Scan], LabelSet]
"""Outlines the lesions of a scan that nobody has labelled."""


@dataclass(frozen=True, eq=False)
class BoneScanReport:
    """A report with the scan that it is about; the scan is None when only the document is at hand."""

    document: ReportDocument
    scan: Scan | None = None


def report_of(
    files: tuple[Path, ...],
    *,
    masks: Path | None = None,
    labels: LabelSet | None = None,
    lesions_of: LesionFinder | None = None,
    model: ModelFacts | None = None,
    question: str = "",
    prior: Path | None = None,
    levels: Levels | None = None,
    spect_ct: bool = True,
    format_name: str = "",
    names: ClassNames | None = None,
    bone_map: bool = True,
    regions_by: RegionNamer | None = None,
    confirm: Confirm | None = None,
    now: datetime | None = None,
) -> BoneScanReport:
    """Write the draft of a report.

    The lesions come from `labels`, from the file `masks`, or from `lesions_of`. `model` made them, where the
    labels do not say so themselves. `names` says what the classes of labels mean.
    `levels` default to the automatic ones. Labels without bone regions get those fitted to the scan, unless
    `bone_map` is False: then regions are those that the annotator named. `regions_by` names the report's
    regions in their place, from all lesions together.

    Raises AppError for unreadable files, labels of another scan, and when nothing says where the lesions are.
    """
    if masks is None and labels is None and lesions_of is None:
        raise AppError(
            f"Nothing says where the lesions of {files[0].name} are, so there is nothing to report.",
            "Name their labels or a model: --masks LABELS or --model NAME.",
        )
    earlier = prior_of(prior) if prior is not None else None
    wording = own_wording()
    scan = as_said(read_scan(*files), confirm)
    given = labels is not None
    if labels is not None:
        labels = taken_over(labels, names or class_names(), scan)
        check_complete(labels)
    elif masks is not None:
        labels = labels_of(scan, masks, format_name, names)
    else:
        assert lesions_of is not None
        labels = lesions_of(scan)
    by_model = model or _model_of(labels.made_by)
    drawn_by_nobody = lesions_of is not None and masks is None and not given
    labels = counted_labels(scan, labels, bone_map=bone_map, by_model=drawn_by_nobody)
    shown = levels or auto_level([view.counts for view in scan.views])
    burden = burden_of(scan, labels.annotation, shown, labels.bones)
    source, notes = _source(labels, by_model), labels.notes
    located = regions_by(scan, labels) if regions_by is not None and burden.lesion_count else None
    if located is not None:
        source, notes = f"{source}; regions named by {located.by}", (*notes, located.note)
    facts = gather(
        scan,
        labels.annotation,
        burden,
        labels.bones,
        source=source,
        notes=notes,
        question=question,
        date=scan.date,
        model=by_model,
        prior=earlier,
        located=located.regions if located is not None else (),
    )
    if located is not None and facts.placed != facts.regions:
        told = f"the bones under the lesions say otherwise: {', '.join(facts.placed)}"
        facts = replace(facts, validity=(*facts.validity, told))
    content = write(facts, wording, spect_ct)
    made = new_document(content, pictures_of(scan, shown), __version__, now or datetime.now(UTC))
    return BoneScanReport(made, scan)


def reopened(document: Path, files: tuple[Path, ...] = (), confirm: Confirm | None = None) -> BoneScanReport:
    """A report as it was kept, with its scan where the files are given.

    Raises AppError when the document was altered, or the scan is not the one that was reported.
    """
    kept = read_document(document)
    if not files:
        return BoneScanReport(kept)
    scan = as_said(read_scan(*files), confirm)
    if {view.name.value: view_hash(view) for view in scan.views} != dict(kept.content.facts.fingerprints):
        raise AppError(
            f"{files[0].name} is not the scan that {document.name} reports.",
            "Name the scan it was made from.",
        )
    return BoneScanReport(kept, replace(scan, case=kept.content.facts.case))


def prior_of(path: Path) -> Prior:
    """What an earlier report says, for the comparison; raises AppError when it cannot be used."""
    document = read_document(path)
    facts, signature = document.content.facts, document.signature
    return Prior(
        case=facts.case,
        at=document.created,
        date=facts.procedure.date,
        signed_by=signature.person if signature else "",
        indices=facts.indices,
    )


def _model_of(made: MadeBy | None) -> ModelFacts | None:
    if made is None:
        return None
    return ModelFacts(made.model.name, made.model.version, made.threshold, made.model.training_data)


def _source(labels: LabelSet, model: ModelFacts | None) -> str:
    if model is not None:
        return f"the model {model.name}"
    reader = labels.annotation.reader
    accepted = sum(region.source is not RegionSource.READER for region in labels.annotation.regions)
    who = {"simulator": "the simulator (known truth)", "": "an unnamed annotator"}.get(
        reader, f"annotator {reader}"
    )
    return f"{who}, some of it taken over from a model" if accepted else who
