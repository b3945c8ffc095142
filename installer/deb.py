"""A Debian package: the folder in /opt, one command in /usr/bin, a menu entry."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from installer.desktop import write_desktop
from installer.editions import NAME, PURPOSE, TITLE, version
from installer.freeze import megabytes
from installer.frozen import Frozen

DEPENDS = (
    "libc6 (>= 2.36), libgl1, libegl1, libglib2.0-0 | libglib2.0-0t64, libfontconfig1, libxkbcommon0,"
    " libdbus-1-3, libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-xkb1, libxkbcommon-x11-0,"
    " libxcb-shape0"
)
"""Found in a bare Debian 12, one package at a time."""

_AFTER = """#!/bin/sh
set -e
for tool in "update-mime-database /usr/share/mime" "update-desktop-database -q" \\
    "gtk-update-icon-cache -q -t -f /usr/share/icons/hicolor"; do
    if command -v "${tool%% *}" >/dev/null 2>&1; then $tool || true; fi
done
"""


def make_deb(frozen: Frozen) -> Path:
    """The package of a frozen folder; raises CalledProcessError, and SystemExit without dpkg-deb."""
    if shutil.which("dpkg-deb") is None:
        raise SystemExit(
            "A .deb needs dpkg-deb, which this system does not have; build it on Debian or Ubuntu."
        )
    tree = frozen.build / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    place = tree / "opt" / NAME
    shutil.copytree(frozen.folder, place, symlinks=True)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / NAME).symlink_to(f"/opt/{NAME}/{NAME}")
    write_desktop(tree / "usr" / "share", frozen.build / "icons")
    papers = tree / "usr" / "share" / "doc" / NAME
    papers.mkdir(parents=True)
    shutil.copyfile(frozen.folder / "LICENSES.txt", papers / "copyright")
    control = tree / "DEBIAN"
    control.mkdir()
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, encoding="utf-8"
    ).stdout.strip()
    (control / "control").write_text(
        f"Package: {NAME}\nVersion: {version()}\nArchitecture: {architecture}\nSection: science\n"
        f"Priority: optional\nMaintainer: The {TITLE} authors <noreply@localhost>\n"
        f"Installed-Size: {round(megabytes(tree) * 1e6 / 1024)}\nDepends: {DEPENDS}\n"
        f"Description: {TITLE} ({frozen.edition.name} edition)\n {PURPOSE}.\n",
        encoding="utf-8",
    )
    for script in ("postinst", "postrm"):
        (control / script).write_text(_AFTER, encoding="utf-8")
        (control / script).chmod(0o755)
    for path in tree.rglob("*"):  # whatever the builder's own mask was
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        elif path.is_file() and not path.is_symlink():
            path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
    target = frozen.dist / f"{NAME}-{frozen.edition.name}_{version()}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target
