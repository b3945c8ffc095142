"""Nuclear-medicine files made for tests: a toy body in counts, written as whole-body NM objects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian, NuclearMedicineImageStorage, generate_uid

LOSSLESS = Path(str(get_testdata_file("JPEG-LL.dcm", download=False)))
"""A real anterior whole-body view without loss, of the package pydicom-data; tests skip without it."""

ROWS, COLUMNS = 1024, 256
ANTERIOR_CODE = ("399321004", "SCT", "anterior")
POSTERIOR_CODE = ("399001007", "SCT", "posterior")


def toy_counts(
    rng: np.random.Generator, hot_spots: Sequence[tuple[int, int]] = (), poisson: bool = True
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A body with head, trunk, limbs and bladder as (anterior, posterior) counts, float64 (1024, 256).

    `hot_spots` are (row, column) in the anterior view; the posterior view shows them mirrored and weaker.
    """
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float64)

    def ellipse(row: float, column: float, height: float, width: float) -> NDArray[np.bool_]:
        return ((rows - row) / height) ** 2 + ((columns - column) / width) ** 2 < 1

    body = np.zeros((ROWS, COLUMNS))
    body[ellipse(100, 128, 62, 38)] = 25  # head
    body[ellipse(320, 128, 180, 66)] = 22  # trunk
    for side in (-1, 1):
        body[ellipse(360, 128 + side * 88, 190, 16)] = 14  # arm
        body[ellipse(720, 128 + side * 32, 270, 26)] = 16  # leg
    anterior, posterior = body.copy(), body.copy()
    anterior[ellipse(240, 128, 50, 7)] += 35  # sternum
    anterior[ellipse(500, 128, 24, 18)] += 150  # bladder
    posterior[np.abs(columns - 128) < 7] *= np.where(body[np.abs(columns - 128) < 7] > 0, 2.6, 1)  # spine
    for side in (-1, 1):
        posterior[ellipse(350, 128 + side * 34, 24, 12)] += 40  # kidney
    posterior[ellipse(500, 128, 20, 14)] += 50
    for row, column in hot_spots:
        anterior[ellipse(row, column, 7, 7)] += 110
        posterior[ellipse(row, COLUMNS - 1 - column, 7, 7)] += 60
    if poisson:
        return rng.poisson(anterior).astype(np.float64), rng.poisson(posterior).astype(np.float64)
    return anterior, posterior


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """One item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def nm_dataset(
    anterior: NDArray[np.floating],
    posterior: NDArray[np.floating] | None = None,
    view_codes: Sequence[tuple[str, str, str] | None] = (ANTERIOR_CODE, POSTERIOR_CODE),
    detectors: Sequence[int] = (1, 2),
    **tags: object,
) -> FileDataset:
    """A whole-body NM object, 16 bit unsigned, one frame per view; `tags` are set last, None deletes.

    `view_codes` go into the detector items in their order; `detectors` is the Detector Vector.
    """
    frames = np.stack([view for view in (anterior, posterior) if view is not None])
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = NuclearMedicineImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.ImageType = ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]
    ds.Modality, ds.Manufacturer, ds.BodyPartExamined = "NM", "Test camera works", "WHOLE BODY"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate, ds.PatientSex = "", "TEST-1", "", ""
    ds.StudyDate, ds.StudyTime = "20200102", "101500"
    ds.CountsAccumulated = int(frames.sum())
    ds.ActualFrameDuration, ds.ScanVelocity, ds.ScanLength = 1210434, "1.6716", 1899
    ds.WholeBodyTechnique = "1PS"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.NumberOfFrames, ds.Rows, ds.Columns = frames.shape
    ds.FrameIncrementPointer = [Tag(0x0054, 0x0010), Tag(0x0054, 0x0020)]
    ds.PixelSpacing = [2.26, 2.26]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    ds.EnergyWindowVector, ds.NumberOfEnergyWindows = [1] * len(frames), 1
    ds.DetectorVector, ds.NumberOfDetectors = list(detectors[: len(frames)]), len(frames)
    ds.DetectorInformationSequence = Items()
    for view_code in view_codes[: len(frames)]:
        detector = Dataset()
        if view_code is not None:
            detector.ViewCodeSequence = Items([code(*view_code)])
        ds.DetectorInformationSequence.append(detector)
    ds.PixelData = np.clip(np.rint(frames), 0, 65535).astype("<u2").tobytes()
    for keyword, value in tags.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return ds


def write_nm(
    path: Path,
    anterior: NDArray[np.floating],
    posterior: NDArray[np.floating] | None = None,
    **tags: object,
) -> Path:
    """Write `nm_dataset` to `path` and return it; takes the same keywords."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nm_dataset(anterior, posterior, **tags).save_as(path, enforce_file_format=True)  # type: ignore[arg-type]
    return path


def write_pair(
    folder: Path,
    anterior: NDArray[np.floating],
    posterior: NDArray[np.floating],
    stem: str = "pair",
    **tags: object,
) -> tuple[Path, Path]:
    """The same examination as two single-frame objects of one series; returns both files, anterior first."""
    shared = {"StudyInstanceUID": generate_uid(), "SeriesInstanceUID": generate_uid(), **tags}
    first = write_nm(folder / f"{stem}_1.dcm", anterior, InstanceNumber=1, **shared)
    second = write_nm(
        folder / f"{stem}_2.dcm", posterior, view_codes=(POSTERIOR_CODE,), InstanceNumber=2, **shared
    )
    return first, second
