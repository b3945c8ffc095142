"""Pictures of scans in TIFF, 8 to 32 bit, one page or two: looked at and marked, never measured."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.scan.isolation import IsolatedFailure, run_isolated
from app.scan.limits import check_dimensions
from app.scan.pictures import grey_of_colour
from app.scan.readers.picture_facts import picture_source
from app.scan.readers.reader import ScanReader
from app.scan.scan import Counts
from app.scan.source import ScanSource

if TYPE_CHECKING:
    from tifffile import TiffFile

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
DECODE_SECONDS = 30.0
UNCOMPRESSED = 1
PALETTE = 3
UPRIGHT, LYING = 1, 5
FROM_BELOW, FROM_RIGHT = (3, 4, 7, 8), (2, 3, 6, 7)
"""Orientations that, lying ones stood up, begin at the bottom, and at the right."""
MILLIMETRES = {"mm": 1.0, "millimeter": 1.0, "cm": 10.0, "micron": 1e-3, "µm": 1e-3, "um": 1e-3}


def _open(path: Path) -> ScanSource:
    """What a TIFF file offers, from its tags; raises AppError when it is damaged, too large or a stack."""
    from tifffile import TiffFile

    logging.getLogger("tifffile").setLevel(
        logging.CRITICAL + 1
    )  # it quotes tags, and those can name a patient
    try:
        with TiffFile(path) as file:
            pages = _pages(file)
            shapes = [_shape(page) for page in pages[:2]]
            count, spacing = len(pages), _spacing(file)
    except Exception as error:  # damaged tags fail in more ways than tifffile documents
        raise _damaged(path) from error
    if count == 0:
        raise _damaged(path)
    if count > 2 or len(set(shapes)) > 1:
        raise AppError(
            f"{path.name} is a stack of {count} pages; a scan has one view, or two of the same size.",
            "Save the anterior and the posterior view alone.",
        )
    rows, columns = shapes[0]
    check_dimensions(path, rows, columns, count)
    return picture_source(path, "TIFF", rows, columns, count, lambda: _load(path), spacing)


def _pages(file: TiffFile) -> list[Any]:
    """Pages that are no thumbnails; more than a few are only counted, never parsed."""
    pages: list[Any] = [page for _, page in zip(range(64), file.pages, strict=False)]
    return pages[:1] + [page for page in pages[1:] if not page.is_reduced]


def _load(path: Path) -> Counts:
    from tifffile import TiffFile

    try:
        with TiffFile(path) as file:
            pages = _pages(file)
            arrays = (
                [_upright(_plain(page), _orientation(page)) for page in pages]
                if all(page.compression == UNCOMPRESSED for page in pages)
                else _by_pillow(path, [page.index for page in pages])
            )
    except IsolatedFailure as error:
        raise AppError(
            f"The picture in {path.name} is damaged: {error}.", "Save it again, uncompressed."
        ) from error
    except Exception as error:  # damaged pages fail in more ways than tifffile documents
        raise _damaged(path) from error
    counts = np.stack([grey_of_colour(path, each) if each.ndim == 3 else each for each in arrays]).astype(
        np.float32
    )
    if not np.isfinite(counts).all():
        raise AppError(
            f"{path.name} holds values that are not finite numbers.", "Save it as 8- or 16-bit grey."
        )
    return counts


def _by_pillow(path: Path, pages: list[int]) -> list[NDArray[Any]]:
    from app.scan.readers.pillow_image import picture_arrays

    return run_isolated(DECODE_SECONDS, picture_arrays, path, ("TIFF",), tuple(pages))


def _plain(page: Any) -> NDArray[Any]:  # tifffile's pages have no public type
    array: NDArray[Any] = page.asarray()
    if page.photometric == PALETTE:
        return np.asarray((page.colormap[:, array] >> 8).astype(np.uint8).transpose(1, 2, 0))
    if array.ndim == 3 and array.shape[0] in (3, 4) and array.shape[-1] not in (3, 4):
        array = array.transpose(1, 2, 0)  # planes
    return array


def _orientation(page: Any) -> int:
    tag = page.tags.get("Orientation")
    return int(tag.value) if tag is not None and tag.value in range(1, 9) else UPRIGHT


def _shape(page: Any) -> tuple[int, int]:
    """(rows, columns) of a page when it is turned upright."""
    shape = page.imagelength, page.imagewidth
    return shape[::-1] if _orientation(page) >= LYING else shape


def _upright(array: NDArray[Any], orientation: int) -> NDArray[Any]:
    """A stored page (rows, columns, …) upright, by Orientation (274), TIFF 6.0 section 8.

    Not left to Pillow, whose 13.0 takes the rows of a lying uncompressed picture for columns.
    """
    if orientation >= LYING:
        array = array.swapaxes(0, 1)
    if orientation in FROM_BELOW:
        array = array[::-1]
    return array[:, ::-1] if orientation in FROM_RIGHT else array


def _spacing(file: TiffFile) -> tuple[float, float] | None:
    """(row, column) in mm when ImageJ gave a length unit; dots per inch say nothing of a patient."""
    unit = MILLIMETRES.get(str((file.imagej_metadata or {}).get("unit", "")).lower())
    tags = _pages(file)[0].tags
    if unit is None or "XResolution" not in tags or "YResolution" not in tags:
        return None
    row, column = (tags[name].value for name in ("YResolution", "XResolution"))
    spacing = (unit * row[1] / row[0], unit * column[1] / column[0])
    return spacing if all(0.1 <= value <= 20 for value in spacing) else None


def _damaged(path: Path) -> AppError:
    return AppError(f"{path.name} is damaged: its TIFF structure cannot be read.", "Copy the file again.")


TIFF = ScanReader("TIFF", lambda head: head.startswith(SIGNATURES), _open)
