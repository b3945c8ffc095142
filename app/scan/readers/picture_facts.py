"""What a picture file tells beside its pixels: its name may say which side it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from app.scan.scan import Acquisition, Counts, ViewEvidence
from app.scan.source import Frame, Source
from app.scan.view_words import named_side, without_side


def picture_source(
    path: Path,
    file_format: str,
    rows: int,
    columns: int,
    pages: int,
    load: Callable[[], Counts],
    spacing_mm: tuple[float, float] | None = None,
) -> Source:
    """A display-only source; a single page takes its side from the file's name."""
    side = named_side(path.stem) if pages == 1 else None
    frame = Frame(0, side, ViewEvidence.TEXT) if side else Frame(0)
    return Source(
        path=path,
        rows=rows,
        columns=columns,
        frames=(frame,) if pages == 1 else tuple(Frame(page) for page in range(pages)),
        load=lambda _warnings: load(),
        spacing_mm=spacing_mm,
        acquisition=Acquisition(file_format=file_format),
        display_only=True,
        simulated="SIMULATED" in path.stem.upper(),
        examination=_examination(path) if side else "",
    )


def _examination(path: Path) -> str:
    """Pictures in one folder whose names differ by nothing but the side belong together."""
    return hashlib.sha256(f"{path.parent.resolve()}\n{without_side(path.stem)}".encode()).hexdigest()
