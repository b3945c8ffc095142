"""The size of a pixel of the scans that people annotated, from the scans' own files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from app.scan.read import open_source
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.convert import row_of
from app.workflows.annotation.folder_classes import FOLDER
from app.workflows.scans.library import find_scans
from app.workflows.scans.scan_row import ScanRow


def beside(sources: Sequence[Path]) -> Path | None:
    """The folder whose `annotations` all the sources lie in, None where there is no such folder."""
    found = {source.absolute().parent.parent for source in sources if source.absolute().parent.name == FOLDER}
    inside = all(source.absolute().parent.name == FOLDER for source in sources)
    return found.pop() if inside and len(found) == 1 else None


def pixel_sizes(
    cases: Collection[str], scans: Mapping[str, ScanRow], told_mm: float | None
) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Row and column spacing of every case in mm, and what is to be said of it; of none where one has none.

    `told_mm`: what a person says holds for all. Raises AppError when a scan cannot be read.
    """
    if told_mm is not None:
        return dict.fromkeys(cases, (told_mm, told_mm)), []
    if not scans:
        return {}, []
    sizes: dict[str, tuple[float, float]] = {}
    for case in cases:
        row = row_of(case, scans)
        spacing = open_source(row.files[0]).spacing_mm if row is not None else None
        if spacing is not None:
            sizes[case] = spacing
    if len(sizes) == len(cases):
        return sizes, []
    without = [case for case in cases if case not in sizes]
    listed = ", ".join(without[:5]) + (f" and {len(without) - 5} more" if len(without) > 5 else "")
    return {}, [f"Distances are in pixels: the scans do not tell the size of a pixel of {listed}."]


def scans_of(scans: Path | None) -> dict[str, ScanRow]:
    """Scans by the names of their cases, as the library and as the Annotate page calls them.

    Raises AppError when they cannot be searched.
    """
    if scans is None:
        return {}
    found = {row.case: row for row in find_scans(scans, decode=False).usable}
    if scans.is_dir():
        found |= {row.case: row for row in AnnotationFolder(scans, "R1").rows()}
    return found
