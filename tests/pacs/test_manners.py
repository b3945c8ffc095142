"""Peers with manners of their own: what they do not match is matched here, and what is left out is said."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pydicom
import pytest
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    NuclearMedicineImageStorage,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
)

from app.errors import AppError
from app.pacs.node import Node
from app.pacs.query import Query
from app.pacs.search import NOT_WHOLE_BODY
from app.workflows.pacs.fetch import Fetching, fetch_found, fetch_from_pacs
from app.workflows.pacs.find import find_on_pacs
from tests.scan.nm_files import write_nm

STUDIES = {
    # UID: description, modalities, Image Type value 3
    "1.2.1": ("BONE SCAN WB", ["NM"], "WHOLE BODY"),
    "1.2.2": ("THYROID", ["NM"], "WHOLE BODY"),
    "1.2.3": ("BONE SCAN", ["NM"], "STATIC"),
    "1.2.4": ("BONE CT", ["CT"], "AXIAL"),
}
Matches = Callable[[dict[str, str], str], bool]


def answer_of(level: str, uid: str) -> pydicom.Dataset:
    description, modalities, kind = STUDIES[uid]
    answer = pydicom.Dataset()
    answer.QueryRetrieveLevel, answer.StudyInstanceUID = level, uid
    if level == "STUDY":
        answer.StudyDescription, answer.ModalitiesInStudy, answer.StudyDate = (
            description,
            modalities,
            "20260101",
        )
    else:
        answer.SeriesInstanceUID, answer.Modality = f"{uid}.1", modalities[0]
    if level == "IMAGE":
        answer.SOPInstanceUID, answer.SOPClassUID = f"{uid}.1.1", NuclearMedicineImageStorage
        answer.ImageType = ["ORIGINAL", "PRIMARY", kind, "EMISSION"]
    return answer


@contextmanager
def classic(matches: Matches, configure: Callable[[AE], None] = lambda _ae: None) -> Iterator[Node]:
    """A peer by the classic protocol that matches studies in its own way, or refuses to (ValueError)."""

    def find(event):  # type: ignore[no-untyped-def]
        asked, level = event.identifier, event.identifier.QueryRetrieveLevel
        keys = {
            key: str(asked.get(key) or "") for key in ("StudyDescription", "ModalitiesInStudy", "PatientName")
        }
        for uid in STUDIES:
            try:
                meant = matches(keys, uid) if level == "STUDY" else asked.StudyInstanceUID == uid
            except ValueError:
                yield 0xA900, None
                return
            if meant:
                yield 0xFF00, answer_of(level, uid)

    ae = AE(ae_title="PEER")
    ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
    configure(ae)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_FIND, find)])
    try:
        yield Node("peer", "127.0.0.1", server.server_address[1], "PEER", timeout_s=20)
    finally:
        server.shutdown()


@contextmanager
def web(matches: Matches, image: bytes = b"") -> Iterator[Node]:
    """The same by DICOMweb; its refusal is HTTP status 400, and it sends `image` bare."""

    class Peer(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            keys = {key: values[0] for key, values in parse_qs(parts.query).items()}
            steps = parts.path.strip("/").split("/")
            if "instances" in steps[:-1]:
                self.send(image, "application/dicom")
                return
            level = {"studies": "STUDY", "series": "SERIES", "instances": "IMAGE"}[steps[-1]]
            try:
                if level == "STUDY":
                    if "offset" in keys:
                        self.send_error(404)  # there is no second page
                        return
                    uids = [uid for uid in STUDIES if matches(keys, uid)]
                else:
                    uids = [steps[1]]
            except ValueError:
                self.send_error(400)
                return
            told = json.dumps([answer_of(level, uid).to_json_dict() for uid in uids])
            self.send(told.encode(), "application/dicom+json")

        def send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Node("peer", url=f"http://127.0.0.1:{server.server_address[1]}", timeout_s=20)
    finally:
        server.shutdown()
        server.server_close()


def takes_no_notice(_keys: dict[str, str], _uid: str) -> bool:
    return True


def finds_none_by_modality(keys: dict[str, str], _uid: str) -> bool:
    return not keys.get("ModalitiesInStudy")


def refuses_modality(keys: dict[str, str], _uid: str) -> bool:
    if keys.get("ModalitiesInStudy"):
        raise ValueError
    return True


def refuses_wildcards(keys: dict[str, str], _uid: str) -> bool:
    if any("*" in value for value in keys.values()):
        raise ValueError
    return True


@pytest.mark.parametrize("protocol", [classic, web])
@pytest.mark.parametrize(
    "manner", [takes_no_notice, finds_none_by_modality, refuses_modality, refuses_wildcards]
)
def test_what_the_peer_does_not_match_is_matched_here(manner: Matches, protocol: Callable) -> None:
    with protocol(manner) as node:
        found = find_on_pacs(node, Query(description="*bone*"))
    assert [study.uid for study in found.studies] == ["1.2.1"]
    assert dict(found.left_out) == {
        "with another study description or none": 1,
        "without modality NM": 1,
        NOT_WHOLE_BODY: 1,
    }
    assert found.words.startswith("1 study found. 3 answers of the PACS left out: 1 ")


@pytest.mark.parametrize("protocol", [classic, web])
def test_a_search_that_found_nothing_says_why(protocol: Callable) -> None:
    with protocol(lambda _keys, uid: uid == "1.2.3") as node:
        found = find_on_pacs(node, Query())
    assert found.studies == ()
    assert found.words == f"0 studies found. 1 answer of the PACS left out: 1 {NOT_WHOLE_BODY}."


@pytest.mark.parametrize("protocol", [classic, web])
def test_a_peer_that_refuses_any_question_is_told(protocol: Callable) -> None:
    def refuses(_keys: dict[str, str], _uid: str) -> bool:
        raise ValueError

    with protocol(refuses) as node, pytest.raises(AppError, match=r"A900|HTTP status 400"):
        find_on_pacs(node, Query(description="*bone*"))


def test_an_image_that_comes_without_a_message_around_it_is_taken(tmp_path: Path) -> None:
    uids = {"StudyInstanceUID": "1.2.1", "SeriesInstanceUID": "1.2.1.1", "SOPInstanceUID": "1.2.1.1.1"}
    image = write_nm(tmp_path / "x.dcm", np.ones((32, 32)), **uids).read_bytes()
    with web(takes_no_notice, image) as node:
        fetched = fetch_from_pacs(node, Fetching(("1.2.1",)), tmp_path / "in")
    assert [file.read_bytes() for file in fetched.files] == [image]


def with_get_alone(ae: AE) -> None:
    """C-GET, and storage without the role that lets it send."""
    ae.add_supported_context(StudyRootQueryRetrieveInformationModelGet)
    ae.add_supported_context(NuclearMedicineImageStorage)


def without_get(ae: AE) -> None:
    ae.add_supported_context(NuclearMedicineImageStorage, scu_role=True, scp_role=True)


@pytest.mark.parametrize(
    ("configure", "why"),
    [(without_get, "does not send images by C-GET"), (with_get_alone, "no storage role")],
)
def test_a_peer_without_c_get_is_told_and_c_move_offered(
    configure: Callable[[AE], None], why: str, tmp_path: Path
) -> None:
    with classic(takes_no_notice, configure) as node:
        found = find_on_pacs(node, Query())
        for wish in (fetch_found(found.studies, Query()), Fetching(("1.2.1",))):
            with pytest.raises(AppError, match=why) as caught:
                fetch_from_pacs(node, wish, tmp_path / "in")
            assert "--retrieve move" in caught.value.hint
            assert "port 11112" in caught.value.hint
    assert not list(tmp_path.rglob("*.dcm"))
