"""A setup program for Windows with NSIS, which packs on Windows and on Linux."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from installer.editions import NAME, PURPOSE, ROOT, TITLE, version
from installer.frozen import Frozen

_STUBS = Path("/usr/share/nsis/Stubs")
"""Debian's NSIS has stubs of 64 bits too; that of its makers has those of 32 bits, which run as well."""


def make_exe(frozen: Frozen) -> Path:
    """The setup program; raises CalledProcessError, and SystemExit without NSIS."""
    tool = shutil.which("makensis")
    if tool is None:
        raise SystemExit("An .exe needs NSIS 3.08 or newer (makensis), which is not installed here.")
    target = frozen.target("exe")
    names = {
        "STUB": "amd64-unicode" if (_STUBS / "lzma_solid-amd64-unicode").is_file() else "x86-unicode",
        "NAME": NAME,
        "TITLE": TITLE,
        "PURPOSE": PURPOSE,
        "VERSION": version(),
        "FOLDER": str(frozen.folder.absolute()),
        "ICON": str((frozen.build / "icons" / f"{NAME}.ico").absolute()),
        "OUT": str(target.absolute()),
    }
    if frozen.certificate is not None:
        names["SIGN"] = (
            f"{_joined([sys.executable, '-m', 'installer.signing', *frozen.certificate.words()])} %1"
        )
    given = [f"-D{name}={value}" for name, value in names.items()]
    script = str(ROOT / "installer" / "scintiread.nsi")
    subprocess.run([tool, "-V2", "-NOCD", "-INPUTCHARSET", "UTF8", *given, script], check=True, cwd=ROOT)
    return target


def _joined(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
