"""Real PACS for tests: Orthanc and DCMTK on free ports of this machine, one for the whole test session."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.pacs.node import Node
from tests.patience import PATIENCE_S, until

ORTHANC = shutil.which("Orthanc", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
DICOMWEB = next(
    (
        each
        for each in (
            Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so"),
            Path("/usr/local/share/orthanc/plugins/libOrthancDicomWeb.so"),
        )
        if each.exists()
    ),
    None,
)
_OUTSIDE = os.pathsep.join(
    place for place in os.get_exec_path() if not (Path(place).parent / "pyvenv.cfg").is_file()
)
"""Where DCMTK is looked for: an activated environment holds pynetdicom's programs of the same names."""
STORESCP = shutil.which("storescp", path=_OUTSIDE)
DCMQRSCP = shutil.which("dcmqrscp", path=_OUTSIDE)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Return when somebody listens on the port."""

    def listened() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(listened, f"somebody listens on {port}")


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server for the time of the block."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc; `listen` is where it sends what a C-MOVE asks for."""

    http: int
    dicom: int
    listen: int

    def node(self, **changes: object) -> Node:
        """The node by the classic protocol."""
        words: dict[str, object] = {
            "name": "orthanc",
            "host": "127.0.0.1",
            "port": self.dicom,
            "called": "ORTHANC",
            "calling": "READER",
            "listen_port": self.listen,
            "timeout_s": 60,
        }
        return Node(**{**words, **changes})  # type: ignore[arg-type]  # as the test says

    def web(self, **changes: object) -> Node:
        """The node by DICOMweb."""
        words: dict[str, object] = {
            "name": "orthanc",
            "url": f"http://127.0.0.1:{self.http}/dicom-web",
            "timeout_s": 60,
        }
        return Node(**{**words, **changes})  # type: ignore[arg-type]  # see above

    def rest(self, path: str, method: str = "GET", body: bytes | None = None) -> object:
        """Ask Orthanc itself, past everything that is tested."""
        address = f"http://127.0.0.1:{self.http}{path}"
        request = urllib.request.Request(address, method=method, data=body)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read() or b"null")

    def bytes_of(self, path: str) -> bytes:
        """A file out of Orthanc, as it lies there."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=PATIENCE_S) as answer:
            return bytes(answer.read())

    def clear(self) -> None:
        """Forget all studies."""
        for study in self.rest("/studies"):  # type: ignore[attr-defined]  # a list of identifiers
            self.rest(f"/studies/{study}", "DELETE")


@contextmanager
def orthanc() -> Iterator[Orthanc]:
    """An empty Orthanc with DICOMweb."""
    assert ORTHANC is not None
    ports = Orthanc(free_port(), free_port(), free_port())
    with tempfile.TemporaryDirectory(prefix="scintiread-orthanc-") as name:
        folder = Path(name)
        settings = {
            "Name": "TEST",
            "StorageDirectory": name,
            "IndexDirectory": name,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "HttpPort": ports.http,
            "DicomAet": "ORTHANC",
            "DicomPort": ports.dicom,
            "DicomCheckCalledAet": True,
            "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowGet": True,
            "DicomAlwaysAllowMove": True,
            "DicomModalities": {"reader": ["READER", "127.0.0.1", ports.listen]},
            "Plugins": [str(DICOMWEB)] if DICOMWEB else [],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            "OverwriteInstances": True,
            "SynchronousCMove": True,
            "LimitFindResults": 0,
        }
        (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
        with running([ORTHANC, "orthanc.json"], ports.http, folder):
            wait_for(ports.dicom)
            yield ports


@contextmanager
def storescp(folder: Path, *options: str) -> Iterator[Node]:
    """DCMTK's receiver, which writes what it gets into `folder`."""
    assert STORESCP is not None
    port = free_port()
    with running([STORESCP, "-aet", "STORE", "-od", str(folder), *options, str(port)], port, folder):
        yield Node("dcmtk", "127.0.0.1", port, "STORE", "READER", timeout_s=60)


@contextmanager
def dcmqrscp(folder: Path) -> Iterator[Node]:
    """DCMTK's archive."""
    assert DCMQRSCP is not None
    port, listen = free_port(), free_port()
    (folder / "db").mkdir()
    (folder / "archive.cfg").write_text(
        f"""
NetworkTCPPort = {port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
reader = (READER, 127.0.0.1, {listen})
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE {folder / "db"} RW (200, 1024mb) ANY
AETable END
""",
        encoding="utf-8",
    )
    with running([DCMQRSCP, "-c", str(folder / "archive.cfg")], port, folder):
        yield Node("dcmtk", "127.0.0.1", port, "ARCHIVE", "READER", listen_port=listen, timeout_s=60)
