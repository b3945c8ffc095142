"""A package for Windows Installer, as IT departments deploy it: for one user, without an administrator.

Packed by wixl of msitools on Linux, or by WiX 3 (candle and light) on Windows, not tried by its authors.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

from installer.editions import NAME, TITLE, version
from installer.frozen import Frozen

_UPGRADE = uuid.uuid5(uuid.NAMESPACE_DNS, f"{NAME}.installer")
"""Stays the same for ever: by it Windows knows an older version."""
_KIND = f"{TITLE}.Bundle"


def make_msi(frozen: Frozen) -> Path:
    """The .msi; raises CalledProcessError, and SystemExit where nothing can pack it."""
    source, target = (frozen.build / f"{NAME}.wxs").absolute(), frozen.target("msi").absolute()
    commands = list(_commands(source, target))
    if not commands:
        raise SystemExit(
            "An .msi needs wixl (msitools) or WiX 3 (candle, light), and neither is installed here."
        )
    icon = Path(os.path.relpath(frozen.build / "icons" / f"{NAME}.ico", frozen.folder))
    ElementTree(package(frozen.folder, icon)).write(source, "utf-8", xml_declaration=True)
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=frozen.folder)
    return target


def _commands(source: Path, target: Path) -> Iterator[list[str]]:
    if tool := shutil.which("wixl"):
        yield [tool, "--arch", "x64", "-o", str(target), str(source)]
    elif (candle := shutil.which("candle")) and (light := shutil.which("light")):
        compiled = source.with_suffix(".wixobj")
        yield [candle, "-nologo", "-arch", "x64", "-o", str(compiled), str(source)]
        # validation asks every file of a user's own folder for a key in the registry, which nothing needs
        yield [light, "-nologo", "-sval", "-o", str(target), str(compiled)]


def package(folder: Path, icon: Path) -> Element:
    """The source in the language of WiX 3: all files, the menu entry, and whose files end in .scintiread.

    Files are named as seen from the folder, and so is the icon: wixl takes no whole paths.
    """
    root = Element("Wix", xmlns="http://schemas.microsoft.com/wix/2006/wi")
    known = {"Name": TITLE, "Version": version(), "Manufacturer": f"The {TITLE} authors", "Language": "1033"}
    product = SubElement(root, "Product", Id="*", UpgradeCode=str(_UPGRADE), **known)
    SubElement(product, "Package", InstallerVersion="500", Compressed="yes", InstallScope="perUser")
    SubElement(product, "MajorUpgrade", DowngradeErrorMessage=f"A newer version of {TITLE} is installed.")
    SubElement(product, "MediaTemplate", EmbedCab="yes")
    SubElement(product, "Icon", Id="Icon.ico", SourceFile=str(icon))
    SubElement(product, "Property", Id="ARPPRODUCTICON", Value="Icon.ico")
    top = SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    SubElement(top, "Directory", Id="ProgramMenuFolder")
    own = SubElement(top, "Directory", Id="LocalAppDataFolder")
    programs = SubElement(own, "Directory", Id="Programs", Name="Programs")
    home = SubElement(programs, "Directory", Id="Home", Name=TITLE)
    feature = SubElement(product, "Feature", Id="All", Title=TITLE, Level="1")
    for name in (*_files(home, folder), _menu(home)):
        SubElement(feature, "ComponentRef", Id=name)
    return root


def _files(place: Element, folder: Path, within: str = "") -> Iterator[str]:
    """Put a folder's files and folders there; gives the names of the components."""
    for path in sorted(folder.iterdir()):
        where = f"{within}{path.name}"
        code = uuid.uuid5(_UPGRADE, where)
        if path.is_dir():
            yield from _files(
                SubElement(place, "Directory", Id=f"d{code.hex}", Name=path.name), path, f"{where}/"
            )
        else:
            yield (name := f"c{code.hex}")
            component = SubElement(place, "Component", Id=name, Guid=str(code), Win64="yes")
            SubElement(component, "File", Id=f"f{code.hex}", Name=path.name, Source=where, KeyPath="yes")


def _menu(home: Element) -> str:
    component = SubElement(home, "Component", Id="Menu", Guid=str(uuid.uuid5(_UPGRADE, "menu")), Win64="yes")
    program = f"[Home]{NAME}.exe"
    shown = {"Name": TITLE, "Target": program, "Icon": "Icon.ico", "WorkingDirectory": "Home"}
    SubElement(component, "Shortcut", Id="MenuEntry", Directory="ProgramMenuFolder", **shown)
    values = {
        rf"Software\{TITLE}\Package": "[Home]",
        rf"Software\Classes\.{NAME}": _KIND,
        rf"Software\Classes\{_KIND}": f"{TITLE} bundle",
        rf"Software\Classes\{_KIND}\DefaultIcon": f"{program},0",
        rf"Software\Classes\{_KIND}\shell\open\command": f'"{program}" "%1"',
    }
    for number, (key, value) in enumerate(values.items()):
        row = SubElement(component, "RegistryValue", Root="HKCU", Key=key, Type="string", Value=value)
        row.set("KeyPath", "no" if number else "yes")
    return "Menu"
