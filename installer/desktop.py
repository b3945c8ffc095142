"""What a Linux desktop needs to know: menu entry, icons, and whose files end in .scintiread."""

from __future__ import annotations

import shutil
from pathlib import Path

from installer.editions import NAME, PURPOSE, ROOT, TITLE
from installer.icons import SIZES

MIME = "application/x-scintiread"

ENTRY = f"""[Desktop Entry]
Type=Application
Name={TITLE}
GenericName=Bone scan reading
Comment={PURPOSE}
Exec={NAME} %F
Icon={NAME}
Terminal=false
Categories=Science;MedicalSoftware;Education;
MimeType={MIME};application/dicom;
StartupWMClass={NAME}
"""

MIME_TYPE = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME}">
    <comment>{TITLE} bundle</comment>
    <glob pattern="*.scintiread"/>
    <icon name="{NAME}"/>
  </mime-type>
</mime-info>
"""


def write_desktop(share: Path, icons: Path) -> None:
    """Put entry, MIME type and icons under a `share` folder."""
    _write(share / "applications" / f"{NAME}.desktop", ENTRY)
    _write(share / "mime" / "packages" / f"{NAME}.xml", MIME_TYPE)
    for size in SIZES:
        place = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{NAME}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(icons / f"{NAME}-{size}.png", place)
    scalable = share / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "resources" / "icons" / "scintiread.svg", scalable)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
