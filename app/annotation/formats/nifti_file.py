"""NIfTI-1 files of planar scans, by nibabel: two coronal slices, and what a comment in the header tells."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.formats.files import MOST_BYTES, damaged, read_whole
from app.errors import AppError

_HEADER = 348
APART_MM = 200.0
"""Between the two views in a file: about as far as chest and back are."""


@dataclass(frozen=True, eq=False)
class Nifti:
    """Voxels (columns, rows, slices) of numbers, affine float64 (4, 4) to RAS in mm, and a comment."""

    voxels: NDArray[Any]
    affine: NDArray[np.float64]
    comment: str = ""

    @property
    def coronal(self) -> bool:
        """Whether its rows run along the body, as the file says."""
        return int(np.abs(self.affine[:3, 1]).argmax()) == 2


def nifti_bytes(voxels: NDArray[Any], spacing_mm: tuple[float, float] | None, comment: str = "") -> bytes:
    """A compressed file of uint8 or float32 (columns, rows, slices), all seen from the front.

    `spacing_mm`: along rows and columns; columns run to the patient's left, rows to the feet, slices to the
    back, the anterior view first. Raises AppError in an edition without nibabel.
    """
    nifti = _nibabel()
    row, column = spacing_mm or (1.0, 1.0)
    affine = np.array([[-column, 0, 0, 0], [0, 0, -APART_MM, 0], [0, -row, 0, 0], [0, 0, 0, 1.0]])
    image = nifti.Nifti1Image(voxels, affine)
    image.set_qform(affine, "scanner")  # in both ways of saying it
    image.set_sform(affine, "scanner")
    image.header.set_xyzt_units("mm" if spacing_mm else "unknown")
    if comment:
        image.header.extensions.append(nifti.Nifti1Extension("comment", comment.encode()))
    return gzip.compress(image.to_bytes(), 6, mtime=0)


def read_nifti(path: Path) -> Nifti:
    """A NIfTI-1 file, compressed or not; raises AppError when it is none, damaged, or too large."""
    nifti = _nibabel()
    whole = read_whole(path)
    try:
        if whole[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                whole = file.read(MOST_BYTES + 1)
        if len(whole) > MOST_BYTES:
            raise damaged(path, "it is too large for a label file")
        if len(whole) < _HEADER:
            raise ValueError("cut off")
        image = nifti.Nifti1Image.from_bytes(whole)
        shape = (*image.shape, 1, 1, 1)
        if any(size != 1 for size in shape[3:]):
            raise damaged(path, "it has more than three dimensions")
        if math.prod(shape[:3]) * image.get_data_dtype().itemsize > len(whole):  # before room is made for it
            raise ValueError("cut off")
        voxels = np.asanyarray(image.dataobj).reshape(shape[:3])
        return Nifti(voxels, image.affine, _comment(image.header.extensions))
    except (OSError, EOFError, ValueError, nifti.ImageFileError, nifti.HeaderDataError) as error:
        raise damaged(path, "it is no NIfTI-1 file, or cut off") from error


def _comment(extensions: Any) -> str:  # nibabel's own list
    """The text of the first comment among the extensions; "" for none."""
    for each in extensions:
        if each.get_code() == 6:
            return bytes(each.get_content()).rstrip(b"\0").decode("utf-8", "replace")
    return ""


def _nibabel() -> Any:  # nibabel's names
    try:
        from nibabel import nifti1
    except ImportError as error:
        raise AppError(
            "This edition of the program has no NIfTI.", "Use the full edition, or another format."
        ) from error
    return nifti1
