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
from installer.editions import EDITIONS, LARGEST_READER_MB, READER, ROOT, SLOWEST_START_S, Edition
from installer.environment import given, make_environment
from installer.exe import make_exe
from installer.freeze import freeze, largest, megabytes
from installer.frozen import Frozen
from installer.mac import make_dmg
from installer.msi import make_msi
from installer.signing import Certificate, sign

Make = Callable[[Frozen], Path]
TARGETS: dict[str, tuple[Make, str]] = {
    # name: what makes it, and the system that it is for; "" for whichever froze it
    "dir": (lambda frozen: frozen.folder, ""),
    "deb": (make_deb, "linux"),
    "appimage": (make_appimage, "linux"),
    "exe": (make_exe, "win32"),
    "msi": (make_msi, "win32"),
    "dmg": (make_dmg, "darwin"),
}


def main(arguments: list[str] | None = None) -> int:
    """Build, print sizes and times, return 0; 1 when a step failed."""
    chosen = _parser().parse_args(arguments)
    try:
        build(chosen)
    except subprocess.CalledProcessError as error:
        words = list(error.cmd)
        step = words[words.index("-m") + 1] if "-m" in words else Path(words[0]).name
        print(f"Stopped: {step} failed with status {error.returncode}.", file=sys.stderr)
        return 1
    return 0


def build(chosen: argparse.Namespace) -> None:
    """Environment, frozen folder, what a system installs; raises CalledProcessError and SystemExit."""
    edition = EDITIONS[chosen.edition]
    build, dist = chosen.build / edition.name, chosen.dist / edition.name
    dist.mkdir(parents=True, exist_ok=True)
    build.mkdir(parents=True, exist_ok=True)
    certificate = _certificate(chosen)
    make, system = TARGETS[chosen.target]
    begun = time.monotonic()
    if chosen.python:
        environment = given(chosen.python)
    else:
        _fits(chosen.target, system, sys.platform)
        environment = make_environment(build / "environment", edition, chosen.cpu)
    _fits(chosen.target, system, environment.system)
    installed = time.monotonic()
    folder = freeze(environment, edition, chosen.cpu, build, dist)
    frozen = Frozen(folder, edition, environment.system, build, dist, certificate)
    froze = time.monotonic()
    _signed(frozen, frozen.programs)
    made = make(frozen)
    if made.is_file():
        _signed(frozen, [made])
    print(f"environment   {installed - begun:6.0f} s")
    print(f"freezing      {froze - installed:6.0f} s")
    print(f"packing       {time.monotonic() - froze:6.0f} s")
    print(f"unpacked      {megabytes(folder):6.0f} MB{_target(edition, f'<= {LARGEST_READER_MB} MB')}")
    for name, part in largest(folder):
        print(f"  {part:6.1f} MB  {name}")
    if made.is_file():
        print(f"packed        {made.stat().st_size / 1e6:6.0f} MB")
    if not chosen.no_start:
        taken = float(environment.run("-m", "installer.measure", str(frozen.program.absolute())))
        print(f"first window  {taken:6.2f} s{_target(edition, f'<= {SLOWEST_START_S} s')}")
    if environment.system == "win32" and certificate is None:
        print("not signed: Windows will say that nobody knows its publisher, until --certificate is given")
    print(made)


def _fits(target: str, system: str, has: str) -> None:
    if system and system != has:
        raise SystemExit(
            f"--target {target} is made by a Python of {system}, and this one is of {has}:"
            " build it there, or name one with --python."
        )


def _certificate(chosen: argparse.Namespace) -> Certificate | None:
    if chosen.certificate is None:
        return None
    if chosen.password_file is None:
        raise SystemExit("--certificate needs --password-file, the file with the password of its key.")
    for file in (chosen.certificate, chosen.password_file):
        if not file.is_file():
            raise SystemExit(f"{file} is not there: nothing can be signed with it.")
    return Certificate(chosen.certificate, chosen.password_file, chosen.timestamp)


def _signed(frozen: Frozen, programs: list[Path]) -> None:
    if frozen.certificate is not None and frozen.system == "win32":
        for program in programs:
            sign(program, frozen.certificate)


def _target(edition: Edition, words: str) -> str:
    return f"  (aim: {words})" if edition is READER else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make the installable desktop program.")
    add = parser.add_argument
    default = {"win32": "exe", "darwin": "dmg"}.get(
        sys.platform, "deb" if shutil.which("dpkg-deb") else "dir"
    )
    add("--edition", choices=list(EDITIONS), default="reader", help="reader: predicts; full: trains too")
    add("--target", choices=list(TARGETS), default=default, help=f"default here: {default}")
    add("--python", metavar="COMMAND", help="freeze with this Python, whose packages are used as they are")
    add("--cpu", action="store_true", help="full edition without libraries for graphics cards")
    add("--certificate", type=Path, metavar="FILE.pfx", help="sign programs of Windows with its key")
    add("--password-file", type=Path, metavar="FILE", help="file that holds the password of that key")
    add("--timestamp", default="", metavar="URL", help="server that dates signatures")
    add("--build", type=Path, default=ROOT / "build", help="folder for what is only needed meanwhile")
    add("--dist", type=Path, default=ROOT / "dist", help="folder for what is made")
    add("--no-start", action="store_true", help="do not start the program to measure it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
