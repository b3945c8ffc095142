"""Makes the installable desktop program: python build_installer.py [--edition reader|full] [--target deb]."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from installer.appimage import make_appimage
from installer.deb import make_deb
from installer.editions import EDITIONS, LARGEST_READER_MB, NAME, READER, ROOT, SLOWEST_START_S, Edition
from installer.environment import make_environment
from installer.freeze import freeze, largest, megabytes
from installer.mac import make_dmg
from installer.measure import start_seconds
from installer.windows import make_msi

Make = Callable[[Path, Edition, Path, Path], Path]
TARGETS: dict[str, Make] = {
    "dir": lambda folder, _edition, _build, _dist: folder,
    "deb": make_deb,
    "appimage": make_appimage,
    "msi": make_msi,
    "dmg": make_dmg,
}


def main(arguments: list[str] | None = None) -> int:
    """Build, print sizes and times, return 0; 1 when a step failed."""
    chosen = _parser().parse_args(arguments)
    edition = EDITIONS[chosen.edition]
    build, dist = chosen.build / edition.name, chosen.dist / edition.name
    dist.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    try:
        python = make_environment(build / "environment", edition, chosen.cpu)
        installed = time.monotonic()
        folder = freeze(python, edition, build, dist)
        frozen = time.monotonic()
        made = TARGETS[chosen.target](folder, edition, build, dist)
    except subprocess.CalledProcessError as error:
        words = list(error.cmd)
        step = words[words.index("-m") + 1] if "-m" in words else Path(words[0]).name
        print(f"Stopped: {step} failed with status {error.returncode}.", file=sys.stderr)
        return 1
    size = megabytes(folder)
    print(f"environment   {installed - begun:6.0f} s")
    print(f"freezing      {frozen - installed:6.0f} s")
    print(f"packing       {time.monotonic() - frozen:6.0f} s")
    print(f"unpacked      {size:6.0f} MB{_target(edition, f'<= {LARGEST_READER_MB} MB')}")
    for name, part in largest(folder):
        print(f"  {part:6.1f} MB  {name}")
    if made.is_file():
        print(f"packed        {made.stat().st_size / 1e6:6.0f} MB")
    if not chosen.no_start:
        program = folder / (f"{NAME}.exe" if sys.platform == "win32" else NAME)
        taken = start_seconds(program)
        print(f"first window  {taken:6.2f} s{_target(edition, f'<= {SLOWEST_START_S} s')}")
    print(made)
    return 0


def _target(edition: Edition, words: str) -> str:
    return f"  (aim: {words})" if edition is READER else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make the installable desktop program.")
    add = parser.add_argument
    default = {"win32": "msi", "darwin": "dmg"}.get(
        sys.platform, "deb" if shutil.which("dpkg-deb") else "dir"
    )
    add("--edition", choices=list(EDITIONS), default="reader", help="reader: predicts; full: trains too")
    add("--target", choices=list(TARGETS), default=default, help=f"default here: {default}")
    add("--cpu", action="store_true", help="full edition without libraries for graphics cards")
    add("--build", type=Path, default=ROOT / "build", help="folder for what is only needed meanwhile")
    add("--dist", type=Path, default=ROOT / "dist", help="folder for what is made")
    add("--no-start", action="store_true", help="do not start the program to measure it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
