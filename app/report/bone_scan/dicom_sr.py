"""The report as DICOM Comprehensive SR, template TID 1500: one planar region per lesion and view."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from app import __version__
from app.annotation.classes import METASTASIS, class_table
from app.errors import AppError
from app.quantification.bones import bone_table
from app.quantification.indices import INDICES
from app.report.bone_scan.dicom_source import SourceFrame, objects_of, sources_of
from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.facts import Indices, Lesion, ModelFacts, Polygon, ReportFacts, Sighting
from app.report.bone_scan.tables import SIMULATED
from app.scan.readers.dicom_file import BAD_VALUE
from app.scan.scan import Scan
from app.wording import SHORT_RESEARCH_USE

if TYPE_CHECKING:
    from highdicom.sr import CodedConcept

SCHEME = "99SCINTIREAD"
Template = Any  # Any: highdicom has no types


def sr_bytes(document: ReportDocument, scan: Scan | None) -> bytes:
    """The object as a file; VERIFIED only when the report is signed.

    Raises AppError for a scan that is not at hand, did not come from DICOM or lacks what an SR needs.
    """
    facts = document.content.facts
    sources = sources_of(scan, facts.case)
    try:
        made = _object(document, sources)
    except BAD_VALUE as error:
        raise AppError(
            f"{facts.case} cannot be made a structured report: its header lacks what one needs.",
            "Choose PDF, HTML or JSON, or export the scan again.",
        ) from error
    buffer = BytesIO()
    made.save_as(buffer)
    return buffer.getvalue()


def _object(document: ReportDocument, sources: Mapping[str, SourceFrame]) -> Template:
    from highdicom import sr
    from pydicom.sr.codedict import codes
    from pydicom.uid import generate_uid

    facts, signature = document.content.facts, document.signature
    groups: list[Template] = [
        _planar(lesion, sighting, line, sources, facts.model)
        for lesion in facts.lesions
        for sighting in lesion.sightings
        for line in sighting.outlines
    ]
    groups.append(_whole(facts.indices))
    device = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=generate_uid(), manufacturer_name="ScintiRead", model_name="ScintiRead", name="ScintiRead"
        ),
    )
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=device),
        procedure_reported=_own("bone-scan", "Whole-body bone scintigraphy"),
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    for name, text in _texts(document):
        content[0].ContentSequence.append(
            sr.TextContentItem(name=name, value=text, relationship_type=sr.RelationshipTypeValues.CONTAINS)
        )
    made = sr.ComprehensiveSR(
        evidence=objects_of(sources),
        content=content[0],
        series_instance_uid=generate_uid(),
        series_number=940,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="ScintiRead",
        is_complete=signature is not None,
        is_final=signature is not None,
        is_verified=signature is not None,
        verifying_observer_name=_person_name(signature.person) if signature else None,
        verifying_organization="Not stated" if signature else None,
    )
    made.SpecificCharacterSet = "ISO_IR 192"
    made.ManufacturerModelName, made.SoftwareVersions = "ScintiRead", __version__
    made.SeriesDescription = f"{'SIMULATED ' if facts.simulated else ''}Bone scan report, research use only"
    return made


def _planar(
    lesion: Lesion,
    sighting: Sighting,
    line: Polygon,
    sources: Mapping[str, SourceFrame],
    model: ModelFacts | None,
) -> Template:
    from highdicom import sr
    from pydicom.sr.codedict import codes

    dataset, frame = sources[sighting.view]
    points = np.array(line, np.float64)
    closed = np.concatenate([points, points[:1]]) if len(points) > 1 else points
    many = int(dataset.get("NumberOfFrames") or 1) > 1
    region = sr.ImageRegion(
        graphic_type=sr.GraphicTypeValues.POLYLINE if len(points) > 1 else sr.GraphicTypeValues.POINT,
        graphic_data=closed,
        source_image=sr.SourceImageForRegion(
            dataset.SOPClassUID, dataset.SOPInstanceUID, referenced_frame_numbers=[frame] if many else None
        ),
    )
    value, scheme, meaning = class_table().of(METASTASIS).code
    tracking = int.from_bytes(hashlib.sha256(lesion.key.encode()).digest()[:16], "big")
    algorithm = None
    if model is not None:
        parameters = [f"trained on: {model.training_data or 'not stated'}"]
        parameters += [f"threshold: {model.threshold:g}"] if model.threshold is not None else []
        algorithm = sr.AlgorithmIdentification(model.name, model.version or "not stated", parameters)
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=f"2.25.{tracking}", identifier=lesion.name),
        referenced_region=region,
        finding_type=codes.SCT.Lesion,
        finding_category=_code("49755003", "SCT", "Morphologically Abnormal Structure"),
        finding_sites=_sites(lesion, sighting),
        algorithm_id=algorithm,
        measurements=_measurements(sighting),
        qualitative_evaluations=[
            sr.QualitativeEvaluation(codes.DCM.Finding, _code(value, scheme, meaning)),
            sr.QualitativeEvaluation(
                _own("report-region", "Region of the report"),
                _own(f"region-{lesion.regions[0]}", lesion.regions[0].capitalize()),
            ),
        ],
    )


def _sites(lesion: Lesion, sighting: Sighting) -> list[Template]:
    from highdicom import sr
    from pydicom.sr.codedict import codes

    known = {bone.title: bone for bone in bone_table().bones}
    sides = {"left": codes.SCT.Left, "right": codes.SCT.Right}
    found = []
    for title in lesion.bones or sighting.bones:
        bone = known.get(title)
        if bone is not None:
            place = (
                _code(bone.sct, "SCT", bone.name.capitalize())
                if bone.sct
                else _own(bone.name.replace(" ", "-"), bone.name.capitalize())
            )
            found.append(sr.FindingSite(place, laterality=sides.get(bone.side)))
    return found


def _measurements(sighting: Sighting) -> list[Template]:
    """What is known of a lesion on a view; counts are photons detected."""
    from highdicom import sr
    from pydicom.sr.codedict import codes

    counts = codes.UCUM.Counts
    intensity = _own("pixel-counts", "Counts per pixel")
    made = []
    if sighting.area_cm2 is not None:
        made.append(sr.Measurement(codes.SCT.Area, sighting.area_cm2, codes.UCUM.SquareCentimeter))
    if sighting.counts is not None:
        made.append(sr.Measurement(_own("counts", "Counts in the region"), sighting.counts, counts))
    for value, derivation in ((sighting.maximum, codes.SCT.Maximum), (sighting.mean, codes.SCT.Mean)):
        if value is not None:
            made.append(sr.Measurement(intensity, value, counts, derivation=derivation))
    ratios = (
        (sighting.ratio, "ratio-contralateral", "Ratio of means to the mirrored place"),
        (sighting.to_background, "ratio-surroundings", "Ratio of means to the surroundings"),
    )
    made += [
        sr.Measurement(_own(key, meaning), value, codes.UCUM.Ratio)
        for value, key, meaning in ratios
        if value is not None
    ]
    return made


def _whole(indices: Indices) -> Template:
    """The indices of the whole skeleton."""
    from highdicom import sr
    from pydicom.sr.codedict import codes

    anterior, posterior, mean = indices.bstbi_count
    one = codes.UCUM.NoUnits
    units = {"%": codes.UCUM.Percent, "cm²": codes.UCUM.SquareCentimeter, "": one}
    rows = (
        ("lesions", "Number of lesions", float(indices.lesions), one),
        ("bstbi-anterior", "BSTBI on counts, anterior view", anterior, one),
        ("bstbi-posterior", "BSTBI on counts, posterior view", posterior, one),
        ("bstbi", "BSTBI on counts, mean of the views", mean, one),
        *((*each.code, indices.value(each.key), units[each.unit]) for each in INDICES if each.code),
        ("eod", "Extent of disease grade", float(indices.eod), one),
    )
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(identifier="Whole skeleton"),
        finding_type=_own("burden", "Burden of the whole skeleton"),
        measurements=[
            sr.Measurement(_own(key, meaning), value, unit)
            for key, meaning, value, unit in rows
            if value is not None
        ],
    )


def _texts(document: ReportDocument) -> list[tuple[CodedConcept, str]]:
    """The sections as they stand, what the report is for, and what else has to be said."""
    from pydicom.sr.codedict import codes

    names: dict[str, CodedConcept] = {
        "question": codes.DCM.ReasonForProcedure,
        "procedure": codes.DCM.ProcedureDescription,
        "findings": codes.DCM.Findings,
        "comparison": codes.DCM.ComparisonToPreviousStudies,
        "interpretation": codes.DCM.Impression,
    }
    said = [(names[each.key], document.text(each.key)) for each in document.content.sections]
    said += [
        (codes.DCM.Addendum, f"{each.section}, by {each.person}: {each.text}") for each in document.addenda
    ]
    return said + [(_own("notice", "Notice"), text) for text in _notices(document.content.facts)]


def _notices(facts: ReportFacts) -> list[str]:
    simulated = [f"{SIMULATED}."] if facts.simulated else []
    return [*simulated, SHORT_RESEARCH_USE, *facts.validity]


def _person_name(typed: str) -> str:
    """A typed name as DICOM's PN: as it stands, without the signs that part it."""
    return "".join(sign for sign in typed if sign not in "^=\\")[:63] + "^"  # one component: as typed


def _own(value: str, meaning: str) -> CodedConcept:
    return _code(value[:16], SCHEME, meaning)


def _code(value: str, scheme: str, meaning: str) -> CodedConcept:
    from highdicom.sr import CodedConcept

    return CodedConcept(value, scheme, meaning[:64])
