"""What the window is asked to show first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WindowRequest:
    """Open the window on a page (its id, such as "library"), with a study, a reader or files ready."""

    page: str = "library"
    study: Path | None = None
    reader: str = ""
    paths: tuple[Path, ...] = ()
