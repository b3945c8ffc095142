"""What a C-MOVE sends comes from the PACS, under its name, and is what was asked for, or it does not come."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import replace

import pydicom
import pytest
from pynetdicom import AE

from app.errors import AppError
from app.pacs.listening import listening
from app.pacs.node import Node, checked
from app.pacs.query import FoundInstance, FoundSeries
from app.pacs.receive import Receiver, WantedSeries
from app.progress import NoProgress
from tests.pacs import servers
from tests.pacs.conftest import WriteScans


@pytest.fixture
def node() -> Node:
    return Node("pacs", "127.0.0.1", 104, "ARCHIVE", "READER", "move", servers.free_port(), timeout_s=20)


@pytest.fixture
def image(write_scans: WriteScans) -> pydicom.Dataset:
    (file,) = write_scans(1).iterdir()
    return pydicom.dcmread(file)


class Desk:
    """The receiver of one series with one image, and what it kept."""

    def __init__(self, image: pydicom.Dataset) -> None:
        self.kept: list[str] = []
        instance = FoundInstance(image.SOPInstanceUID, image.SOPClassUID)
        series = FoundSeries(image.StudyInstanceUID, image.SeriesInstanceUID, instances=(instance,))
        self.wanted = [WantedSeries(series, (image.SOPInstanceUID,))]
        self.receiver = Receiver(self.wanted, lambda _series, uid, _file: self.kept.append(uid), NoProgress())


def sent(node: Node, image: pydicom.Dataset, title: str = "ARCHIVE", source: str = "127.0.0.1") -> int | None:
    """The status of a C-STORE under a title from an address; None when no connection came about."""
    sender = AE(ae_title=title)
    sender.add_requested_context(image.SOPClassUID, image.file_meta.TransferSyntaxUID)
    assoc = sender.associate("127.0.0.1", node.listen_port, ae_title=node.calling, bind_address=(source, 0))
    if not assoc.is_established:
        return None
    status = assoc.send_c_store(image)
    assoc.release()
    return int(status.Status)


def test_the_pacs_under_its_name_is_heard(node: Node, image: pydicom.Dataset) -> None:
    desk = Desk(image)
    with listening(node, desk.wanted, desk.receiver) as said:
        assert sent(node, image) == 0
    assert desk.kept == [image.SOPInstanceUID]
    assert said == []


def test_another_name_and_another_address_are_turned_away_and_named(
    node: Node, image: pydicom.Dataset
) -> None:
    desk = Desk(image)
    with listening(node, desk.wanted, desk.receiver) as said:
        assert sent(node, image, title="STRANGER") is None
        assert sent(node, image, source="127.0.0.2") is None
    assert desk.kept == []
    assert any('"STRANGER"' in each and "ARCHIVE" in each for each in said)
    assert any("127.0.0.2" in each for each in said)


def test_further_senders_are_heard_when_they_are_entered(node: Node, image: pydicom.Dataset) -> None:
    desk = Desk(image)
    known = checked(replace(node, senders="STORE@127.0.0.2, OTHER@127.0.0.3"))
    with listening(known, desk.wanted, desk.receiver) as said:
        assert sent(known, image, title="STORE", source="127.0.0.2") == 0
    assert (len(desk.kept), said) == (1, [])
    for senders in ("127.0.0.2", "STORE@", "STORE@a b"):
        with pytest.raises(AppError):
            checked(replace(node, senders=senders))


def test_an_image_of_another_study_does_not_pass_under_a_wanted_number(
    node: Node, image: pydicom.Dataset
) -> None:
    desk = Desk(image)
    forged = deepcopy(image)
    forged.StudyInstanceUID = "1.2.3"
    with listening(node, desk.wanted, desk.receiver):
        assert sent(node, forged) == 0x0124
        assert desk.kept == []
        assert sent(node, image) == 0


def test_connections_that_say_nothing_do_not_shut_the_pacs_out(node: Node, image: pydicom.Dataset) -> None:
    desk = Desk(image)
    with listening(node, desk.wanted, desk.receiver), ExitStack() as idle:
        for _ in range(40):
            idle.enter_context(socket.create_connection(("127.0.0.1", node.listen_port), 10))
        assert sent(node, image) == 0
