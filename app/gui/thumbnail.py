"""A small picture of a scan, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app.scan.scan import ViewName

if TYPE_CHECKING:  # the first page of the window has no scan to draw yet
    import numpy as np
    from numpy.typing import NDArray

Grey: TypeAlias = "NDArray[np.uint8]"


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """Both views, uint8 (rows, cols), white is no uptake; or why there is none."""

    views: dict[ViewName, Grey]
    reason: str = ""
