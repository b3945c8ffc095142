"""What a format of annotation files is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from app.annotation.label_set import LabelSet
from app.scan.scan import Scan


@dataclass(frozen=True)
class Beside:
    """What is known of labels beside their files: the scan that was labelled, what numbers in masks mean."""

    scan: Scan | None = None
    numbers: Mapping[int, str] = field(default_factory=dict)


NOTHING_BESIDE = Beside()
Read: TypeAlias = "Callable[[str, tuple[Path, ...], Beside], LabelSet]"
Write: TypeAlias = "Callable[[Path, LabelSet, Scan | None], tuple[Path, ...]]"


@dataclass(frozen=True)
class Format:
    """A format under its name; `title` says it in words."""

    name: str
    title: str
    cases: Callable[[Path], dict[str, tuple[Path, ...]]]
    """The cases in a file or folder, each with its files; empty when it holds none."""
    read: Read
    """One case from its files; raises AppError."""
    write: Write | None
    """One case into a folder, its scan giving pictures and DICOM references; raises AppError. None: never."""
    keeps_points: bool = False
    keeps_names: bool = True
    """Whether a region of an unknown class is written."""
