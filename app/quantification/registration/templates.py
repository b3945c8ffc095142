"""The templates: simulated scans without metastases, each with its picture and bone regions in the frame.

Made by `python -m benchmarks.bone_map COHORT --write`; what they were made from stands in the file.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app import paths
from app.errors import AppError
from app.quantification.registration.frame import COLS, ROWS
from app.quantification.registration.picture import COARSE, FramedView, Picture
from app.scan.scan import ViewName

FINE = 2
"""Labels of the templates are so many times finer than their pictures."""
_SCALE = 255.0


@dataclass(frozen=True, eq=False)
class Templates:
    """All templates. Views are 0 anterior, 1 posterior.

    `coarse`: float32 (n, 2, ROWS / 4, COLS / 4), for choosing. `pictures`: uint8 (n, 2, ROWS, COLS), 255 the
    hottest. `labels`: uint8 (n, 2, 2 ROWS, 2 COLS), bone codes.
    """

    title: str
    coarse: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def picture(self, number: int, view: ViewName) -> Picture:
        """The picture of one template; float32 (ROWS, COLS)."""
        return np.asarray(self.pictures[number, place_of(view)] / _SCALE, np.float32)

    def label(self, number: int, view: ViewName) -> NDArray[np.uint8]:
        """The bone codes of one template; uint8 (2 ROWS, 2 COLS)."""
        return np.asarray(self.labels[number, place_of(view)])

    def distances(self, view: ViewName, framed: FramedView) -> NDArray[np.float64]:
        """How far each template is from a view: mean squared difference where it was seen; float64 (n,)."""
        picture, seen = framed.coarse
        away = (self.coarse[:, place_of(view)] - picture) ** 2
        return np.asarray((away * seen).sum(axis=(1, 2), dtype=np.float64) / max(float(seen.sum()), 1.0))


def place_of(view: ViewName) -> int:
    """0 for the anterior view, 1 for the posterior."""
    return list(ViewName).index(view)


def packed(pictures: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pictures, float32, as the file holds them: uint8 of their shape, in steps of four to stay small."""
    return (np.rint(pictures * _SCALE / 4) * 4).clip(0, 252).astype(np.uint8)


@cache
def templates() -> Templates:
    """The shipped templates; raises AppError when the file is damaged."""
    file = paths.resources() / "bone_templates.npz"
    try:
        with np.load(file, allow_pickle=False) as archive:
            title = str(archive["title"])
            pictures, labels = archive["pictures"], archive["labels"]
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise AppError(f"{file.name} cannot be used: {error}.", "Install the program again.") from error
    number = len(pictures)
    if pictures.shape != (number, 2, ROWS, COLS) or labels.shape != (number, 2, FINE * ROWS, FINE * COLS):
        raise AppError(f"{file.name} has pictures of another size.", "Install the program again.")
    parts = pictures.reshape(number, 2, ROWS // COARSE, COARSE, COLS // COARSE, COARSE)
    coarse = parts.mean(axis=(3, 5), dtype=np.float32) / np.float32(_SCALE)
    return Templates(title, coarse, pictures, labels)
