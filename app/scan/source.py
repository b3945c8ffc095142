"""What a file offers before its sides are settled: facts from the header now, pixels when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.scan.scan import Acquisition, Counts, ViewEvidence, ViewName


@dataclass(frozen=True)
class Frame:
    """One image in a file; `view` and `evidence` are None while nothing names its side."""

    index: int
    view: ViewName | None = None
    evidence: ViewEvidence | None = None


@dataclass(frozen=True, eq=False)
class Source:
    """One readable file, header only.

    `load(warnings)` gives the pixels of `frames` in their order, float32 (frames, rows, columns), adds what
    is doubtful about them to the list, and raises AppError when they cannot be decoded. `examination` is an
    opaque key shared by the files of one examination, empty when the file does not say; `place` (series,
    instance number) orders files within it; `instance` is an opaque key of this very object, shared by its
    copies.
    """

    path: Path
    rows: int
    columns: int
    frames: tuple[Frame, ...]
    load: Callable[[list[str]], Counts]
    spacing_mm: tuple[float, float] | None = None
    counts_accumulated: int | None = None
    acquisition: Acquisition = field(default_factory=Acquisition)
    warnings: tuple[str, ...] = ()
    lossy: bool = False
    display_only: bool = False
    simulated: bool = False
    examination: str = ""
    instance: str = ""
    place: tuple[int, int] = (0, 0)
