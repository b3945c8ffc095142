"""An earlier view of a patient laid on a later one: its counts and masks as they lie there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.registration.frame import body_of
from app.quantification.registration.scan_fit import prior_places, sampled
from app.scan.scan import Counts, View, ViewName


@dataclass(frozen=True, eq=False)
class LaidView:
    """`rows`, `columns`: where each pixel of the current view lies on the prior one, float32 (rows, cols)."""

    name: ViewName
    rows: NDArray[np.float32]
    columns: NDArray[np.float32]

    def mask(self, prior: Mask) -> Mask:
        """A mask of the prior image, bool (rows, cols), laid on the current one."""
        return np.asarray(sampled(prior, self.rows, self.columns) >= 0.5)

    def counts(self, prior: Counts) -> Counts:
        """Counts of the prior image, float32 (rows, cols), laid on the current one; 0 beside it."""
        return np.asarray(sampled(prior, self.rows, self.columns), np.float32)


def laid_on(prior: View, current: View) -> LaidView | None:
    """The prior view laid on the current one; None where a body is missing."""
    before, now = body_of(prior), body_of(current)
    if before is None or now is None:
        return None
    return LaidView(current.name, *prior_places(prior, before, current, now))
