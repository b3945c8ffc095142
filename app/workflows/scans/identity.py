"""What in a scan's file could tell a reader, or whoever gets the study, who the patient is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.study.case import StudyCase
from app.study.findings import Finding, Severity
from app.wording import counted

_SHOWN = 3
"""So many patients are named by their cases."""


@dataclass(frozen=True)
class ScanIdentity:
    """Names of the elements that carry identity (never their values), and whether text is burned in."""

    elements: tuple[str, ...] = ()
    burned_in: bool = False


def identity_in(path: Path) -> ScanIdentity:
    """Look through a DICOM header: persons' names, birth dates and Burned In Annotation (0028,0301).

    A file that is no DICOM object, or says that its identity was removed (0012,0062), carries none.
    """
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    try:
        header = dcmread(path, stop_before_pixels=True)
    except (InvalidDicomError, OSError):
        return ScanIdentity()
    burned_in = str(header.get("BurnedInAnnotation", "")).upper() == "YES"
    if str(header.get("PatientIdentityRemoved", "")).upper() == "YES":
        return ScanIdentity(burned_in=burned_in)
    found = {
        element.keyword or f"private {element.tag}"
        for element in header.iterall()
        if (element.VR == "PN" or element.keyword == "PatientBirthDate") and str(element.value).strip(" ^=")
    }
    return ScanIdentity(tuple(sorted(found)), burned_in)


def same_person(paths: Sequence[Path]) -> str:
    """What two files of one person share, as a hash: Patient ID (0010,0020) and its issuer (0010,0021).

    Empty for a file that is no DICOM object or has no Patient ID.
    """
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    wanted = ["PatientID", "IssuerOfPatientID"]
    for path in paths:
        try:
            header = dcmread(path, stop_before_pixels=True, specific_tags=wanted)
        except (InvalidDicomError, OSError):
            continue
        identifier, issuer = (str(header.get(name, "") or "").strip() for name in wanted)
        if identifier:
            return sha256(f"{issuer}\n{identifier}".encode()).hexdigest()
    return ""


def repeated_patients(study: Path, cases: Sequence[StudyCase]) -> list[Finding]:
    """One finding when patients have several scans in a study: its cases are not independent then."""
    by_person: dict[str, list[str]] = {}
    for case in cases:
        person = same_person([study / file for file in case.files])
        if person:
            by_person.setdefault(person, []).append(case.code)
    several = [codes for codes in by_person.values() if len(codes) > 1]
    if not several:
        return []
    shown = "; ".join(" and ".join(codes) for codes in several[:_SHOWN])
    more = " ..." if len(several) > _SHOWN else ""
    have = counted(len(several), "patient has", "patients have")
    text = f"{have} more than one scan in the study ({shown}{more})."
    remedy = "The statistics take cases as independent: keep one scan of each patient, or state it."
    return [Finding(Severity.WARNING, text, remedy)]
