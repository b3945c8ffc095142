"""Right and wrong calls of several arms by generalised estimating equations (Liang & Zeger 1986).

logit P(right) = arm + reader, calls on a case are a cluster, working independence, robust (sandwich) errors:
readers are fixed, cases random. In R: geepack::geeglm(right ~ arm + reader, id = case, family = binomial,
corstr = "independence").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.distributions import normal_quantile, normal_two_sided
from app.analysis.logistic import expected, logistic
from app.analysis.placements import Floats
from app.analysis.rounding import settled


@dataclass(frozen=True)
class ArmOdds:
    """Log odds ratio of being right, arm number `arm` against the first, over so many reads and cases.

    Where the calls on every case cancel out there is no robust error (NaN), hence no interval and no test.

    `readers` were right on some and wrong on others; those who were not say nothing of the arms.
    """

    arm: int
    readers: int
    reads: int
    cases: int
    beta: float
    se: float
    z: float
    p: float
    odds_ratio: float
    ci: tuple[float, float]


def arm_odds(right: Floats) -> tuple[ArmOdds, ...]:
    """Each later arm against the first; `right`: float64 (arms, readers, cases) 1, 0 or NaN = not called.

    Nothing where an arm is right, or wrong, on every case, so that there are no odds.
    """
    called = ~np.isnan(right)
    mixed = np.array(
        [len(np.unique(right[:, reader][called[:, reader]])) > 1 for reader in range(right.shape[1])]
    )
    right, called = right[:, mixed], called[:, mixed]
    if len(right) < 2 or not mixed.any() or not called.any(axis=(1, 2)).all():
        return ()
    arm, reader, case = np.nonzero(called)
    y = right[called]
    columns = [np.ones(len(y))]
    columns += [(arm == one).astype(np.float64) for one in range(1, len(right))]
    columns += [(reader == one).astype(np.float64) for one in range(1, right.shape[1])]
    x = np.stack(columns, axis=1)
    fitted = estimating_equations(x, y, case)
    if fitted is None:
        return ()
    beta, variances = fitted
    half = normal_quantile(0.975)
    rows = []
    for one in range(1, len(right)):
        b, se = float(beta[one]), math.sqrt(variances[one]) if variances[one] > 0 else math.nan
        z = b / se
        ci = math.exp(b - half * se), math.exp(b + half * se)
        sizes = int(mixed.sum()), len(y), int(called.any(axis=(0, 1)).sum())
        rows.append(ArmOdds(one, *sizes, b, se, z, normal_two_sided(z), math.exp(b), ci))
    return tuple(rows)


def estimating_equations(x: Floats, y: Floats, cluster: NDArray[np.intp]) -> tuple[Floats, Floats] | None:
    """Coefficients and their robust variances, float64 (p,) each; None without a finite maximum.

    x: float64 (n, p), y: float64 (n,) 1 or 0, cluster: int (n,) from 0. A variance that is rounding is 0.
    """
    fitted = logistic(x, y)
    if fitted is None:
        return None
    beta, bread = fitted
    scores = np.zeros((int(cluster.max()) + 1, x.shape[1]))
    np.add.at(scores, cluster, x * (y - expected(x, beta))[:, None])
    robust, naive = np.diag(bread @ scores.T @ scores @ bread), np.diag(bread)
    return beta, np.array([settled(float(one), float(own)) for one, own in zip(robust, naive, strict=True)])
