"""A frozen program that is to be packed, and where what is made of it goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from installer.editions import NAME, Edition, version
from installer.signing import Certificate


@dataclass(frozen=True)
class Frozen:
    """The folder that PyInstaller made, the system that it runs on (as `sys.platform`), and who signs it."""

    folder: Path
    edition: Edition
    system: str
    build: Path
    """For what is only needed meanwhile; the icons lie in it."""
    dist: Path
    certificate: Certificate | None = None

    @property
    def program(self) -> Path:
        """What opens the window."""
        return self.folder / (f"{NAME}.exe" if self.system == "win32" else NAME)

    @property
    def programs(self) -> list[Path]:
        """All that can be started: on Windows also the one of the command line."""
        return [self.program, *([self.folder / f"{NAME}.com"] if self.system == "win32" else [])]

    def target(self, ending: str) -> Path:
        """The file of such an ending that is made of it."""
        return self.dist / f"{NAME}-{self.edition.name}-{version()}.{ending}"
