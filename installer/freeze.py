"""Freezes the program into one folder with PyInstaller, and says how large it became."""

from __future__ import annotations

import shutil
from pathlib import Path

from installer.editions import NAME, ROOT, Edition
from installer.environment import Environment
from installer.icons import draw_icons
from installer.licences import write_licences
from installer.shrink import shrink
from installer.small_libraries import make_small
from installer.standard import keep_own_objects


def freeze(environment: Environment, edition: Edition, cpu: bool, build: Path, dist: Path) -> Path:
    """The frozen folder `dist`/scintiread, replaced when it was there; raises CalledProcessError."""
    icons = draw_icons(environment, build / "icons")
    licences = build / "LICENSES.txt"
    write_licences(environment, edition, cpu, ROOT / "LICENSE", licences)
    shutil.rmtree(dist / NAME, ignore_errors=True)
    places = ["--distpath", str(dist), "--workpath", str(build / "work")]
    spec = [str(ROOT / "installer" / "scintiread.spec"), "--", edition.name, str(icons)]
    freezer = ["-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    environment.run(*freezer, *places, *spec, quiet=False)
    folder = dist / NAME
    keep_own_objects(folder / "_internal" / "highdicom" / "_standard")
    if environment.system == "linux":
        make_small(folder / "_internal")
        shrink(folder)
    shutil.copyfile(licences, folder / "LICENSES.txt")
    return folder


def megabytes(folder: Path) -> float:
    """The size of all files of a folder in MB (10^6 bytes), links not counted twice."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def largest(folder: Path, count: int = 8) -> list[tuple[str, float]]:
    """The largest parts of the frozen folder, in MB."""
    inside = folder / "_internal"
    parts = [
        (path.name, megabytes(path) if path.is_dir() else path.stat().st_size / 1e6)
        for path in inside.iterdir()
        if not path.is_symlink()
    ]
    return sorted(parts, key=lambda part: part[1], reverse=True)[:count]
