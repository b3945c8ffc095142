"""Where a number is only the noise of floating-point sums, it is zero."""

from __future__ import annotations

_SHARE = 1e-10
_LEAST = 1e-24
"""A standard error below 1e-12 of a quantity of the order of 1 is rounding."""


def settled(variance: float, *terms: float) -> float:
    """The variance, or 0.0 where it is rounding noise; NaN stays NaN.

    Noise is what lies below 1e-10 of the largest of the `terms` that were added and subtracted, or below
    1e-24. Double precision leaves 1e-16 of the terms; estimates from cases that can be counted lie far above.
    """
    noise = max([_LEAST, *(_SHARE * abs(term) for term in terms)])
    return 0.0 if abs(variance) <= noise else variance
