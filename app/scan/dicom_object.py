"""The DICOM object that a view came from, for whatever is written about it and has to refer to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.errors import AppError
from app.scan.read import one_sentence
from app.scan.readers.dicom import transfer_syntax
from app.scan.readers.dicom_file import open_dataset
from app.scan.readers.dicom_pixels import stored_values
from app.scan.scan import Scan, View

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset
    from pydicom.uid import UID


def source_of(scan: Scan, view: View) -> tuple[FileDataset, int]:
    """The object of a view, its pixels those of that frame alone, and the number of the frame from 1.

    Raises AppError when the view is no frame of a DICOM object, or the object is no longer there.
    """
    origin = view.origin
    if origin is not None and origin.frame is not None:
        with one_sentence(origin.path):
            dataset = open_dataset(origin.path, pixels=True)
            stored = stored_values(dataset, origin.path, transfer_syntax(dataset), [])
        if stored.ndim == 3:
            dataset.PixelData = np.ascontiguousarray(stored[origin.frame]).tobytes()
            return dataset, origin.frame + 1
    raise AppError(
        f"{scan.case} did not come from a DICOM file: a segmentation has nothing to refer to.",
        "Choose another format.",
    )


def sample_file(*names: str) -> Path | None:
    """The first of these files that the DICOM library has brought along as a sample."""
    from pydicom.data import get_testdata_file

    found = (get_testdata_file(name, download=False) for name in names)
    return next((Path(file) for file in found if isinstance(file, str)), None)


def uid(known: str = "") -> UID:
    """A UID out of its text; without one a UID that nothing else has."""
    from pydicom.uid import UID, generate_uid

    return UID(known) if known else generate_uid()
