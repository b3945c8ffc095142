"""DICOMweb: search (QIDO-RS), retrieval (WADO-RS) and storage (STOW-RS), PS3.18."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from app.pacs.find import study_of, values
from app.pacs.node import Node
from app.pacs.query import FoundInstance, FoundSeries, FoundStudy, Query, of_modality, valid_uid
from app.pacs.receive import Keep, Receiver, WantedSeries
from app.pacs.search import Found, KeyRefusedError, search, series_in
from app.pacs.store import Outgoing, Sent
from app.pacs.web_session import one_sentence_of, open_session
from app.progress import Progress
from app.scan.limits import MAX_FILE_BYTES
from app.scan.readers.dicom_file import integer, items, text

if TYPE_CHECKING:
    from dicomweb_client import DICOMwebClient
    from pydicom.dataset import Dataset
    from requests import Response

_DICOM = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_REASONS = {
    0x0110: "its content could not be processed",
    0x0122: "it does not take this kind of object",
    0x0124: "this program is not allowed to store there",
    0xA700: "it has no room",
    0xA900: "its content does not fit its class",
    0xC000: "it does not understand it",
    0xC122: "it does not take this transfer syntax",
}
"""Failure reasons of STOW-RS, PS3.18 table I.2-2."""


def echo(node: Node, progress: Progress) -> None:
    """Ask for one study, whichever: there is no other test in DICOMweb. Raises AppError and Cancelled."""
    client = _client(node, progress)
    with one_sentence_of(node, "answering the test"):
        client.search_for_studies(limit=1)


def find_studies(node: Node, query: Query, progress: Progress) -> Found:
    """The studies that fit (QIDO-RS), the newest first; raises AppError and Cancelled."""
    client = _client(node, progress)
    return search(
        query,
        lambda asked: _studies(node, client, asked),
        lambda uid: _series(node, client, query, uid),
        progress,
    )


def look_into(node: Node, query: Query, studies: Sequence[str], progress: Progress) -> list[FoundSeries]:
    """The series of some studies that are meant, with their instances; raises AppError and Cancelled."""
    client = _client(node, progress)
    return series_in(query, studies, lambda uid: _series(node, client, query, uid), progress)


def _studies(node: Node, client: DICOMwebClient, query: Query) -> Iterator[FoundStudy]:
    """Page after page of the studies; raises KeyRefusedError for HTTP 400, some servers' answer to a key."""
    asked = {
        "PatientID": query.patient_id,
        "PatientName": query.patient_name.replace("^", "?"),  # Orthanc 1.10 does not decode a caret
        "StudyDate": query.dates,
        "AccessionNumber": query.accession,
        "StudyDescription": query.description,
        "ModalitiesInStudy": query.modality,
        "StudyInstanceUID": query.study,
    }
    filters = {key: value for key, value in asked.items() if value}
    seen: set[str] = set()
    # no limit is set: with one, Orthanc 1.10 gives the first page of a filtered list and no second
    while True:
        try:
            with one_sentence_of(
                node, "searching", dict.fromkeys((400, 404) if seen else (400,), KeyRefusedError)
            ):
                page = client.search_for_studies(
                    offset=len(seen) or None,
                    fields=["StudyDescription", "ModalitiesInStudy"],
                    search_filters=filters,
                )
                fresh = {study.uid: study for study in map(_study, page) if study.uid not in seen}
        except KeyRefusedError:
            if seen:
                return  # there is no further page
            raise
        if not fresh:
            return
        seen |= set(fresh)
        yield from fresh.values()


def fetch(node: Node, wanted: Sequence[WantedSeries], keep: Keep, progress: Progress) -> list[str]:
    """Fetch what is wanted, one instance at a time (WADO-RS), as it is stored; returns what did not work.

    Raises AppError when the connection fails or an instance cannot be kept, and Cancelled.
    """
    client = _client(node, progress)
    receiver = Receiver(wanted, keep, progress)
    remarks: list[str] = []
    for one in wanted:
        for uid in one.missing:
            place = (
                f"{node.url.rstrip('/')}/studies/{one.series.study}/series/{one.series.uid}/instances/{uid}"
            )
            with one_sentence_of(node, "sending images"):
                answer = client._session.get(place, headers={"Accept": _DICOM})
                if answer.status_code in (404, 406, 500):
                    remarks.append(
                        f"{node.name} could not send one of the images (HTTP {answer.status_code})."
                    )
                    continue
                answer.raise_for_status()
                bare = answer.headers.get("Content-Type", "").partition(";")[0].strip() == "application/dicom"
                parts = (
                    [answer.content] if bare else [*client._decode_multipart_message(answer, stream=False)]
                )
                if len(parts) != 1:
                    raise ValueError("one instance was asked for")
            receiver.take(uid, bytes(parts[0]))
    return remarks


def store(node: Node, files: Sequence[Outgoing], progress: Progress) -> Iterator[Sent]:
    """Send files as they are (STOW-RS); yields the fate of each. Raises AppError and Cancelled."""
    client = _client(node, progress)
    place = f"{node.url.rstrip('/')}/studies"
    for number, each in enumerate(files):
        progress.report(number / len(files), f"File {number + 1} of {len(files)}")
        boundary = "scintiread-one-object"
        body = b"".join(
            (
                f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode(),
                each.path.read_bytes(),
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        kind = f'multipart/related; type="application/dicom"; boundary={boundary}'
        with one_sentence_of(node, f"taking {each.path.name}"):
            headers = {"Content-Type": kind, "Accept": "application/dicom+json"}
            answer = client._session.post(place, data=body, headers=headers)
            if answer.status_code not in (200, 202, 409):
                if answer.status_code in (400, 415):
                    yield Sent(each.path, f"{each.path.name}: {node.name} does not take it.")
                    continue
                answer.raise_for_status()
            sent = _fate(node, each, answer)
        yield sent


def _fate(node: Node, each: Outgoing, answer: Response) -> Sent:
    from pydicom.dataset import Dataset

    said = Dataset.from_json(answer.json()[0] if isinstance(answer.json(), list) else answer.json())
    name = each.path.name
    for failed in items(said, "FailedSOPSequence"):
        code = integer(failed, "FailureReason", 0)
        why = _REASONS.get(code, "it cannot store it")
        return Sent(each.path, f"{name}: {node.name} refuses it, {why} (reason {code:04X}).")
    for stored in items(said, "ReferencedSOPSequence"):
        if text(stored, "ReferencedSOPInstanceUID") == each.uid:
            warning = integer(stored, "WarningReason", 0)
            remark = f"{name}: {node.name} changed or dropped elements ({warning:04X})." if warning else ""
            return Sent(each.path, remark=remark)
    return Sent(each.path, f"{name}: {node.name} does not say that it has stored it.")


def _client(node: Node, progress: Progress) -> DICOMwebClient:
    from dicomweb_client import DICOMwebClient

    session = open_session(node, progress)
    with one_sentence_of(node, "connecting"):
        client = DICOMwebClient(
            node.url.rstrip("/"), session=session, timeout=node.timeout_s, chunk_size=MAX_FILE_BYTES
        )
        client.set_http_retry_params(retry=False)
    return client


def _series(node: Node, client: DICOMwebClient, query: Query, study: str) -> list[FoundSeries]:
    with one_sentence_of(node, "searching"):
        told = [_dataset(each) for each in client.search_for_series(study)]
        asked = [each for each in told if of_modality(query, text(each, "Modality"))]
        return [_with_instances(client, study, each) for each in asked]


def _with_instances(client: DICOMwebClient, study: str, answer: Dataset) -> FoundSeries:
    uid = valid_uid(text(answer, "SeriesInstanceUID"))
    listed = client.search_for_instances(study, uid, fields=["ImageType"])
    instances = tuple(
        FoundInstance(
            valid_uid(text(each, "SOPInstanceUID")), text(each, "SOPClassUID"), values(each, "ImageType")
        )
        for each in map(_dataset, listed)
    )
    return FoundSeries(study, uid, text(answer, "Modality"), text(answer, "SeriesDescription"), instances)


def _study(listed: dict[str, Any]) -> FoundStudy:  # DICOM JSON of a server: anything may stand in it
    return study_of(_dataset(listed))


def _dataset(listed: dict[str, Any]) -> Dataset:  # see above
    from pydicom.dataset import Dataset

    return Dataset.from_json(listed)
