"""How often DeLong's 95 % interval of an AUC holds the true one when there are few cases.

python -m benchmarks.few_cases

Binormal ratings, 3,000 samples of each kind. A sample ranked without a fault has an exact interval in the
program; here it is judged by DeLong's, which then has no width.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.stats import norm

from app.analysis.covariance import delong
from app.analysis.delong import delong_interval
from app.analysis.placements import placements
from benchmarks.table import Row, print_table

AREAS = (0.7, 0.8, 0.9, 0.95)
CASES = ((2, 20), (5, 100), (10, 100), (30, 30))
SAMPLES = 3000


def held(area: float, diseased: int, normal: int, rng: np.random.Generator) -> float:
    """The share of samples whose interval holds the area."""
    apart = sqrt(2) * float(norm.ppf(area))
    truth = np.array([True] * diseased + [False] * normal)
    scores = rng.normal(size=(SAMPLES, len(truth))) + apart * truth
    values = placements(scores, truth)
    variance = np.diag(delong(values))
    ends = [delong_interval(float(auc), float(one)) for auc, one in zip(values.auc, variance, strict=True)]
    return float(np.mean([low <= area <= high for low, high in ends]))


def main() -> None:
    """Print the shares."""
    rng = np.random.default_rng(1)
    rows = []
    for diseased, normal in CASES:
        shares = [f"{held(area, diseased, normal, rng):.0%}" for area in AREAS]
        rows.append(Row(f"{diseased} + {normal} cases, AUC {AREAS}", ", ".join(shares), "95 %"))
    print_table(rows)


if __name__ == "__main__":
    main()
