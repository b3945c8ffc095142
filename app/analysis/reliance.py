"""What readers do with an algorithm's advice: switches that help, switches that harm, and blind trust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.placements import Bools, Floats
from app.analysis.proportions import Proportion, proportion


@dataclass(frozen=True)
class Reliance:
    """One reader's calls without and with advice.

    `helpful_switches`: wrong → right, of all cases that were wrong before. `harmful_switches`: right →
    wrong, of all that were right before. `over_reliance`: of the cases where the advice was wrong and the
    reader right before, the share that followed it. `under_reliance`: of the cases where the advice was
    right and the reader wrong before, the share that did not follow. Both are None when the advice is
    unknown.
    """

    n: int
    helpful_switches: Proportion
    harmful_switches: Proportion
    over_reliance: Proportion | None
    under_reliance: Proportion | None


def reliance(before: Floats, after: Floats, truth: Bools, advice: Floats | None = None) -> Reliance:
    """Compare a reader's calls `before` and `after` advice, float64 (cases,), 1 / 0 / NaN = not given."""
    both = ~(np.isnan(before) | np.isnan(after))
    right_before, right_after = (before > 0.5) == truth, (after > 0.5) == truth

    def share(hits: Bools, of: Bools) -> Proportion:
        return proportion(int(np.sum(hits & of)), int(np.sum(of)))

    over = under = None
    if advice is not None:
        known = both & ~np.isnan(advice)
        right_advice = (advice > 0.5) == truth
        over = share(~right_after, known & ~right_advice & right_before)
        under = share(~right_after, known & right_advice & ~right_before)
    return Reliance(
        n=int(both.sum()),
        helpful_switches=share(right_after, both & ~right_before),
        harmful_switches=share(~right_after, both & right_before),
        over_reliance=over,
        under_reliance=under,
    )
