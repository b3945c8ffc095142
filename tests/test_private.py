"""What nobody but its owner may open: by mode on Linux and macOS, by a list of rights on Windows."""

from __future__ import annotations

import ctypes
import logging
import os
import stat
import sys
from pathlib import Path

import pytest

from app.files import append_lines, write_whole
from app.private import keep_private, own_folder
from app.windows_rights import OWNER_ALONE


@pytest.mark.skipif(os.name != "posix", reason="modes are a Unix thing")
def test_files_and_folders_get_the_modes_of_their_owner_alone(tmp_path: Path) -> None:
    folder = own_folder(tmp_path / "one" / "two")
    (folder / "key").touch()
    keep_private(folder / "key")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


class Windows:
    """The calls of Windows that set rights, which answer `refused` and keep what they were told."""

    def __init__(self, refused: int = 0) -> None:
        self.refused = refused
        self.lists: list[str] = []
        self.set: list[tuple[str, int]] = []

    def __call__(self, _library: str) -> Windows:
        return self

    def ConvertStringSecurityDescriptorToSecurityDescriptorW(
        self, text: ctypes.c_wchar_p, *_more: object
    ) -> int:
        self.lists.append(text.value or "")
        return 1

    def SetFileSecurityW(self, path: ctypes.c_wchar_p, what: ctypes.c_uint32, _list: object) -> int:
        self.set.append((path.value or "", what.value))
        return not self.refused

    def GetLastError(self) -> int:
        return self.refused

    def LocalFree(self, *_words: object) -> None:
        return None


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    """As if this was Windows, as far as rights go."""
    calls = Windows()
    monkeypatch.setattr(ctypes, "WinDLL", calls, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    return calls


def test_on_windows_a_private_file_gets_a_list_of_rights_that_inherits_nothing(
    tmp_path: Path, windows: Windows
) -> None:
    """A mode says nothing there: a key in a folder that a department shares could be read by all of it."""
    own_folder(tmp_path / "coordinator")
    write_whole(tmp_path / "coordinator" / "signing.key", "secret", private=True)
    append_lines(tmp_path / "answers", ["one"], private=True)
    append_lines(tmp_path / "answers", ["two"], private=True)  # has its rights already
    write_whole(tmp_path / "report.html", "for everybody")
    named = [
        Path(path).name.partition(".")[2].partition(".")[0] or Path(path).name for path, _ in windows.set
    ]
    assert named == ["coordinator", "signing", "answers"]
    assert {what for _, what in windows.set} == {0x80000004}
    assert set(windows.lists) == {OWNER_ALONE}
    assert OWNER_ALONE.startswith("D:P(")  # P: nothing comes from the folder above
    assert not any(everybody in OWNER_ALONE for everybody in ("WD", "S-1-1-0", "BU", "S-1-5-32-545", "AU"))


def test_a_share_that_lets_nobody_set_rights_keeps_the_file_and_the_log_says_so(
    tmp_path: Path, windows: Windows, caplog: pytest.LogCaptureFixture
) -> None:
    windows.refused = 5
    with caplog.at_level(logging.WARNING):
        write_whole(tmp_path / "key", "secret", private=True)
    assert (tmp_path / "key").read_text(encoding="utf-8") == "secret"
    assert "rights of a private file could not be set: error 5" in caplog.text
    assert str(tmp_path) not in caplog.text


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows itself")
def test_windows_itself_says_that_nobody_else_may_open_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "key", "secret", private=True)
    rights = _rights(tmp_path / "key")
    assert rights and not any(f";;;{everybody})" in rights for everybody in ("WD", "BU", "AU"))
    assert (tmp_path / "key").read_text(encoding="utf-8") == "secret"


def _rights(path: Path) -> str:
    """The list of rights of a file, as Windows writes it."""
    if sys.platform != "win32":
        return ""
    rights, described, text = ctypes.WinDLL("advapi32"), ctypes.c_void_p(), ctypes.c_wchar_p()
    name, place = ctypes.c_wchar_p(str(path)), ctypes.byref(described)
    assert rights.GetNamedSecurityInfoW(name, 1, 4, None, None, None, None, place) == 0
    assert rights.ConvertSecurityDescriptorToStringSecurityDescriptorW(
        described, 1, 4, ctypes.byref(text), None
    )
    return text.value or ""
