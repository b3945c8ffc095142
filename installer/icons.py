"""The program's icon as pictures: PNG in the sizes that desktops ask for, ICO for Windows, ICNS for macOS."""

from __future__ import annotations

from pathlib import Path

from installer.editions import ROOT
from installer.environment import Environment

SIZES = (16, 32, 48, 128, 256)

_DRAW = """
import sys
from PIL import Image
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
pictures = [Image.open(f"{folder}/scintiread-{size}.png") for size in sizes]
small, large = pictures[:-1], pictures[-1]
large.save(f"{folder}/scintiread.ico", sizes=[each.size for each in pictures], append_images=small)
large.save(f"{folder}/scintiread.icns", append_images=small)
"""


def draw_icons(environment: Environment, folder: Path) -> Path:
    """Draw them with the environment's own Qt; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source = ROOT / "resources" / "icons" / "scintiread.svg"
    environment.run("-c", _DRAW, str(source), str(folder), *map(str, SIZES))
    return folder
