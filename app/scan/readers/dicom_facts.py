"""What a DICOM header says of how a scan was made, without a word of whose it is."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.scan.readers.dicom_file import items, number, numbers, text
from app.scan.scan import Acquisition

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

BECQUEREL_ABOVE = 1e5
"""Radionuclide Total Dose (0018,1074) is in MBq in NM objects; nobody gets 100 GBq, so more is in Bq."""


def acquisition(dataset: Dataset, syntax_name: str) -> Acquisition:
    """How the scan was made, every field as far as the header tells."""
    duration = number(dataset, "ActualFrameDuration")
    agent = next(iter(items(dataset, "RadiopharmaceuticalInformationSequence")), None)
    activity = number(agent, "RadionuclideTotalDose") if agent is not None else None
    if activity is not None and activity > BECQUEREL_ABOVE:
        activity /= 1e6
    accumulated = number(dataset, "CountsAccumulated")
    return Acquisition(
        manufacturer=text(dataset, "Manufacturer"),
        model=text(dataset, "ManufacturerModelName"),
        duration_s=duration / 1000 if duration else None,
        velocity_mm_s=number(dataset, "ScanVelocity"),
        radiopharmaceutical=_agent_name(agent) if agent is not None else "",
        activity_mbq=activity or None,
        injected_to_scan_h=_waiting_time(dataset, agent) if agent is not None else None,
        transfer_syntax=syntax_name,
        file_format="DICOM",
        counts_accumulated=int(accumulated) if accumulated and accumulated > 0 else None,
    )


def _agent_name(agent: Dataset) -> str:
    coded = next(iter(items(agent, "RadiopharmaceuticalCodeSequence")), None)
    return text(agent, "Radiopharmaceutical") or (text(coded, "CodeMeaning") if coded is not None else "")


def _waiting_time(dataset: Dataset, agent: Dataset) -> float | None:
    """Hours from injection to acquisition; a start time without a date belongs to the day of the scan."""
    scanned = _moment(text(dataset, "AcquisitionDate"), text(dataset, "AcquisitionTime"))
    stamp = text(agent, "RadiopharmaceuticalStartDateTime")
    injected = _moment(stamp[:8], stamp[8:]) if stamp else None
    injected = injected or _moment(
        text(dataset, "AcquisitionDate"), text(agent, "RadiopharmaceuticalStartTime")
    )
    if scanned is None or injected is None:
        return None
    if not stamp and injected > scanned:
        injected -= timedelta(days=1)
    hours = (scanned - injected).total_seconds() / 3600
    return hours if 0 <= hours < 48 else None


def date_of(dataset: Dataset) -> str:
    """Acquisition, series or study date (0008,0022), (0008,0021), (0008,0020) as YYYY-MM-DD, or nothing."""
    for keyword in ("AcquisitionDate", "SeriesDate", "StudyDate"):
        found = text(dataset, keyword)
        try:
            if found > "1900":
                return datetime.strptime(found[:8], "%Y%m%d").date().isoformat()
        except ValueError:
            continue
    return ""


def _moment(date: str, time: str) -> datetime | None:
    try:
        return datetime.strptime(date[:8] + time[:6], "%Y%m%d%H%M%S")
    except ValueError:
        return None


def spacing_mm(dataset: Dataset, warnings: list[str]) -> tuple[float, float] | None:
    """Pixel Spacing (0028,0030) as (row, column) in mm, or None when absent or implausible."""
    found = numbers(dataset, "PixelSpacing")
    if not found:
        return None
    if len(found) != 2 or not all(0.1 <= value <= 20 for value in found):
        warnings.append("Pixel Spacing is implausible and ignored; areas cannot be given in cm².")
        return None
    return found[0], found[1]


def simulated(dataset: Dataset) -> bool:
    """Whether the file says that a simulator made it."""
    said = " ".join(text(dataset, keyword) for keyword in ("Manufacturer", "ImageComments")).upper()
    return "SIMULATED" in said or "SIMULATOR" in said or text(dataset, "PatientID").upper().startswith("SIM-")


def instance(dataset: Dataset) -> str:
    """An opaque key of this object, by which copies of it are known."""
    uid = text(dataset, "SOPInstanceUID")
    return hashlib.sha256(uid.encode()).hexdigest() if uid else ""


def examination(dataset: Dataset) -> str:
    """An opaque key shared by the files of one examination: a hash, so that nothing identifying is kept."""
    study = text(dataset, "StudyInstanceUID")
    if not study:
        return ""
    shared = "\n".join((study, text(dataset, "PatientID"), text(dataset, "Rows"), text(dataset, "Columns")))
    return hashlib.sha256(shared.encode()).hexdigest()
