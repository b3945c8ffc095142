"""The program's icon as pictures: PNG in the sizes that desktops ask for, ICO for Windows."""

from __future__ import annotations

import subprocess
from pathlib import Path

from installer.editions import ROOT

SIZES = (16, 32, 48, 128, 256)

_DRAW = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImageReader
application = QGuiApplication([])
source, folder, sizes = sys.argv[1], sys.argv[2], [int(size) for size in sys.argv[3:]]
for size in sizes:
    reader = QImageReader(source)
    reader.setScaledSize(QSize(size, size))
    image = reader.read()
    assert not image.isNull(), reader.errorString()
    image.save(f"{folder}/scintiread-{size}.png")
image.save(f"{folder}/scintiread.ico")
"""


def draw_icons(python: Path, folder: Path) -> Path:
    """Draw them with the environment's own Qt; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source = ROOT / "resources" / "icons" / "scintiread.svg"
    subprocess.run([str(python), "-c", _DRAW, str(source), str(folder), *map(str, SIZES)], check=True)
    return folder
