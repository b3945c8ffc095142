"""A disk image for macOS, of the .app that PyInstaller lays out there; not tried by its authors."""

from __future__ import annotations

import subprocess
from pathlib import Path

from installer.editions import NAME, TITLE
from installer.frozen import Frozen

_KIND = f"org.{NAME}.bundle"
FACTS: dict[str, object] = {
    "CFBundleName": TITLE,
    "CFBundleIdentifier": f"org.{NAME}",
    "NSHighResolutionCapable": True,
    "NSRequiresAquaSystemAppearance": False,
    "LSApplicationCategoryType": "public.app-category.medical",
    "UTExportedTypeDeclarations": [
        {
            "UTTypeIdentifier": _KIND,
            "UTTypeDescription": f"{TITLE} bundle",
            "UTTypeConformsTo": ["public.data"],
            "UTTypeTagSpecification": {"public.filename-extension": ["scintiread"]},
        }
    ],
    "CFBundleDocumentTypes": [
        {
            "CFBundleTypeName": f"{TITLE} bundle",
            "LSItemContentTypes": [_KIND],
            "CFBundleTypeRole": "Editor",
            "LSHandlerRank": "Owner",
        }
    ],
}
"""What goes into Info.plist beside PyInstaller's own: sharp on Retina, dark as the system, whose files."""


def make_dmg(frozen: Frozen) -> Path:
    """The image, its .app signed for this computer only; raises CalledProcessError."""
    application = frozen.dist / f"{TITLE}.app"
    subprocess.run(["codesign", "--force", "--deep", "--sign", "-", str(application)], check=True)
    target = frozen.target("dmg")
    image = ["hdiutil", "create", "-volname", TITLE, "-srcfolder", str(application), "-ov", "-format", "UDZO"]
    subprocess.run([*image, str(target)], check=True)
    return target
