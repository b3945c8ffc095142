"""What may stay in a de-identified scan; everything else, private or unknown, is left behind.

After DICOM PS3.15 table E.1-1, Basic Application Level Confidentiality Profile, read as an allow-list.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KEPT = _words(
    """
    ImageType Modality ConversionType Manufacturer ManufacturerModelName BodyPartExamined CountsAccumulated
    AcquisitionTerminationCondition TableHeight TableTraverse ActualFrameDuration CountRate ScanVelocity
    WholeBodyTechnique ScanLength PatientPosition SeriesNumber InstanceNumber SamplesPerPixel
    PhotometricInterpretation NumberOfFrames Rows Columns PixelSpacing CorrectedImage BitsAllocated
    BitsStored HighBit PixelRepresentation RescaleSlope RescaleIntercept LossyImageCompression
    LossyImageCompressionRatio LossyImageCompressionMethod EnergyWindowVector NumberOfEnergyWindows
    EnergyWindowLowerLimit EnergyWindowUpperLimit DetectorVector NumberOfDetectors CollimatorType
    FieldOfViewShape FieldOfViewDimensions RadionuclideTotalDose RealWorldValueFirstValueMapped
    RealWorldValueLastValueMapped RealWorldValueSlope RealWorldValueIntercept CodeValue
    CodingSchemeDesignator CodeMeaning
    """
)
"""Technical attributes outside table E.1-1 that a reader, a measurement or a decoder needs."""

KEPT_SEQUENCES = _words(
    """
    EnergyWindowInformationSequence EnergyWindowRangeSequence DetectorInformationSequence ViewCodeSequence
    RadiopharmaceuticalInformationSequence RadiopharmaceuticalCodeSequence RadionuclideCodeSequence
    PatientOrientationCodeSequence PatientOrientationModifierCodeSequence
    PatientGantryRelationshipCodeSequence RealWorldValueMappingSequence MeasurementUnitsCodeSequence
    """
)

STANDARD_SCHEMES = {"SCT", "SRT", "99SDM", "SNM3", "DCM", "UCUM"}
"""Coding schemes with published meanings; the text of others may be anything, so their items stay behind."""

REPLACED_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")

MOMENTS = (
    ("StudyDate", "StudyTime"),
    ("SeriesDate", "SeriesTime"),
    ("AcquisitionDate", "AcquisitionTime"),
    ("ContentDate", "ContentTime"),
    ("", "RadiopharmaceuticalStartTime"),
)
"""Dates with their times; the start of a radiopharmaceutical belongs to the day of the scan."""
DATE_TIMES = ("RadiopharmaceuticalStartDateTime", "AcquisitionDateTime")

EMPTIED = ("PatientBirthDate", "PatientSex", "AccessionNumber", "ReferringPhysicianName", "StudyID")
"""Type 2 attributes with action Z: present and empty."""

CHARACTERISTICS = ("PatientSex", "PatientAge", "PatientSize", "PatientWeight")
DEVICE = ("DeviceSerialNumber", "StationName", "SoftwareVersions")
DESCRIPTIONS = ("StudyDescription", "SeriesDescription", "ProtocolName", "ImageID")

DESCRIPTION_WORDS = _words(
    """
    ABDOMEN ANT ANTERIOR AP BLOOD BODY BONE CHEST DELAYED DETECTOR DIPHOSPHONATE DPD EARLY FEET FLOW HDP
    HEAD HMDP IMAGE LAT LATE LATERAL LEFT MDP NM PA PELVIS PHASE PLANAR POOL POST POSTERIOR RIGHT SCAN
    SCINTIGRAM SCINTIGRAPHY SKELETAL SKELETON SPINE SPOT STATIC TC TC99M THORAX WB WHOLE WHOLEBODY
    """
)
"""Words that a cleaned description keeps; whatever else it holds is dropped."""

WINDOW_WORDS = _words("140 COMPTON DOWN KEV LOW LOWER PEAK PHOTOPEAK SC SCAT SCATTER TC TC99M UPPER")
"""Words that the name of an energy window keeps: it may be all that tells the photopeak from scatter."""

STANDARD_TERMS = frozenset(
    {"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "NM", "OT", "SC", "ORIGINAL", "DERIVED", "PRIMARY"}
    | {"SECONDARY", "WHOLE BODY", "STATIC", "EMISSION", "TRANSMISSION", "ANTERIOR", "POSTERIOR"}
    | {"M", "F", "O"}  # a sex alone, whatever somebody's initial is
    | {"SIMULATED"}  # written into the copies of simulated scans, whose patients are called so as well
)
"""Terms of the standard that stay even when a patient happens to be called by one of their words."""

NUMBERS = _words(
    """
    PatientID OtherPatientIDs AccessionNumber StudyID DeviceSerialNumber StationName MedicalRecordLocator
    InstitutionName InstitutionAddress InstitutionalDepartmentName PatientAddress PatientTelephoneNumbers
    """
)
"""Besides every person's name: attributes whose value may not stand in anything that is kept."""

METHODS = {
    "basic": ("113100", "Basic Application Confidentiality Profile"),
    "pixels": ("113101", "Clean Pixel Data Option"),
    "descriptions": ("113105", "Clean Descriptors Option"),
    "dates": ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    "characteristics": ("113108", "Retain Patient Characteristics Option"),
    "device": ("113109", "Retain Device Identity Option"),
}
"""De-identification methods, PS3.16 CID 7050."""
