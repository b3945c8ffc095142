"""The Python that freezes: of a fresh environment that holds only what ships, or one that is given."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from installer.editions import ROOT, Edition, requirements

PYINSTALLER = "pyinstaller>=6.10"


@dataclass(frozen=True)
class Environment:
    """A Python with all that ships: the command that starts it, and its `sys.platform`."""

    command: str
    system: str

    def run(self, *words: str, quiet: bool = True, **environment: str) -> str:
        """Run it in the checkout and give what it printed; raises CalledProcessError.

        The checkout is the folder to begin in, so that a Windows Python on a drive of its own (Wine) finds
        whole paths of this computer. `quiet`: what it says goes nowhere else.
        """
        run = subprocess.run(
            [self.command, *words],
            check=True,
            stdout=subprocess.PIPE if quiet else None,
            text=True,
            encoding="utf-8",
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
            cwd=ROOT,
        )
        return run.stdout or ""


def given(command: str) -> Environment:
    """The Python that a program starts, asked for its system; raises SystemExit and CalledProcessError."""
    found = shutil.which(command)
    if found is None:
        raise SystemExit(f"{command} is no program that can be started: --python names one that runs Python.")
    path = str(Path(found).absolute())
    return Environment(path, Environment(path, "").run("-c", "import sys; print(sys.platform)").strip())


def make_environment(folder: Path, edition: Edition, cpu: bool) -> Environment:
    """Make or complete the environment in `folder`. Raises CalledProcessError."""
    python = folder.absolute() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pins = _pins(folder.with_suffix(".pins"), cpu)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "-c", str(pins), *requirements(edition, cpu), PYINSTALLER], check=True)
    return Environment(str(python), sys.platform)


def _pins(path: Path, cpu: bool) -> Path:
    """The tested versions, torch's without its build when another build is asked for."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not (cpu and line.startswith("torch=="))]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path
