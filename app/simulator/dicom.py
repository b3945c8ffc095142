"""A simulated scan as a whole-body Nuclear Medicine object: two frames, every claim of it true."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from app.simulator.cohort import SIMULATOR_VERSION, Cohort
from app.simulator.field import COLS, PIXEL_CM, ROWS
from app.simulator.record import uid
from app.simulator.simulate import SimulatedScan

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MANUFACTURER = "ScintiRead simulator"
COMMENTS = "SIMULATED - NOT A PATIENT"

_VIEWS = (("399321004", "anterior", 1), ("399001007", "posterior", -1))
"""SNOMED CT codes of PS3.16 CID 26, and whether columns run towards the patient's left (+x) or right."""


def dicom_bytes(cohort: Cohort, index: int, scan: SimulatedScan) -> bytes:
    """The file of one case, Explicit VR Little Endian, byte for byte the same for the same seed."""
    import pydicom
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, NuclearMedicineImageStorage

    instance = uid(cohort.seed, SIMULATOR_VERSION, cohort.preset, "instance", index)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = NuclearMedicineImageStorage
    meta.MediaStorageSOPInstanceUID = UID(instance)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(uid("implementation"))
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = NuclearMedicineImageStorage, instance
    _patient(dataset, cohort, index, scan)
    _study(dataset, cohort, index, scan)
    _equipment(dataset)
    _image(dataset, scan)
    _detectors(dataset)
    _isotope(dataset, scan)
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _patient(dataset: Dataset, cohort: Cohort, index: int, scan: SimulatedScan) -> None:
    patient = scan.patient
    born = scan.record.first_visit.year - int(patient.age)
    years = scan.record.started.year - born  # born on the first of January
    dataset.PatientName = f"SIMULATED^{cohort.patient_id(index)}"
    dataset.PatientID = cohort.patient_id(index)
    dataset.PatientBirthDate = f"{born}0101"
    dataset.PatientSex = patient.sex
    dataset.PatientAge = f"{years:03d}Y"
    dataset.PatientSize = f"{patient.height / 100:.2f}"
    dataset.PatientWeight = f"{patient.bmi * (patient.height / 100) ** 2:.1f}"
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Simulated; there is no patient"


def _study(dataset: Dataset, cohort: Cohort, index: int, scan: SimulatedScan) -> None:
    started = scan.record.started
    date, time = started.strftime("%Y%m%d"), started.strftime("%H%M%S")
    dataset.StudyInstanceUID = uid(cohort.seed, SIMULATOR_VERSION, cohort.preset, "study", index)
    dataset.SeriesInstanceUID = uid(cohort.seed, SIMULATOR_VERSION, cohort.preset, "series", index)
    dataset.FrameOfReferenceUID = uid(cohort.seed, SIMULATOR_VERSION, cohort.preset, "frame", index)
    dataset.PositionReferenceIndicator = ""
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = date
    dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = dataset.ContentTime = time
    dataset.StudyID = f"{index}"
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "Whole-body bone scan (simulated)"
    dataset.SeriesDescription = "Whole body, anterior and posterior (simulated)"
    dataset.Modality = "NM"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.AcquisitionNumber = 1, 1, 1
    dataset.BodyPartExamined = "WHOLEBODY"


def _equipment(dataset: Dataset) -> None:
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = "Point-cloud body"
    dataset.InstitutionName = "Simulated"
    dataset.SoftwareVersions = SIMULATOR_VERSION
    dataset.DeviceSerialNumber = "SIMULATED"


def _image(dataset: Dataset, scan: SimulatedScan) -> None:
    record = scan.record
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]
    dataset.ImageComments = COMMENTS
    dataset.QualityControlSubject = "NO"
    dataset.BurnedInAnnotation = "NO"
    dataset.LossyImageCompression = "00"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = ROWS, COLS, 2
    dataset.PixelSpacing = [f"{PIXEL_CM * 10:g}", f"{PIXEL_CM * 10:g}"]
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    dataset.FrameIncrementPointer = [0x00540010, 0x00540020]
    dataset.CountsAccumulated = int(scan.counts.sum())
    dataset.ActualFrameDuration = record.duration_ms
    dataset.AcquisitionTerminationCondition = "MANU"
    dataset.WholeBodyTechnique = "1PS"
    dataset.ScanVelocity = f"{record.velocity_mm_s:.4f}"
    dataset.ScanLength = f"{record.scan_length_mm:.0f}"
    dataset.TableTraverse = f"{record.scan_length_mm:.0f}"
    dataset.CorrectedImage = ["UNIF", "NRGY", "LIN"]
    dataset.PixelData = scan.counts.astype("<u2").tobytes()


def _detectors(dataset: Dataset) -> None:
    from pydicom.dataset import Dataset as Item

    dataset.NumberOfEnergyWindows, dataset.EnergyWindowVector = 1, [1, 1]
    dataset.NumberOfDetectors, dataset.DetectorVector = 2, [1, 2]
    window, limits = Item(), Item()
    limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = "126.5", "154.5"
    window.EnergyWindowName = "Tc99m"
    window.EnergyWindowRangeSequence = [limits]
    dataset.EnergyWindowInformationSequence = [window]
    detectors = []
    edge = (COLS / 2 - 0.5) * PIXEL_CM * 10
    for code, meaning, leftwards in _VIEWS:
        detector = Item()
        detector.CollimatorGridName = "LEHR"
        detector.CollimatorType = "PARA"
        detector.FieldOfViewShape = "RECTANGLE"
        detector.FieldOfViewDimensions = ["400", f"{COLS * PIXEL_CM * 10:.0f}"]
        detector.StartAngle = "0" if leftwards > 0 else "180"
        detector.ImageOrientationPatient = [leftwards, 0, 0, 0, 0, -1]
        detector.ImagePositionPatient = [f"{-leftwards * edge:.2f}", "0", "0"]
        detector.ViewCodeSequence = [_code(code, "SCT", meaning)]
        detectors.append(detector)
    dataset.DetectorInformationSequence = detectors
    recumbent = _code("102538003", "SCT", "recumbent")
    recumbent.PatientOrientationModifierCodeSequence = [_code("40199007", "SCT", "supine")]
    dataset.PatientOrientationCodeSequence = [recumbent]
    dataset.PatientGantryRelationshipCodeSequence = [_code("102540008", "SCT", "headfirst")]
    dataset.AcquisitionContextSequence = []


def _isotope(dataset: Dataset, scan: SimulatedScan) -> None:
    from pydicom.dataset import Dataset as Item

    item = Item()
    item.Radiopharmaceutical = "Tc-99m medronate (MDP)"
    item.RadionuclideCodeSequence = [_code("72454006", "SCT", "^99m^Technetium")]
    item.RadiopharmaceuticalCodeSequence = [_code("96390006", "SCT", "Technetium Tc^99m^ medronate")]
    item.RadiopharmaceuticalRoute = "Intravenous route"
    item.AdministrationRouteCodeSequence = [_code("47625008", "SCT", "Intravenous route")]
    item.RadiopharmaceuticalStartTime = scan.record.injected.strftime("%H%M%S")
    item.RadionuclideTotalDose = f"{scan.record.activity_mbq:.1f}"
    dataset.RadiopharmaceuticalInformationSequence = [item]


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    from pydicom.dataset import Dataset as Item

    item = Item()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
