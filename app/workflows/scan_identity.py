"""What in a scan's file could tell a reader, or whoever gets the study, who the patient is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """Names of the elements that carry identity (never their values), and whether text is burned in."""

    elements: tuple[str, ...] = ()
    burned_in: bool = False


def identity_in(path: Path) -> Identity:
    """Look through a DICOM header: persons' names, birth dates and Burned In Annotation (0028,0301).

    A file that is no DICOM object, or says that its identity was removed (0012,0062), carries none.
    """
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    try:
        header = dcmread(path, stop_before_pixels=True)
    except (InvalidDicomError, OSError):
        return Identity()
    burned_in = str(header.get("BurnedInAnnotation", "")).upper() == "YES"
    if str(header.get("PatientIdentityRemoved", "")).upper() == "YES":
        return Identity(burned_in=burned_in)
    found = {
        element.keyword or f"private {element.tag}"
        for element in header.iterall()
        if (element.VR == "PN" or element.keyword == "PatientBirthDate") and str(element.value).strip(" ^=")
    }
    return Identity(tuple(sorted(found)), burned_in)
