"""A disk image for macOS: to be built there; not tested by its authors."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

from installer.editions import NAME, TITLE, Edition, version


def make_dmg(folder: Path, edition: Edition, build: Path, dist: Path) -> Path:
    """The .dmg on macOS, otherwise the application bundle's folder with a sentence."""
    bundle = dist / f"{TITLE}.app"
    shutil.rmtree(bundle, ignore_errors=True)
    inside = bundle / "Contents"
    shutil.copytree(folder, inside / "MacOS", symlinks=True)
    (inside / "Resources").mkdir()
    shutil.copyfile(build / "icons" / f"{NAME}-256.png", inside / "Resources" / f"{NAME}.png")
    (inside / "Info.plist").write_bytes(plistlib.dumps(_facts()))
    if sys.platform != "darwin":
        print("A .dmg needs macOS: the bundle is laid out; run this there to sign it and make the image.")
        return bundle
    subprocess.run(["codesign", "--force", "--deep", "--sign", "-", str(bundle)], check=True)
    target = dist / f"{NAME}-{edition.name}-{version()}.dmg"
    image = ["hdiutil", "create", "-volname", TITLE, "-srcfolder", str(bundle), "-ov", "-format", "UDZO"]
    subprocess.run([*image, str(target)], check=True)
    return target


def _facts() -> dict[str, object]:
    kind = f"org.{NAME}.bundle"
    return {
        "CFBundleName": TITLE,
        "CFBundleIdentifier": f"org.{NAME}",
        "CFBundleExecutable": NAME,
        "CFBundleShortVersionString": version(),
        "CFBundlePackageType": "APPL",
        "NSHighResolutionCapable": True,
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": kind,
                "UTTypeDescription": f"{TITLE} bundle",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {"public.filename-extension": ["scintiread"]},
            }
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": f"{TITLE} bundle",
                "LSItemContentTypes": [kind],
                "CFBundleTypeRole": "Editor",
            }
        ],
    }
