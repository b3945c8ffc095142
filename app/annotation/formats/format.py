"""What a format of annotation files is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from app.annotation.label_set import LabelSet
from app.scan.scan import Scan

Write: TypeAlias = "Callable[[Path, LabelSet, Scan | None], tuple[Path, ...]]"


@dataclass(frozen=True)
class Format:
    """A format under its name; `title` says it in words."""

    name: str
    title: str
    cases: Callable[[Path], dict[str, tuple[Path, ...]]]
    """The cases in a file or folder, each with its files; empty when it holds none."""
    read: Callable[[str, tuple[Path, ...]], LabelSet]
    """One case from its files; raises AppError."""
    write: Write | None
    """One case into a folder, its scan giving pictures and DICOM references; raises AppError. None: never."""
    keeps_points: bool = False
    keeps_names: bool = True
    """Whether a region of an unknown class is written."""
