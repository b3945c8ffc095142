"""Labels in the coordinates of the picture that a scan was cut out of, under the picture's own name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_set import NOT_TOLD, Size
from app.annotation.region import Vertices
from app.errors import AppError
from app.scan.scan import Placed, Scan, ViewName
from app.scan.view_words import named_side, without_side

SIDES_ASSUMED = "which half of the picture is which view was assumed: confirm it on the Annotate page"


@dataclass(frozen=True)
class OriginalPicture:
    """A picture file with one or both views of a scan in it; `size` is the picture's, `sizes` the views'."""

    path: Path
    size: Size
    places: Mapping[ViewName, Placed]
    sizes: Mapping[ViewName, Size]
    assumed: bool = False
    """Whether nobody has said which view is which."""

    def view_of(self, vertices: Vertices) -> ViewName | None:
        """The view that most of an outline in the picture lies on, float64 (n, 2); None for neither."""
        shares = {view: float(self._inside(view, vertices).mean()) for view in self.places}
        best = max(shares, key=lambda view: shares[view])
        return best if shares[best] > 0 else None

    def to_view(self, vertices: Vertices, view: ViewName) -> Vertices:
        """The places of an outline, float64 (n, 2), in pixels of a view."""
        return np.asarray(vertices - self._corner(view))

    def to_picture(self, vertices: Vertices, view: ViewName) -> Vertices:
        """The places of a view's outline, float64 (n, 2), in pixels of the picture."""
        return np.asarray(vertices + self._corner(view))

    def cut(self, pixels: NDArray[np.uint8], view: ViewName) -> NDArray[np.uint8]:
        """A view's part of a mask of the picture, uint8 (rows, cols); 0 where the view goes beyond it."""
        columns, rows = self.sizes[view]
        part = np.zeros((rows, columns), np.uint8)
        (here, there) = self._common(view)
        part[there] = pixels[here]
        return part

    def lay(self, pixels: NDArray[np.uint8], part: NDArray[np.uint8], view: ViewName) -> None:
        """Put a view's mask, uint8 (rows, cols), into that of the picture, in place."""
        (here, there) = self._common(view)
        pixels[here] = part[there]

    def _corner(self, view: ViewName) -> Vertices:
        return np.array([self.places[view].left, self.places[view].top], np.float64)

    def _inside(self, view: ViewName, vertices: Vertices) -> NDArray[np.bool_]:
        (rows, columns), _ = self._common(view)
        x, y = vertices.T
        return np.asarray(
            (x >= columns.start) & (x <= columns.stop) & (y >= rows.start) & (y <= rows.stop), np.bool_
        )

    def _common(self, view: ViewName) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """What picture and view have in common: rows and columns of the picture, and of the view."""
        place, (columns, rows) = self.places[view], self.sizes[view]
        pairs = []
        for start, length, end in ((place.top, rows, self.size[1]), (place.left, columns, self.size[0])):
            first, last = max(start, 0), min(start + length, end)
            pairs.append((slice(first, last), slice(first - start, last - start)))
        (row, row_there), (column, column_there) = pairs
        return (row, column), (row_there, column_there)


def pictures_of(scan: Scan | None) -> tuple[OriginalPicture, ...]:
    """The picture files that a scan was cut out of; none for DICOM, whose pixels nobody labels elsewhere."""
    if scan is None or scan.acquisition.file_format == "DICOM":
        return ()
    found: dict[Path, dict[ViewName, Placed]] = {}
    for view in scan.views:
        if view.origin is not None and view.origin.placed is not None:
            found.setdefault(view.origin.path, {})[view.name] = view.origin.placed
    sizes = {view.name: (view.counts.shape[1], view.counts.shape[0]) for view in scan.views}
    pictures = []
    for path, places in found.items():
        first = next(iter(places.values()))
        inside = {view: sizes[view] for view in places}
        size = (first.columns, first.rows)
        pictures.append(OriginalPicture(path, size, places, inside, scan.needs_confirmation))
    return tuple(pictures)


def drawn_on(
    scan: Scan | None, size: Size, names: Collection[str], side: ViewName | None
) -> OriginalPicture | None:
    """The picture that labels of a file were drawn on, None for labels of a view alone.

    `size`: of the file's image; `names`: stems that the file has or tells; `side`: the view that they name.
    """
    fitting = [each for each in pictures_of(scan) if size in (NOT_TOLD, each.size)]
    named = [each for each in fitting if each.path.stem in names]
    if named:
        return named[0]
    return fitting[0] if len(fitting) == 1 and side is None else None


def placed_outlines(
    outlines: Iterable[Vertices], place: ViewName | OriginalPicture
) -> list[tuple[ViewName, Vertices]]:
    """Outlines, each float64 (n, 2), with their views, in pixels of these; AppError for one beside both."""
    if isinstance(place, ViewName):
        return [(place, outline) for outline in outlines]
    found = []
    for outline in outlines:
        view = place.view_of(outline)
        if view is None:
            raise AppError("it lies beside the views of the picture")
        found.append((view, place.to_view(outline, view)))
    return found


def own_name(folder: Path, stem: str, ending: str, case: str, case_in: Callable[[Path], str]) -> str:
    """The stem of a picture for a file about it, or the case's name where another's picture is called so.

    `case_in` tells of a file that is there whose it is; one that cannot be read is written over by nobody.
    """
    there = folder / f"{stem}{ending}"
    try:
        return stem if not there.exists() or case_in(there) in ("", case) else case
    except AppError:
        return case


def case_of(stem: str) -> str:
    """The case by the name of a file: without the word that names its view, where it names one view."""
    return (without_side(stem) or stem) if named_side(stem) is not None else stem
