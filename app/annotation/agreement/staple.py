"""The consensus of several people: the mask they most likely all meant, and how well each met it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask

_MARGIN = 12
"""Pixels around everything marked: STAPLE's prior would otherwise be that of air."""
_MOST_ITERATIONS = 200
_SETTLED = 1e-7
"""Sensitivities and specificities that change by less are found."""


@dataclass(frozen=True, eq=False)
class Consensus:
    """`probability` float32 (rows, cols); `sensitivity` and `specificity` of each person, in order."""

    probability: NDArray[np.float32]
    sensitivity: tuple[float, ...]
    specificity: tuple[float, ...]

    @property
    def mask(self) -> Mask:
        """Where the consensus is more likely than not, bool (rows, cols)."""
        return np.asarray(self.probability >= 0.5)


def staple(masks: Sequence[Mask]) -> Consensus | None:
    """Consensus by STAPLE (Warfield 2004, IEEE TMI 23:903), None where nobody marked anything.

    Computed in the box around all marks and twelve pixels more. masks: bool (rows, cols) each.
    """
    marked = np.any(masks, axis=0)
    if not marked.any():
        return None
    rows, cols = np.nonzero(marked)
    box = (
        slice(max(int(rows.min()) - _MARGIN, 0), int(rows.max()) + _MARGIN + 1),
        slice(max(int(cols.min()) - _MARGIN, 0), int(cols.max()) + _MARGIN + 1),
    )
    probability = np.zeros(marked.shape, np.float32)
    if all(np.array_equal(mask, masks[0]) for mask in masks):  # nothing to weigh
        probability[marked] = 1.0
        return Consensus(probability, (1.0,) * len(masks), (1.0,) * len(masks))
    found, sensitivity, specificity = _expected(np.stack([mask[box].ravel() for mask in masks]))
    probability[box] = found.reshape(probability[box].shape)
    return Consensus(probability, tuple(sensitivity.tolist()), tuple(specificity.tolist()))


def _expected(said: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Expectation maximisation from what the people `said`, bool (people, pixels), beginning with their mean.

    Gives the probability of each pixel, and each person's sensitivity and specificity. The prior is the share
    of all pixels that was marked, on the average of the people, as Warfield 2004 proposes.
    """
    weight = said.mean(axis=0)
    prior = weight.mean()
    shown = said.astype(np.float64)
    rates = np.zeros((2, len(said)))
    for _ in range(_MOST_ITERATIONS):
        before = rates
        rates = np.stack([shown @ weight / weight.sum(), (1 - shown) @ (1 - weight) / (1 - weight).sum()])
        sensitivity, specificity = rates[:, :, np.newaxis]
        ill = prior * np.where(said, sensitivity, 1 - sensitivity).prod(axis=0)
        sound = (1 - prior) * np.where(said, 1 - specificity, specificity).prod(axis=0)
        weight = np.divide(ill, ill + sound, out=np.zeros_like(ill), where=ill + sound > 0)
        if np.abs(rates - before).max() < _SETTLED:
            break
    return weight, rates[0], rates[1]
