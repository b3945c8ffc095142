"""The PDF in DICOM: Encapsulated PDF Storage, in the study of the scan (PS3.3 A.45.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from app import __version__
from app.report.bone_scan.dicom_source import objects_of, sources_of
from app.report.bone_scan.document import ReportDocument
from app.report.bone_scan.pdf import pdf_bytes
from app.report.bone_scan.tables import SIMULATED
from app.scan.scan import Scan

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SOP_CLASS = "1.2.840.10008.5.1.4.1.1.104.1"
_FROM_SOURCE = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientAge", "PatientIdentityRemoved",
    "DeidentificationMethod", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber",
    "ReferringPhysicianName", "StudyDescription",
)  # fmt: skip


def encapsulated_pdf_bytes(document: ReportDocument, scan: Scan | None, now: datetime | None = None) -> bytes:
    """The object as a file; VERIFIED only when the report is signed.

    Raises AppError for a scan that is not at hand or did not come from DICOM.
    """
    from pydicom import dcmwrite
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

    objects = objects_of(sources_of(scan, document.content.facts.case))
    source, moment = objects[0], now or datetime.now(UTC)
    facts = document.content.facts
    instance = generate_uid()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(SOP_CLASS), instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    made.SOPClassUID, made.SOPInstanceUID = SOP_CLASS, instance
    made.SpecificCharacterSet = "ISO_IR 192"
    for keyword in _FROM_SOURCE:
        if keyword in source:
            setattr(made, keyword, source.get(keyword))
    made.Modality, made.SeriesInstanceUID = "DOC", generate_uid()
    made.SeriesNumber, made.InstanceNumber = 950, 1
    prefix = f"{SIMULATED}: " if facts.simulated else ""
    made.SeriesDescription = f"{'SIMULATED ' if facts.simulated else ''}Bone scan report"
    made.Manufacturer = made.ManufacturerModelName = "ScintiRead"
    made.SoftwareVersions, made.DeviceSerialNumber = __version__, "none"
    made.ConversionType = "WSD"
    made.ContentDate, made.ContentTime = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    made.TimezoneOffsetFromUTC = "+0000"
    made.AcquisitionDateTime = ""
    made.BurnedInAnnotation = "NO"
    made.DocumentTitle = f"{prefix}Bone scan report, research use only"
    made.VerificationFlag = "VERIFIED" if document.signature else "UNVERIFIED"
    made.ConceptNameCodeSequence = [_code("18748-4", "LN", "Diagnostic imaging report")]
    made.SourceInstanceSequence = [_reference(each) for each in objects]
    content = pdf_bytes(document)
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(content)
    made.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    buffer = BytesIO()
    dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def _reference(dataset: Dataset) -> Dataset:
    from pydicom.dataset import Dataset as Item

    item = Item()
    item.ReferencedSOPClassUID = dataset.SOPClassUID
    item.ReferencedSOPInstanceUID = dataset.SOPInstanceUID
    return item


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    from pydicom.dataset import Dataset as Item

    item = Item()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
