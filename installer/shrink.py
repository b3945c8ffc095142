"""Makes a frozen folder smaller without taking anything from it that runs: symbols and orphans.

For folders of Linux. Needs `strip` and `objdump` (binutils); without them the folder stays as it is, and that
is said.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_LOADED_BY_NAME = ("libpython",)
"""Libraries that no other file names because the program itself opens them."""


@dataclass(frozen=True)
class Elf:
    """What a library says of itself: the libraries it needs, and whether its parts lie on whole pages."""

    needs: frozenset[str]
    aligned: bool


def shrink(folder: Path) -> None:
    """Shrink the folder in place; raises CalledProcessError."""
    if not (shutil.which("strip") and shutil.which("objdump")):
        print("Without binutils the libraries keep their debugging symbols.")
        return
    _remove_orphans(folder / "_internal")
    for path in _libraries(folder):
        _strip(path)


def elf(path: Path) -> Elf:
    """Read with objdump; raises CalledProcessError for what is no library."""
    run = subprocess.run(["objdump", "-p", str(path)], check=True, capture_output=True, encoding="utf-8")
    needs = re.findall(r"^\s+NEEDED\s+(\S+)", run.stdout, re.M)
    loads = re.findall(r"^\s+LOAD off\s+0x(\w+) vaddr 0x(\w+) paddr 0x\w+ align 2\*\*(\d+)", run.stdout, re.M)
    aligned = all((int(off, 16) - int(at, 16)) % 2 ** int(power) == 0 for off, at, power in loads)
    return Elf(frozenset(needs), aligned and bool(loads))


def _strip(path: Path) -> None:
    """Take the symbols out, unless the library would no longer load, as those of repaired wheels do."""
    beside = path.with_name(path.name + ".stripped")
    shutil.copy2(path, beside)
    run = subprocess.run(["strip", "--strip-unneeded", str(beside)], check=False, capture_output=True)
    if run.returncode == 0 and beside.stat().st_size < path.stat().st_size and elf(beside).aligned:
        beside.replace(path)
    else:
        beside.unlink()


def _remove_orphans(internal: Path) -> None:
    """Take out system libraries that came with something that has been left out, and links to nothing."""
    while True:
        needed = {name for path in _libraries(internal) for name in elf(path).needs}
        orphans = [
            path
            for path in internal.glob("lib*.so*")
            if not path.is_symlink() and path.name not in needed and not path.name.startswith(_LOADED_BY_NAME)
        ]
        for path in orphans:
            path.unlink()
        if not orphans:
            break
    for path in internal.rglob("*"):
        if path.is_symlink() and not path.exists():
            path.unlink()


def _libraries(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*.so*") if path.is_file() and not path.is_symlink() and _is_elf(path)
    )


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
