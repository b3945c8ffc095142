"""A Windows installer with WiX 4: written here, to be built on Windows; not tested by its authors."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from pathlib import Path
from xml.sax.saxutils import quoteattr

from installer.editions import NAME, TITLE, Edition, version

_UPGRADE = uuid.uuid5(uuid.NAMESPACE_DNS, f"{NAME}.installer")
"""Stays the same for ever: by it Windows knows an older version."""


def make_msi(folder: Path, edition: Edition, build: Path, dist: Path) -> Path:
    """The .msi where WiX is installed, otherwise its source with a sentence; raises CalledProcessError."""
    source = dist / f"{NAME}.wxs"
    source.write_text(_wxs(folder, build / "icons" / f"{NAME}.ico"), encoding="utf-8")
    wix = shutil.which("wix")
    if wix is None:
        print("WiX 4 is not installed: scintiread.wxs is written; `wix build` on Windows makes the .msi.")
        return source
    target = dist / f"{NAME}-{edition.name}-{version()}.msi"
    subprocess.run([wix, "build", str(source), "-arch", "x64", "-o", str(target)], check=True)
    return target


def _wxs(folder: Path, icon: Path) -> str:
    files = quoteattr(str(folder / "**"))
    program = quoteattr(str(folder / f"{NAME}.exe"))
    return f"""<Wix xmlns="http://wixtoolset.org/schemas/v4/wxs">
  <Package Name="{TITLE}" Manufacturer="{TITLE}" Version="{version()}" UpgradeCode="{_UPGRADE}"
           Scope="perUserOrMachine" Compressed="yes">
    <MajorUpgrade DowngradeErrorMessage="A newer version of {TITLE} is installed." />
    <MediaTemplate EmbedCab="yes" CompressionLevel="high" />
    <Icon Id="Icon" SourceFile={quoteattr(str(icon))} />
    <Property Id="ARPPRODUCTICON" Value="Icon" />
    <StandardDirectory Id="ProgramFiles6432Folder">
      <Directory Id="Home" Name="{TITLE}">
        <Files Include={files}><Exclude Files={program} /></Files>
        <Component Id="Program">
          <File Id="Exe" Source={program} KeyPath="yes">
            <Shortcut Id="Menu" Directory="ProgramMenuFolder" Name="{TITLE}" Icon="Icon" Advertise="yes" />
          </File>
          <ProgId Id="{TITLE}.Bundle" Description="{TITLE} bundle" Icon="Icon" Advertise="yes">
            <Extension Id="scintiread"><Verb Id="open" Argument="&quot;%1&quot;" /></Extension>
          </ProgId>
        </Component>
      </Directory>
    </StandardDirectory>
    <StandardDirectory Id="ProgramMenuFolder" />
  </Package>
</Wix>
"""
