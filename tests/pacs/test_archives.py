"""The five questions to a real PACS, by C-GET, by C-MOVE and by DICOMweb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid

from app.errors import AppError
from app.pacs.node import Node
from app.pacs.query import Query
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.read import read_scan
from app.workflows.pacs.fetch import Fetching, fetch_found, fetch_from_pacs
from app.workflows.pacs.find import find_on_pacs
from app.workflows.pacs.nodes import echo_node
from app.workflows.pacs.send import send_to_pacs
from tests.pacs.conftest import WriteScans
from tests.pacs.servers import Orthanc
from tests.scan.nm_files import LOSSLESS

WAYS: tuple[tuple[str, Callable[[Orthanc], Node]], ...] = (
    ("get", lambda server: server.node()),
    ("move", lambda server: server.node(retrieve="move")),
    ("web", lambda server: server.web()),
)


@pytest.fixture(params=[way for _, way in WAYS], ids=[name for name, _ in WAYS])
def node(request: pytest.FixtureRequest, orthanc: Orthanc) -> Node:
    made: Node = request.param(orthanc)
    return made


def test_it_answers(node: Node) -> None:
    assert echo_node(node) == "orthanc answers."


def test_what_was_sent_is_found_and_comes_back_as_it_was(
    node: Node, write_scans: WriteScans, tmp_path: Path
) -> None:
    scans = write_scans(3)
    assert send_to_pacs(node, [scans]).words == "3 of 3 files stored."
    found = find_on_pacs(node, Query(patient_name="muster*", date_from="2026-01-02")).studies
    assert [(each.patient_id, each.date) for each in found] == [("ID2", "20260103"), ("ID1", "20260102")]
    fetched = fetch_from_pacs(node, fetch_found(found, Query()), tmp_path / "in")
    assert fetched.complete
    assert fetched.words == "2 images of 2 studies came."
    sent = {pydicom.dcmread(file).SOPInstanceUID: pydicom.dcmread(file) for file in scans.iterdir()}
    for file in fetched.files:
        came = pydicom.dcmread(file)
        assert came == sent[came.SOPInstanceUID]
        assert file.stem == came.SOPInstanceUID


def test_wildcards_and_single_signs_match_and_other_modalities_do_not(
    node: Node, write_scans: WriteScans
) -> None:
    send_to_pacs(node, [write_scans(2), write_scans(1, "other", Modality="CT", PatientID="ID9")])
    assert len(find_on_pacs(node, Query(patient_name="MUSTER^NR?")).studies) == 2
    assert len(find_on_pacs(node, Query(patient_id="ID1")).studies) == 1
    assert find_on_pacs(node, Query(patient_name="NOBODY*")).studies == ()
    assert len(find_on_pacs(node, Query(modality="", whole_body=False)).studies) == 3


def test_scans_that_are_not_whole_body_are_left_out_unless_asked_for(
    node: Node, write_scans: WriteScans
) -> None:
    static = ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"]
    send_to_pacs(node, [write_scans(1), write_scans(1, "static", ImageType=static, PatientID="STATIC")])
    assert [each.patient_id for each in find_on_pacs(node, Query()).studies] == ["ID0"]
    assert len(find_on_pacs(node, Query(whole_body=False)).studies) == 2


def test_what_is_here_already_is_not_fetched_again_and_what_is_missing_is(
    node: Node, write_scans: WriteScans, tmp_path: Path
) -> None:
    send_to_pacs(node, [write_scans(3)])
    wish = fetch_found(find_on_pacs(node, Query()).studies, Query())
    first = fetch_from_pacs(node, wish, tmp_path / "in")
    first.files[1].unlink()
    again = fetch_from_pacs(node, wish, tmp_path / "in")
    assert again.files == (first.files[1],)
    assert again.words == "1 image of 3 studies came, 2 were there already."
    assert fetch_from_pacs(node, wish, tmp_path / "in").files == ()


def test_on_arrival_identity_goes_and_the_second_fetch_knows_the_copies(
    node: Node, write_scans: WriteScans, tmp_path: Path
) -> None:
    send_to_pacs(node, [write_scans(2)])
    uids = tuple(each.uid for each in find_on_pacs(node, Query()).studies)
    wish = Fetching(uids, options=DeidentifyOptions())
    fetched = fetch_from_pacs(node, wish, tmp_path / "clean")
    assert len(fetched.files) == 2
    for file in (tmp_path / "clean").rglob("*"):
        assert b"MUSTER" not in (file.read_bytes() if file.is_file() else file.name.encode())
        assert not any(uid in str(file) for uid in uids)
    assert (tmp_path / "clean-key.json").stat().st_mode & 0o077 == 0
    assert fetch_from_pacs(node, wish, tmp_path / "clean").files == ()


def test_an_image_that_may_have_text_burned_in_is_left_out_with_its_reason(
    node: Node, write_scans: WriteScans, tmp_path: Path
) -> None:
    send_to_pacs(node, [write_scans(1, BurnedInAnnotation=None, CountsAccumulated=1)])
    uids = tuple(each.uid for each in find_on_pacs(node, Query()).studies)
    fetched = fetch_from_pacs(node, Fetching(uids, options=DeidentifyOptions()), tmp_path / "clean")
    assert fetched.files == ()
    assert fetched.studies[0].left_out == 1
    assert "burned in" in fetched.remarks[0]
    assert list((tmp_path / "clean").rglob("*.dcm")) == []


def test_compressed_images_go_and_come_as_they_are(node: Node, tmp_path: Path) -> None:
    if not LOSSLESS.exists():
        pytest.skip("needs pydicom-data")
    assert send_to_pacs(node, [LOSSLESS]).taken == 1
    found = find_on_pacs(node, Query()).studies
    fetched = fetch_from_pacs(node, fetch_found(found, Query()), tmp_path / "in")
    came, sent = pydicom.dcmread(fetched.files[0]), pydicom.dcmread(LOSSLESS)
    assert came.file_meta.TransferSyntaxUID == sent.file_meta.TransferSyntaxUID
    assert came.PixelData == sent.PixelData
    assert read_scan(fetched.files[0]).views[0].counts.max() == 278


def test_one_series_or_one_instance_can_be_fetched(
    node: Node, write_scans: WriteScans, tmp_path: Path
) -> None:
    scans = write_scans(1)
    second = pydicom.dcmread(scans / "0000.dcm")
    second.SOPInstanceUID = second.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    second.save_as(scans / "second.dcm", enforce_file_format=True)
    send_to_pacs(node, [scans])
    wish = Fetching((second.StudyInstanceUID,), second.SeriesInstanceUID, second.SOPInstanceUID)
    fetched = fetch_from_pacs(node, wish, tmp_path / "in")
    assert [file.stem for file in fetched.files] == [second.SOPInstanceUID]


def test_a_study_that_is_not_there_is_told(node: Node, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="has no such images"):
        fetch_from_pacs(node, Fetching(("1.2.3.4",)), tmp_path / "in")


def test_each_file_has_its_own_fate(node: Node, write_scans: WriteScans, tmp_path: Path) -> None:
    scans = write_scans(1)
    (scans / "notes.txt").write_text("no DICOM")
    sending = send_to_pacs(node, [scans])
    assert sending.words == "1 of 2 files stored."
    assert "notes.txt" in sending.files[1].reason
