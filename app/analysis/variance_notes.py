"""What the variance components of a design make of its standard errors and tests, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.analysis.components import Components


def variance_notes(found: Components) -> list[str]:
    """Floors that were active, estimates that are negative, tests that have no variance to rest on."""
    used = [found.error]
    used += [found.cov1] if found.arms > 1 else []
    used += [found.cov2] if found.readers > 1 else []
    used += [found.cov3] if found.arms > 1 and found.readers > 1 else []
    if any(map(math.isnan, used)):
        return [
            "Some figures of merit rest on one case of a class, or share only one: how they vary with the "
            "cases cannot be estimated, so there is no standard error, interval or test over cases."
        ]
    notes = []
    if found.arms > 1 and found.readers > 1:
        notes += _negative(found)
        if found.ms_arm_reader + found.together * found.excess == 0.0:
            notes.append(
                "Every reader changed by the same amount: no variance is left for a test, hence no p-value."
            )
        elif found.ms_arm_reader == 0.0:
            notes.append(
                "Every reader changed by the same amount: there is no p-value for random readers and fixed "
                "cases."
            )
    if found.arms > 1 and not found.fixed_reader_variance > 0:
        notes.append(
            f"The fixed-reader variance of the difference is {found.fixed_reader_variance:.3g}, "
            "not positive: there is no p-value for fixed readers."
        )
    if any(own.error < 0 for own in found.per_arm):
        notes.append("A case variance estimate is negative (the unbiased estimator allows it).")
    return notes


def unvarying_notes(silent: Sequence[str], exact: Sequence[str], arms: int, draws: str) -> list[str]:
    """On arms whose cases leave no variance (`silent`), and arms with exact intervals; `draws` in words."""
    notes = []
    if exact:
        notes.append(
            f"No variance can be estimated in {' and '.join(exact)}, where all gave the same: the interval "
            f"(†) is Clopper and Pearson's for {draws}, none of them to the contrary."
        )
    if 0 < len(silent) < arms:
        notes.append(
            f"The cases leave no variance in {' and '.join(silent)}: what varies between arms is taken "
            "from the others alone, and standard errors of differences may be too small."
        )
    return notes


def _negative(found: Components) -> list[str]:
    notes = []
    if found.floor_active:
        notes.append(
            f"Cov2 ({found.cov2:.3g}) is below Cov3 ({found.cov3:.3g}): their difference was set to "
            "zero, as Hillis 2007 prescribes."
        )
    if found.reader_raw < 0:
        notes.append(
            f"The reader variance estimate is negative ({found.reader_raw:.3g}) and is reported as it is."
        )
    if found.arm_reader_raw < 0:
        notes.append(
            f"The arm × reader variance estimate is negative ({found.arm_reader_raw:.3g}) "
            "and is reported as it is."
        )
    return notes
