"""C-ECHO and C-FIND: whether a PACS answers, and what it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import AppError
from app.pacs.association import answered, associated, lost
from app.pacs.node import Node
from app.pacs.query import FoundInstance, FoundSeries, FoundStudy, Query, of_modality, valid_uid
from app.pacs.search import Found, KeyRefusedError, search, series_in
from app.pacs.services import FIND, VERIFICATION
from app.progress import Progress
from app.scan.readers.dicom_file import integer, text, value_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pynetdicom.association import Association

_PENDING = (0xFF00, 0xFF01)
_NO_SUCH_KEYS = (0xA900, *range(0xC000, 0xD000))
"""The identifier does not match the class, or cannot be processed: PS3.4 table C.4-1."""


def echo(node: Node, progress: Progress) -> None:
    """Ask whether anybody is there (C-ECHO); raises AppError when nobody is, and Cancelled."""
    from pynetdicom import build_context

    with associated(node, [build_context(VERIFICATION)], progress) as assoc:
        code = answered(node, assoc, assoc.send_c_echo(), "answering the test")
        if code != 0:
            raise AppError(f"{node.name} answers the test with error {code:04X}.", "Ask its administrator.")


def find_studies(node: Node, query: Query, progress: Progress) -> Found:
    """The studies that fit (C-FIND), the newest first; with `whole_body` every study is looked into.

    Raises AppError and Cancelled.
    """
    with _finding(node, progress) as assoc:

        def ask(asked: Query) -> Iterator[FoundStudy]:
            return map(study_of, _ask(node, assoc, _study_question(asked)))

        return search(query, ask, lambda uid: list(_series(node, assoc, query, uid)), progress)


def look_into(node: Node, query: Query, studies: Sequence[str], progress: Progress) -> list[FoundSeries]:
    """The series of some studies that are meant, with their instances; raises AppError and Cancelled."""
    with _finding(node, progress) as assoc:
        return series_in(query, studies, lambda uid: list(_series(node, assoc, query, uid)), progress)


def _finding(node: Node, progress: Progress) -> AbstractContextManager[Association]:
    from pynetdicom import build_context

    return associated(node, [build_context(FIND)], progress)


def _study_question(query: Query) -> Dataset:
    from pydicom.dataset import Dataset

    asked = Dataset()
    asked.SpecificCharacterSet = "ISO_IR 192"
    asked.QueryRetrieveLevel = "STUDY"
    asked.PatientName, asked.PatientID = query.patient_name, query.patient_id
    asked.StudyDate, asked.StudyTime = query.dates, ""
    asked.AccessionNumber, asked.StudyDescription = query.accession, query.description
    asked.ModalitiesInStudy, asked.StudyInstanceUID = query.modality, query.study
    asked.NumberOfStudyRelatedInstances = None
    return asked


def _series(node: Node, assoc: Association, query: Query, study: str) -> Iterator[FoundSeries]:
    from pydicom.dataset import Dataset

    asked = Dataset()
    asked.QueryRetrieveLevel = "SERIES"
    asked.StudyInstanceUID, asked.SeriesInstanceUID = study, ""
    asked.Modality, asked.SeriesDescription = "", ""
    for answer in list(_ask(node, assoc, asked)):
        series = FoundSeries(
            study,
            valid_uid(text(answer, "SeriesInstanceUID")),
            text(answer, "Modality"),
            text(answer, "SeriesDescription"),
        )
        if of_modality(query, series.modality):
            yield replace(series, instances=tuple(_instances(node, assoc, series)))


def _instances(node: Node, assoc: Association, series: FoundSeries) -> Iterator[FoundInstance]:
    from pydicom.dataset import Dataset

    asked = Dataset()
    asked.QueryRetrieveLevel = "IMAGE"
    asked.StudyInstanceUID, asked.SeriesInstanceUID = series.study, series.uid
    asked.SOPInstanceUID, asked.SOPClassUID, asked.ImageType = "", "", ""
    for answer in _ask(node, assoc, asked):
        yield FoundInstance(
            valid_uid(text(answer, "SOPInstanceUID")),
            text(answer, "SOPClassUID"),
            values(answer, "ImageType"),
        )


def _ask(node: Node, assoc: Association, asked: Dataset) -> Iterator[Dataset]:
    from pydicom.uid import UID

    if not assoc.is_established:
        raise lost(node, assoc, "searching")
    for status, answer in assoc.send_c_find(asked, UID(FIND)):
        code = answered(node, assoc, status, "searching")
        if code in _PENDING:
            if answer is not None:
                yield answer
        elif code != 0:
            said = "".join(sign for sign in text(status, "ErrorComment")[:64] if sign.isprintable())
            refusal = KeyRefusedError if code in _NO_SUCH_KEYS else AppError
            raise refusal(
                f"{node.name} refuses the search (status {code:04X}{': ' + said if said else ''}).",
                "Ask for less at once, or ask its administrator.",
            )


def study_of(answer: Dataset) -> FoundStudy:
    """The study that an answer of either protocol describes; raises AppError for a UID that is none."""
    images = integer(answer, "NumberOfStudyRelatedInstances", -1)
    return FoundStudy(
        uid=valid_uid(text(answer, "StudyInstanceUID")),
        patient_id=text(answer, "PatientID"),
        patient_name=text(answer, "PatientName"),
        date=text(answer, "StudyDate"),
        time=text(answer, "StudyTime"),
        description=text(answer, "StudyDescription"),
        accession=text(answer, "AccessionNumber"),
        modalities=values(answer, "ModalitiesInStudy"),
        images=images if images >= 0 else None,
    )


def values(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """The values of an element as texts, none when it is empty."""
    value = value_of(dataset, keyword)
    if value is None or value == "":
        return ()
    return tuple(str(part).strip() for part in value) if hasattr(value, "append") else (str(value).strip(),)
