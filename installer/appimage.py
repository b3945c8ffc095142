"""An AppImage: the AppDir always; the one file where appimagetool is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from installer.desktop import write_desktop
from installer.editions import NAME
from installer.frozen import Frozen

_RUN = f"""#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/opt/{NAME}/{NAME}" "$@"
"""


def make_appimage(frozen: Frozen) -> Path:
    """The AppImage, or its AppDir with a sentence saying why there is no more; raises CalledProcessError."""
    icons, tree = frozen.build / "icons", frozen.dist / f"{NAME}.AppDir"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(frozen.folder, tree / "opt" / NAME, symlinks=True)
    write_desktop(tree / "usr" / "share", icons)
    shutil.copyfile(tree / "usr" / "share" / "applications" / f"{NAME}.desktop", tree / f"{NAME}.desktop")
    shutil.copyfile(icons / f"{NAME}-256.png", tree / f"{NAME}.png")
    (tree / "AppRun").write_text(_RUN, encoding="utf-8")
    (tree / "AppRun").chmod(0o755)
    tool = shutil.which("appimagetool")
    if tool is None:
        print("appimagetool is not installed: the AppDir is complete, and appimagetool makes one file of it.")
        return tree
    target = frozen.target("AppImage")
    subprocess.run([tool, str(tree), str(target)], check=True)
    return target
