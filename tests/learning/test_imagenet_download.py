"""`--init imagenet:download` against a server on this machine that serves a file of the published shape."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from app.errors import AppError
from app.learning import imagenet
from app.learning.recipes.ibrahim2023 import Ibrahim2023
from tests.learning.test_imagenet import as_published, source


class Server:
    """What is served at every path, and how often it was asked for."""

    def __init__(self) -> None:
        self.content = b""
        self.asked: list[str] = []

    def __enter__(self) -> Server:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self.send_response(200 if outer.content else 404)
                self.end_headers()
                self.wfile.write(outer.content)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on the test's output."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._http.server_port}/models/"
        return self

    def __exit__(self, *args: object) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with a thin VGG16, whose hash the table of sources names."""
    with Server() as made:
        torch.save(as_published("vgg16"), tmp_path / "vgg16.pth")
        made.content = (tmp_path / "vgg16.pth").read_bytes()
        digest = hashlib.sha256(made.content).hexdigest()[:8]
        known = replace(source("vgg16"), file=f"vgg16-{digest}.pth")
        monkeypatch.setattr(imagenet, "SOURCES", (known,))
        monkeypatch.setattr(imagenet, "_HOME", made.address)
        yield made


def first_weights() -> torch.Tensor:
    net = Ibrahim2023(thin=16).build()
    imagenet.initialise(net, "ibrahim2023", "download")
    return net.get_parameter("body.0.weight")


def test_weights_are_fetched_once_checked_and_kept(server: Server) -> None:
    assert torch.equal(first_weights(), as_published("vgg16")["features.0.weight"])
    first_weights()
    assert len(server.asked) == 1
    assert server.asked[0].startswith("/models/vgg16-")


def test_a_file_with_another_hash_is_not_kept(server: Server, home: Path) -> None:
    whole, server.content = server.content, server.content[:-1] + b"?"
    with pytest.raises(AppError, match="another hash"):
        first_weights()
    assert not list(home.rglob("*.pth"))
    server.content = whole
    first_weights()
    assert len(server.asked) == 2


def test_without_the_file_or_the_server_it_says_what_to_do(server: Server) -> None:
    server.content = b""
    with pytest.raises(AppError, match="could not be fetched") as caught:
        first_weights()
    assert "imagenet:FILE" in str(caught.value)
