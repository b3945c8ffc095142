"""What is asked of a PACS, and what it says that it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from app.errors import AppError

WHOLE_BODY = "WHOLE BODY"
NUCLEAR_MEDICINE = "NM"
_UID = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True)
class Query:
    """Which studies are wanted; empty fields ask for nothing. `*` and `?` stand for any signs.

    `date_from` and `date_to` are DICOM dates, YYYYMMDD. `whole_body` leaves only series whose Image Type
    says so, as far as the PACS tells it.
    """

    patient_id: str = ""
    patient_name: str = ""
    accession: str = ""
    description: str = ""
    date_from: str = ""
    date_to: str = ""
    study: str = ""
    modality: str = NUCLEAR_MEDICINE
    whole_body: bool = True

    @property
    def dates(self) -> str:
        """The range as DICOM writes it, PS3.4 C.2.2.2.5."""
        return f"{self.date_from}-{self.date_to}" if self.date_from or self.date_to else ""


@dataclass(frozen=True)
class FoundInstance:
    """One image or document; not every PACS tells its class and its Image Type."""

    uid: str
    sop_class: str = ""
    image_type: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundSeries:
    """One series of a study with what is in it."""

    study: str
    uid: str
    modality: str = ""
    description: str = ""
    instances: tuple[FoundInstance, ...] = ()

    @property
    def whole_body(self) -> bool | None:
        """Whether it is a whole-body scan; None when the PACS tells no Image Type.

        Image Type (0008,0008) value 3, PS3.3 C.8.4.9.1.1.
        """
        told = [each.image_type for each in self.instances if len(each.image_type) >= 3]
        return any(WHOLE_BODY in kind for kind in told) if told else None


@dataclass(frozen=True)
class FoundStudy:
    """One study as the PACS lists it; `series` is filled when somebody looked inside."""

    uid: str
    patient_id: str = ""
    patient_name: str = ""
    date: str = ""
    time: str = ""
    description: str = ""
    accession: str = ""
    modalities: tuple[str, ...] = ()
    images: int | None = None
    series: tuple[FoundSeries, ...] = field(default=(), repr=False)


def check_query(query: Query) -> None:
    """Raise AppError when a date is none, or a UID is none."""
    for date in filter(None, (query.date_from, query.date_to)):
        if not re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", date):
            raise AppError(f"{date} is no date.", "Write it as 2026-03-31 or 20260331.")
    if query.date_from and query.date_to and query.date_from > query.date_to:
        raise AppError("The first date lies after the last.", "Exchange the two.")
    if query.study:
        valid_uid(query.study)


def valid_uid(uid: str) -> str:
    """The UID itself: it becomes a folder's name, so a peer may not put anything else there.

    Raises AppError when it is none (PS3.5 section 9.1: digits and dots, 64 at most).
    """
    if not _UID.fullmatch(uid) or ".." in uid or uid[0] == "." or uid[-1] == ".":
        raise AppError("A UID holds other signs than digits and dots.", "Check it, or tell the PACS's maker.")
    return uid


def misfit(query: Query, study: FoundStudy) -> str:
    """Why a study is not meant, for a PACS that took no notice of part of the question; empty when it is."""

    def unlike(wanted: str, *values: str) -> bool:
        pattern = wanted.upper().replace("[", "[[]")
        return bool(wanted) and not any(fnmatchcase(value.upper(), pattern) for value in values)

    names = [study.patient_name, *study.patient_name.split("=")]
    reasons = {
        "of another patient ID": unlike(query.patient_id, study.patient_id),
        "of another patient's name": unlike(
            query.patient_name, *names, *(each.rstrip("^ ") for each in names)
        ),
        "with another accession number or none": unlike(query.accession, study.accession),
        "with another study description or none": unlike(query.description, study.description),
        "of another date": bool(study.date)
        and not (query.date_from or "0") <= study.date <= (query.date_to or "9"),
        "with another UID": bool(query.study) and query.study != study.uid,
        f"without modality {query.modality}": bool(query.modality and study.modalities)
        and query.modality not in study.modalities,
    }
    return next((reason for reason, apart in reasons.items() if apart), "")


def of_modality(query: Query, modality: str) -> bool:
    """Whether a series of this modality is asked for; one that tells none may be."""
    return not query.modality or modality in ("", query.modality)


def meant(query: Query, series: FoundSeries) -> bool:
    """Whether a series is meant; one that does not tell its Image Type is."""
    if not of_modality(query, series.modality):
        return False
    return not query.whole_body or series.whole_body is not False
