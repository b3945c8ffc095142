"""What goes wrong between two machines becomes one sentence, and nothing half-written stays behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    NuclearMedicineImageStorage,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
)

from app.errors import AppError
from app.pacs import association
from app.pacs.node import Node
from app.pacs.query import FoundInstance, FoundSeries, Query
from app.pacs.receive import Receiver, WantedSeries
from app.progress import Cancelled, NoProgress
from app.workflows.pacs.fetch import Fetching, fetch_found, fetch_from_pacs
from app.workflows.pacs.find import find_on_pacs
from app.workflows.pacs.nodes import echo_node
from app.workflows.pacs.send import send_to_pacs
from tests.pacs import servers
from tests.pacs.conftest import WriteScans
from tests.pacs.servers import Orthanc
from tests.scan.nm_files import LOSSLESS

needs_dcmtk = pytest.mark.skipif(servers.STORESCP is None, reason="needs DCMTK (Debian: dcmtk)")


class CancelAfter(NoProgress):
    """Cancels after so many reports or so many seconds."""

    def __init__(self, reports: int = 10**9, seconds: float = 1e9) -> None:
        self.reports, self.end = reports, time.monotonic() + seconds

    @property
    def cancelled(self) -> bool:  # type: ignore[override]  # decided anew each time
        return self.reports <= 0 or time.monotonic() > self.end

    def report(self, fraction: float, message: str) -> None:
        self.reports -= 1


@contextmanager
def silent_server() -> Iterator[int]:
    """A socket that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_wrong_ae_title_is_told_by_its_name(orthanc: Orthanc) -> None:
    with pytest.raises(AppError, match='does not call itself "WRONG"'):
        echo_node(orthanc.node(called="WRONG"))


def test_a_port_where_nobody_listens_is_told() -> None:
    with pytest.raises(AppError, match=r"Nothing listens on port \d+ of 127.0.0.1"):
        echo_node(Node("away", "127.0.0.1", servers.free_port(), "AWAY"))
    with pytest.raises(AppError, match="cannot be reached"):
        echo_node(Node("away", url=f"http://127.0.0.1:{servers.free_port()}/dicom-web"))


def test_a_host_without_a_name_is_told() -> None:
    with pytest.raises(AppError, match=r"no-such-host\.invalid is not known"):
        echo_node(Node("away", "no-such-host.invalid", 104, "AWAY"))


@pytest.mark.parametrize("web", [False, True])
def test_a_server_that_never_answers_is_given_up_and_named(web: bool) -> None:
    with silent_server() as port:
        node = Node("mute", "127.0.0.1", port, "MUTE", timeout_s=1)
        if web:
            node = Node("mute", url=f"http://127.0.0.1:{port}/dicom-web", timeout_s=1)
        with pytest.raises(AppError, match="mute did not answer within 1 s"):
            echo_node(node)


@needs_dcmtk
def test_a_refused_transfer_syntax_is_named_and_the_other_files_go(
    tmp_path: Path, write_scans: WriteScans
) -> None:
    if not LOSSLESS.exists():
        pytest.skip("needs pydicom-data")
    with servers.storescp(tmp_path) as node:  # takes uncompressed images only
        sending = send_to_pacs(node, [write_scans(1), LOSSLESS])
        alone = send_to_pacs(node, [LOSSLESS])
    assert sending.taken == 1
    assert "JPEG Lossless" in sending.files[1].reason
    assert "transfer syntax refused" in sending.files[1].reason
    assert alone.taken == 0
    with servers.storescp(tmp_path, "+xs") as node:
        assert send_to_pacs(node, [LOSSLESS]).taken == 1


def test_a_refused_class_of_object_is_named(write_scans: WriteScans) -> None:
    with peer(lambda ae: ae.add_supported_context("1.2.840.10008.1.1")) as node:
        sending = send_to_pacs(node, [write_scans(1)])
    assert "Nuclear Medicine Image Storage (SOP class refused)" in sending.files[0].reason


@needs_dcmtk
def test_dcmtk_lists_and_gives_what_it_was_sent(tmp_path: Path, write_scans: WriteScans) -> None:
    with servers.dcmqrscp(tmp_path) as node:
        assert send_to_pacs(node, [write_scans(2)]).taken == 2
        for way in ("get", "move"):
            found = find_on_pacs(replace(node, retrieve=way), Query(patient_name="MUSTER*")).studies
            fetched = fetch_from_pacs(
                replace(node, retrieve=way), fetch_found(found, Query()), tmp_path / f"in-{way}"
            )
            assert len(fetched.files) == 2


@contextmanager
def peer(configure, handlers=()) -> Iterator[Node]:  # type: ignore[no-untyped-def]
    """A PACS of the test's own making."""
    ae = AE(ae_title="PEER")
    configure(ae)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=list(handlers))
    try:
        yield Node("peer", "127.0.0.1", server.server_address[1], "PEER", timeout_s=5)
    finally:
        server.shutdown()


def listing(scans: list[pydicom.Dataset], ghost: str = ""):  # type: ignore[no-untyped-def]
    """Answers searches as if the PACS had these scans of one study (and `ghost`, which it cannot send)."""

    def handle(event):  # type: ignore[no-untyped-def]
        level = event.identifier.QueryRetrieveLevel
        answer = pydicom.Dataset()
        answer.QueryRetrieveLevel = level
        answer.StudyInstanceUID = scans[0].StudyInstanceUID
        if level == "STUDY":
            answer.ModalitiesInStudy, answer.StudyDate = "NM", "20260101"
            yield 0xFF00, answer
            return
        answer.SeriesInstanceUID = scans[0].SeriesInstanceUID
        if level == "SERIES":
            answer.Modality = "NM"
            yield 0xFF00, answer
            return
        for uid in [*(scan.SOPInstanceUID for scan in scans), *([ghost] if ghost else [])]:
            one = pydicom.Dataset()
            one.update(answer)
            one.SOPInstanceUID, one.SOPClassUID = uid, NuclearMedicineImageStorage
            yield 0xFF00, one

    return handle


def giving(ae: AE) -> None:
    ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
    ae.add_supported_context(StudyRootQueryRetrieveInformationModelGet)
    ae.add_supported_context(NuclearMedicineImageStorage, scu_role=True, scp_role=True)


def study_of(write_scans: WriteScans, count: int) -> list[pydicom.Dataset]:
    folder = write_scans(count, StudyInstanceUID="1.2.3", SeriesInstanceUID="1.2.3.1")
    return [pydicom.dcmread(file) for file in sorted(folder.iterdir())]


def test_a_study_that_breaks_off_is_named_and_what_came_stays_whole(
    tmp_path: Path, write_scans: WriteScans
) -> None:
    scans = study_of(write_scans, 3)

    def give(event):  # type: ignore[no-untyped-def]
        yield 3
        yield 0xFF00, scans[0]
        event.assoc.abort()

    handlers = [(evt.EVT_C_FIND, listing(scans)), (evt.EVT_C_GET, give)]
    with peer(giving, handlers) as node:
        fetched = fetch_from_pacs(node, Fetching(("1.2.3",)), tmp_path / "in")
    assert not fetched.complete
    assert fetched.words == "1 image of 1 study came, 1 study is not complete."
    assert any("peer broke off" in remark or "was lost" in remark for remark in fetched.remarks)
    assert any("Study 1.2.3 is not complete: 1 of 3 images came" in remark for remark in fetched.remarks)
    files = [path for path in (tmp_path / "in").rglob("*") if path.is_file()]
    assert [pydicom.dcmread(path).SOPInstanceUID for path in files] == [scans[0].SOPInstanceUID]


def test_an_image_that_the_pacs_lists_but_cannot_send_is_told(
    tmp_path: Path, write_scans: WriteScans
) -> None:
    scans = study_of(write_scans, 1)

    def give(event):  # type: ignore[no-untyped-def]
        yield 2
        yield 0xFF00, scans[0]
        yield 0xA702, None

    with peer(giving, [(evt.EVT_C_FIND, listing(scans, ghost="1.2.9")), (evt.EVT_C_GET, give)]) as node:
        fetched = fetch_from_pacs(node, Fetching(("1.2.3",)), tmp_path / "in")
    assert [study.missing for study in fetched.studies] == [1]
    assert "1 of 2 images came" in fetched.remarks[-1]


def test_a_uid_that_is_a_path_writes_nothing(tmp_path: Path, write_scans: WriteScans) -> None:
    scans = study_of(write_scans, 1)
    scans[0].SeriesInstanceUID = "../../../escape"
    with (
        peer(giving, [(evt.EVT_C_FIND, listing(scans))]) as node,
        pytest.raises(AppError, match="other signs than digits"),
    ):
        fetch_from_pacs(node, Fetching(("1.2.3",)), tmp_path / "deep" / "in")
    assert not list(tmp_path.rglob("*escape*"))


def test_what_was_not_asked_for_is_refused() -> None:
    kept: list[str] = []
    series = FoundSeries("1.2.3", "1.2.3.1", instances=(FoundInstance("1.2.3.1.1"),))
    receiver = Receiver(
        [WantedSeries(series, ("1.2.3.1.1",))], lambda _s, uid, _c: kept.append(uid), NoProgress()
    )
    assert not receiver.take("6.6.6", b"")
    assert receiver.take("1.2.3.1.1", b"")
    assert not receiver.take("1.2.3.1.1", b"again")
    assert kept == ["1.2.3.1.1"]


def test_a_message_larger_than_any_scan_is_cut_off(
    tmp_path: Path, write_scans: WriteScans, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = study_of(write_scans, 1)
    scans[0].add_new(0x00091010, "OB", bytes(2**20))

    def give(event):  # type: ignore[no-untyped-def]
        yield 1
        yield 0xFF00, scans[0]

    monkeypatch.setattr(association, "_MESSAGE_BYTES", 2**18)
    handlers = [(evt.EVT_C_FIND, listing(scans)), (evt.EVT_C_GET, give)]
    with peer(giving, handlers) as node, pytest.raises(AppError, match="more than any scan holds"):
        fetch_from_pacs(node, Fetching(("1.2.3",)), tmp_path / "in")
    assert not list((tmp_path / "in").rglob("*.dcm"))


def test_a_fetch_can_be_cancelled_and_what_came_stays(
    orthanc: Orthanc, write_scans: WriteScans, tmp_path: Path
) -> None:
    send_to_pacs(orthanc.node(), [write_scans(12)])
    wish = fetch_found(find_on_pacs(orthanc.node(), Query()).studies, Query())
    for name, node in (("get", orthanc.node()), ("web", orthanc.web())):
        with pytest.raises(Cancelled):
            fetch_from_pacs(node, wish, tmp_path / name, CancelAfter(reports=4))
        came = list((tmp_path / name).rglob("*.dcm"))
        assert 0 < len(came) < 12
        assert not list((tmp_path / name).rglob("*.part"))
        assert len(fetch_from_pacs(node, wish, tmp_path / name).files) == 12 - len(came)


def test_a_silent_peer_can_be_cancelled_long_before_the_time_out() -> None:
    over = threading.Event()

    def wait(_event):  # type: ignore[no-untyped-def]
        over.wait(120)
        yield 0x0000, None

    def finding(ae: AE) -> None:
        ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)

    with peer(finding, [(evt.EVT_C_FIND, wait)]) as node:
        with pytest.raises(Cancelled):  # and not the error of a peer that was silent for too long
            find_on_pacs(replace(node, timeout_s=60), Query(), CancelAfter(seconds=0.3))
        assert not over.is_set()
        over.set()


def test_a_disk_without_room_stops_the_fetch_with_its_reason(
    orthanc: Orthanc, write_scans: WriteScans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_to_pacs(orthanc.node(), [write_scans(2)])
    wish = fetch_found(find_on_pacs(orthanc.node(), Query()).studies, Query())
    (tmp_path / "in").mkdir()
    for uid in wish.studies:
        (tmp_path / "in" / uid).write_text("a file where a folder should be")
    with pytest.raises(AppError, match="could not be written"):
        fetch_from_pacs(orthanc.node(), wish, tmp_path / "in")


def test_a_taken_port_for_receiving_is_told(
    orthanc: Orthanc, write_scans: WriteScans, tmp_path: Path
) -> None:
    send_to_pacs(orthanc.node(), [write_scans(1)])
    with silent_server() as port:
        node = orthanc.node(retrieve="move", listen_port=port)
        wish = fetch_found(find_on_pacs(node, Query()).studies, Query())
        with pytest.raises(AppError, match=f"Port {port} cannot be used"):
            fetch_from_pacs(node, wish, tmp_path / "in")


def test_a_pacs_that_does_not_know_us_cannot_move_and_says_what_to_do(
    orthanc: Orthanc, write_scans: WriteScans, tmp_path: Path
) -> None:
    send_to_pacs(orthanc.node(), [write_scans(1)])
    node = orthanc.node(retrieve="move", calling="STRANGER", listen_port=servers.free_port())
    wish = fetch_found(find_on_pacs(node, Query()).studies, Query())
    said = " ".join(fetch_from_pacs(node, wish, tmp_path / "in").remarks)
    assert "orthanc refuses to send a series" in said


def test_a_list_of_a_thousand_studies_arrives_whole_and_in_its_order() -> None:
    def answer(event):  # type: ignore[no-untyped-def]
        for number in range(1000):
            study = pydicom.Dataset()
            study.QueryRetrieveLevel, study.StudyInstanceUID = "STUDY", f"1.2.{number}"
            study.ModalitiesInStudy, study.StudyDate = "NM", f"20{number % 27:02d}0101"
            yield 0xFF00, study

    def finding(ae: AE) -> None:
        ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)

    with peer(finding, [(evt.EVT_C_FIND, answer)]) as node:
        found = find_on_pacs(replace(node, timeout_s=60), Query(whole_body=False)).studies
    assert len({study.uid for study in found}) == 1000
    assert [study.date for study in found] == sorted((study.date for study in found), reverse=True)
