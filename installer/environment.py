"""A fresh environment that holds only what ships: whatever else is installed would be collected too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from installer.editions import ROOT, Edition, requirements

PYINSTALLER = "pyinstaller>=6.10"


def make_environment(folder: Path, edition: Edition, cpu: bool) -> Path:
    """Make or complete the environment in `folder`; gives its Python. Raises CalledProcessError."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pins = _pins(folder.with_suffix(".pins"), cpu)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "-c", str(pins), *requirements(edition, cpu), PYINSTALLER], check=True)
    return python


def _pins(path: Path, cpu: bool) -> Path:
    """The tested versions, torch's without its build when another build is asked for."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not (cpu and line.startswith("torch=="))]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path
