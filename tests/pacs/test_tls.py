"""Encrypted connections: trusted by the CA that is given, refused otherwise, on both protocols."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.errors import AppError
from app.pacs.node import Node
from app.workflows.pacs.nodes import echo_node
from app.workflows.pacs.send import send_to_pacs
from tests.pacs import servers
from tests.pacs.certificates import Authority, Signed
from tests.pacs.conftest import WriteScans

needs_dcmtk = pytest.mark.skipif(servers.STORESCP is None, reason="needs DCMTK (Debian: dcmtk)")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "pki")


@contextmanager
def encrypted_storescp(folder: Path, authority: Authority, own: Signed) -> Iterator[Node]:
    folder.mkdir()
    options = ["+tls", str(own.key), str(own.certificate), "+cf", str(authority.file)]
    with servers.storescp(folder, *options) as node:
        yield replace(node, tls=True)


@needs_dcmtk
def test_scans_go_over_an_encrypted_connection_with_certificates_on_both_sides(
    tmp_path: Path, authority: Authority, write_scans: WriteScans
) -> None:
    ours = authority.sign("reader")
    with encrypted_storescp(tmp_path / "in", authority, authority.sign("pacs")) as node:
        node = replace(
            node, ca_file=str(authority.file), certificate=str(ours.certificate), key_file=str(ours.key)
        )
        assert send_to_pacs(node, [write_scans(1)]).taken == 1
    assert len(list((tmp_path / "in").iterdir())) == 1


@needs_dcmtk
@pytest.mark.parametrize("trust", ["the system's authorities", "another authority"])
def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(
    tmp_path: Path, authority: Authority, write_scans: WriteScans, trust: str
) -> None:
    ours = authority.sign("reader")
    other = Authority(tmp_path / "other", "Other CA")
    with encrypted_storescp(tmp_path / "in", authority, authority.sign("pacs")) as node:
        node = replace(node, certificate=str(ours.certificate), key_file=str(ours.key))
        if trust == "another authority":
            node = replace(node, ca_file=str(other.file))
        with pytest.raises(AppError, match="certificate of dcmtk is not trusted"):
            send_to_pacs(node, [write_scans(1)])
    assert list((tmp_path / "in").iterdir()) == []


@needs_dcmtk
def test_a_certificate_of_another_machine_is_refused(
    tmp_path: Path, authority: Authority, write_scans: WriteScans
) -> None:
    ours = authority.sign("reader")
    with encrypted_storescp(tmp_path / "in", authority, authority.sign("pacs", "10.9.8.7")) as node:
        node = replace(
            node, ca_file=str(authority.file), certificate=str(ours.certificate), key_file=str(ours.key)
        )
        with pytest.raises(AppError, match="not trusted: IP address mismatch"):
            send_to_pacs(node, [write_scans(1)])


@needs_dcmtk
def test_a_pacs_that_wants_our_certificate_and_gets_none_is_told_apart(
    tmp_path: Path, authority: Authority
) -> None:
    with encrypted_storescp(tmp_path / "in", authority, authority.sign("pacs")) as node:
        with pytest.raises(AppError) as refused:
            echo_node(replace(node, ca_file=str(authority.file)))
        with pytest.raises(AppError) as plain:
            echo_node(replace(node, tls=False))
    assert "hung up before anything was said" in str(refused.value)
    assert "TLS" in str(plain.value)


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrong.pem").write_text("hello")
    node = Node("pacs", "127.0.0.1", 104, "PACS", tls=True, ca_file=str(tmp_path / "wrong.pem"))
    with pytest.raises(AppError, match=r"wrong\.pem cannot be used"):
        echo_node(node)


class _Empty(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps([]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/dicom+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def https(authority: Authority, own: Signed, client_certificate: bool = False) -> Iterator[Node]:
    """A DICOMweb server that has nothing, encrypted."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Empty)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key)
    if client_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority.file)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Node("web", url=f"https://127.0.0.1:{server.server_port}/dicom-web", timeout_s=5)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_dicomweb_trusts_the_given_authority_and_no_other(tmp_path: Path, authority: Authority) -> None:
    with https(authority, authority.sign("pacs")) as node:
        assert echo_node(replace(node, ca_file=str(authority.file))) == "web answers."
        with pytest.raises(AppError, match="certificate of web is not trusted"):
            echo_node(node)
        other = Authority(tmp_path / "other", "Other CA")
        with pytest.raises(AppError, match="certificate of web is not trusted"):
            echo_node(replace(node, ca_file=str(other.file)))
    with (
        https(authority, authority.sign("pacs", "10.9.8.7")) as node,
        pytest.raises(AppError, match="not trusted: IP address mismatch"),
    ):
        echo_node(replace(node, ca_file=str(authority.file)))


def test_dicomweb_shows_its_own_certificate_where_one_is_wanted(authority: Authority) -> None:
    ours = authority.sign("reader")
    with https(authority, authority.sign("pacs"), client_certificate=True) as node:
        node = replace(node, ca_file=str(authority.file))
        with pytest.raises(AppError):
            echo_node(node)
        with_ours = replace(node, certificate=str(ours.certificate), key_file=str(ours.key))
        assert echo_node(with_ours) == "web answers."
