"""The PACS of the settings: what may be entered, and where the password is and is not."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends.fail import Keyring as NoRing

from app.errors import AppError
from app.pacs.node import Node, checked, from_text, to_text
from app.pacs.query import FoundStudy, Query, misfit, valid_uid
from app.pacs.secrets import password_of
from app.workflows.pacs.nodes import keep_node, node_named, nodes_of, remove_node, settings_file
from tests.pacs.key_ring import memory_ring

WEB = Node("web", url="https://pacs.example/dicom-web", user="me")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "needs a name"),
        ({"host": "two words"}, "no host name"),
        ({"called": "LONGER THAN SIXTEEN"}, "AE title of the PACS"),
        ({"calling": "BACK\\SLASH"}, "own AE title"),
        ({"port": 0}, "no port"),
        ({"timeout_s": 0}, "time-out"),
        ({"url": "ftp://pacs"}, "no DICOMweb address"),
        ({"url": "https://me:secret@pacs"}, "password may not stand in the address"),
        ({"ca_file": "/no/such.pem"}, "does not exist"),
        ({"retrieve": "pigeon"}, "get or by move"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes: dict[str, object], said: str) -> None:
    node = Node("hospital", "pacs.example", 104, "PACS")
    assert checked(node) is node
    with pytest.raises(AppError, match=said) as refused:
        checked(replace(node, **changes))  # type: ignore[arg-type]  # as the table says
    assert "secret" not in str(refused.value)


def test_a_node_is_kept_changed_and_forgotten_with_its_password(home: Path) -> None:
    with memory_ring() as ring:
        store = settings_file()
        keep_node(store, WEB, "open sesame")
        keep_node(store, replace(WEB, timeout_s=5))
        assert [node.timeout_s for node in nodes_of(settings_file().current)] == [5]
        assert password_of(WEB) == "open sesame"
        files = [path for path in home.rglob("*") if path.is_file()]
        assert files
        assert all(b"sesame" not in file.read_bytes() for file in files)
        remove_node(store, "web")
        assert ring.kept == {}
    assert nodes_of(settings_file().current) == ()
    with pytest.raises(AppError, match="No PACS is called web"):
        node_named(settings_file().current, "web")


def test_without_a_key_ring_the_password_is_refused_and_nothing_is_kept() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoRing())
    try:
        store = settings_file()
        with pytest.raises(AppError, match="key ring takes no password"):
            keep_node(store, WEB, "open sesame")
        assert nodes_of(store.current) == ()
        with pytest.raises(AppError, match="key ring"):
            password_of(WEB)
    finally:
        keyring.set_keyring(before)


def test_a_password_without_a_user_is_refused() -> None:
    with memory_ring(), pytest.raises(AppError, match="no user name"):
        keep_node(settings_file(), replace(WEB, user=""), "open sesame")


@given(st.text(max_size=40), st.integers(1, 65535), st.booleans())
def test_a_node_survives_the_settings(name: str, port: int, tls: bool) -> None:
    node = Node(name, "pacs.example", port, "PACS", tls=tls)
    assert from_text(to_text(node)) == node


@pytest.mark.parametrize("line", ["", "[]", "{", '{"name": 3}', '{"name": "a", "port": "x"}', '{"a": 1}'])
def test_a_line_that_was_edited_into_something_else_is_left_out(line: str) -> None:
    assert from_text(line) is None


@given(st.text(max_size=70))
def test_nothing_but_digits_and_dots_becomes_a_folder_name(text: str) -> None:
    try:
        uid = valid_uid(text)
    except AppError:
        return
    assert set(uid) <= set("0123456789.")
    assert ".." not in uid
    assert 0 < len(uid) <= 64


def test_answers_that_do_not_fit_are_left_out_where_the_server_took_no_notice() -> None:
    study = FoundStudy("1.2", "ID[1]", "MUSTER^ANNA=Müster^Anna", "20260301", modalities=("CT", "NM"))
    assert not misfit(Query(patient_id="id[1]", patient_name="müster*", date_from="20260301"), study)
    assert misfit(Query(patient_name="ANNA*"), study) == "of another patient's name"
    assert misfit(Query(date_to="20260228"), study) == "of another date"
    assert misfit(Query(modality="MR"), study) == "without modality MR"


def test_the_network_libraries_say_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from app.pacs.association import quiet

    quiet()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("pynetdicom.assoc").warning("MUSTER^ANNA")
        logging.getLogger("pynetdicom").error("MUSTER^ANNA")
    assert "MUSTER" not in caplog.text
    assert json.loads(to_text(WEB)).keys() == {"name", "url", "user"}
