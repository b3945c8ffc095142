"""What a picture file tells beside its pixels: its name may say which side it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.scan.limits import check_dimensions
from app.scan.named_pairs import side_by_name
from app.scan.scan import Acquisition, Counts
from app.scan.source import Frame, ScanSource


def picture_source(
    path: Path,
    file_format: str,
    rows: int,
    columns: int,
    pages: int,
    load: Callable[[], Counts],
    spacing_mm: tuple[float, float] | None = None,
    lossy: bool = False,
) -> ScanSource:
    """A display-only source; a single page takes its side from the file's name, or from its folder's.

    load: gives the grey values, float32 (pages, rows, columns).
    """
    claim = side_by_name(path) if pages == 1 else None
    return ScanSource(
        path=path,
        rows=rows,
        columns=columns,
        frames=tuple(Frame(page, (claim,) if claim else ()) for page in range(pages)),
        load=lambda _warnings: load(),
        spacing_mm=spacing_mm,
        acquisition=Acquisition(file_format=file_format),
        lossy=lossy,
        display_only=True,
        simulated="SIMULATED" in path.stem.upper(),
    )


def picture_by_pillow(file_format: str, path: Path, lossy: bool = False) -> ScanSource:
    """What a picture that Pillow reads offers; raises AppError when it is damaged or too large."""
    from app.scan.readers.pillow_image import grey_picture, picture_size  # brings Pillow

    rows, columns = picture_size(path, file_format)
    check_dimensions(path, rows, columns)
    load = partial(grey_picture, path, file_format)
    return picture_source(path, file_format, rows, columns, pages=1, load=load, lossy=lossy)
