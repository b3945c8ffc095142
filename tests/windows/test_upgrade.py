"""A newer version over an older one, each of a small folder, where a Windows Python can install them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from PIL import Image

import installer.exe
import installer.frozen
import installer.msi
from installer.editions import READER
from installer.frozen import Frozen
from tests.windows.test_windows_python import ROOT, SECONDS, WINDOWS_PYTHON, run

pytestmark = [
    pytest.mark.skipif(not shutil.which(WINDOWS_PYTHON or "-"), reason="no Windows Python is named"),
    pytest.mark.timeout(SECONDS * 2),
]
MAKERS = {
    "exe": pytest.param(
        "exe", marks=pytest.mark.skipif(not shutil.which("makensis"), reason="needs NSIS (makensis)")
    ),
    "msi": pytest.param(
        "msi", marks=pytest.mark.skipif(not shutil.which("wixl"), reason="needs wixl (msitools)")
    ),
}


def packed(folder: Path, ending: str, version: str, of_its_own: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A setup program or package of a version, with one file that no other version has."""
    made = Frozen(folder / version / "scintiread", READER, "win32", folder / version, folder / version)
    for place in ("scintiread.exe", "scintiread.com", "scintiread.pkg", "LICENSES.txt", "_internal/base.zip"):
        (made.folder / place).parent.mkdir(parents=True, exist_ok=True)
        (made.folder / place).write_bytes(f"{place} of {version}".encode())
    (made.folder / "_internal" / of_its_own).write_bytes(b"")
    (made.build / "icons").mkdir()
    Image.new("RGBA", (32, 32)).save(made.build / "icons" / "scintiread.ico")
    for each in (installer.exe, installer.msi, installer.frozen):
        monkeypatch.setattr(each, "version", lambda: version)
    return installer.exe.make_exe(made) if ending == "exe" else installer.msi.make_msi(made)


@pytest.mark.parametrize("ending", MAKERS.values(), ids=MAKERS.keys())
def test_a_newer_version_takes_the_place_of_an_older_one(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".windows-") as folder:  # a place that both know
        place = Path(folder)
        older = packed(place, ending, "0.0.9", "of the older version", monkeypatch)
        newer = packed(place, ending, "0.1.0", "of the newer version", monkeypatch)
        done = run("-m", "tests.windows.upgraded", *(str(each.relative_to(ROOT)) for each in (older, newer)))
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said + done.stderr.decode("utf-8", "replace")[-3000:]
    assert "0.1.0 over 0.0.9: one entry" in said
    assert said.strip().endswith("settings, models and studies stay")
