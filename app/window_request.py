"""What the window is asked to show first."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class DemoWish:
    """A demo to be prepared: in `folder`, or where the program keeps its own; with so many scans."""

    folder: Path | None = None
    scans: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class WindowRequest:
    """Open the window on a page (its id, such as "library"), with a study, a reader, a bundle, files or a
    demo."""

    page: str = "library"
    study: Path | None = None
    reader: str = ""
    paths: tuple[Path, ...] = ()
    masks: Path | None = None
    """The lesions of the scan that `paths` names."""
    demo: DemoWish | None = None
    bundle: Path | None = None
    passphrase: str | None = field(default=None, repr=False)
    """Of the bundle; without it the window asks."""
