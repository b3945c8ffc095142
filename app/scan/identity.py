"""What in a scan's file could tell a reader, or whoever gets the study, who the patient is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


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
