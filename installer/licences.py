"""The licences of everything in the program, in one file beside it."""

from __future__ import annotations

import subprocess
from pathlib import Path

_LIST = """
import importlib.metadata, sys
skipped = {"pip", "setuptools", "wheel", "altgraph", "pyinstaller", "pyinstaller-hooks-contrib"}
found = sorted(importlib.metadata.distributions(), key=lambda each: each.metadata["Name"].lower())
for each in found:
    name = each.metadata["Name"]
    if name.lower() in skipped:
        continue
    meta = each.metadata
    said = meta.get("License-Expression") or meta.get("License") or ""
    said = said.splitlines()[0] if said else "; ".join(
        line.split(" :: ")[-1] for line in meta.get_all("Classifier") or [] if line.startswith("License"))
    print("=" * 100)
    print(f"{name} {each.version}: {said or 'see below'}")
    print("=" * 100)
    for file in each.files or ():
        low = file.name.lower()
        if low.startswith(("license", "licence", "copying", "notice")) and not low.endswith((".py", ".pyc")):
            try:
                print(file.locate().read_text(encoding="utf-8", errors="replace"))
            except OSError:
                continue
import platform
print("=" * 100)
print(f"Python {platform.python_version()}: Python Software Foundation License 2")
"""

_QT = """
Qt and PySide6 are used under the GNU Lesser General Public License, version 3. Their libraries lie as
separate files in the folder PySide6 and may be exchanged for other builds of the same version.
"""


def write_licences(python: Path, own: Path, target: Path) -> int:
    """Write the program's own licence and those of all packages of the environment; gives their number."""
    run = subprocess.run(
        [str(python), "-X", "utf8", "-c", _LIST], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    target.write_text(own.read_text(encoding="utf-8") + _QT + run.stdout, encoding="utf-8")
    return run.stdout.count("=" * 100) // 2
