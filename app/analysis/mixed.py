"""Linear mixed models with crossed random intercepts, by restricted maximum likelihood.

y = Xβ + Σ Z_f u_f + e, u_f ~ N(0, σ²g_f), e ~ N(0, σ²). In R: lme4::lmer(y ~ x + (1 | reader) + (1 | case)).
A step costs nothing for each read (Woodbury), and little for each level of the factor that has most, whose
block is diagonal (Bates et al. 2015, J Stat Softw 67:1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from app.analysis.placements import Floats

Codes = NDArray[np.intp]
_LOWEST, _HIGHEST = 1e-8, 1e6
"""Bounds of a variance in units of the residual one."""


@dataclass(frozen=True, eq=False)
class MixedFit:
    """Coefficients float64 (p,), their covariance float64 (p, p), variances, and the REML log likelihood."""

    beta: Floats
    covariance: Floats
    residual: float
    variances: tuple[float, ...]
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class _Sums:
    """All that the likelihood needs of the data; the factor with most levels comes first."""

    reads: int
    zz: Floats
    zw: Floats
    ww: Floats
    sizes: tuple[int, ...]


def can_fit() -> bool:
    """Whether there is an optimiser: the reader edition of the program comes without."""
    return find_spec("scipy.optimize") is not None


def mixed_model(y: Floats, x: Floats, factors: Sequence[Codes]) -> MixedFit:
    """Fit; y: float64 (n,), x: float64 (n, p) of full rank, n > p, factors: int (n,) each, levels from 0.

    A variance that would be negative is 0, at the border of what it may be.
    """
    from scipy.optimize import minimize  # 0.2 s, and only this needs it

    order = sorted(range(len(factors)), key=lambda place: -int(factors[place].max()))
    factors = [factors[place] for place in order]
    sizes = tuple(int(codes.max()) + 1 for codes in factors)
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    where = np.stack([codes + start for codes, start in zip(factors, starts, strict=True)])
    levels, w = sum(sizes), np.column_stack([x, y])
    zz, zw = np.zeros((levels, levels)), np.zeros((levels, w.shape[1]))
    for one in where:
        np.add.at(zw, one, w)
        for other in where:
            np.add.at(zz, (one, other), 1.0)
    sums = _Sums(len(y), zz, zw, w.T @ w, sizes)

    def deviance_at(logs: NDArray[np.float64]) -> float:
        return _deviance(sums, np.exp(logs))[0]

    found = minimize(
        deviance_at,
        np.full(len(sizes), -1.0),
        method="L-BFGS-B",
        bounds=[(math.log(_LOWEST), math.log(_HIGHEST))] * len(sizes),
        options={"ftol": 1e-13, "gtol": 1e-7},
    )
    ratios = np.exp(found.x)
    deviance, beta, covariance, residual = _deviance(sums, ratios)
    ratios[ratios < 10 * _LOWEST] = 0.0
    variances = tuple(residual * float(ratios[order.index(place)]) for place in range(len(order)))
    return MixedFit(beta, covariance, residual, variances, -0.5 * deviance)


def _deviance(sums: _Sums, ratios: Floats) -> tuple[float, Floats, Floats, float]:
    """-2 REML log likelihood at these variance ratios, with β, its covariance and σ² there."""
    spread = np.sqrt(np.repeat(ratios, sums.sizes))
    first = sums.sizes[0]
    inner = spread[:, None] * sums.zz * spread + np.eye(len(spread))
    outer = spread[:, None] * sums.zw
    own, across = np.diag(inner)[:first], inner[first:, :first]
    weighted = across / own
    root = np.linalg.cholesky(inner[first:, first:] - weighted @ across.T)
    reduced = np.linalg.solve(root, outer[first:] - weighted @ outer[:first])
    # W'V⁻¹W with W = (X, y), V in units of σ²
    moments = sums.ww - outer[:first].T @ (outer[:first] / own[:, None]) - reduced.T @ reduced
    p = len(moments) - 1
    information = np.linalg.cholesky(moments[:p, :p])
    half = np.linalg.solve(information, moments[:p, p])
    inverse = np.linalg.inv(moments[:p, :p])
    df = sums.reads - p
    residual = max(float(moments[p, p] - half @ half) / df, 1e-300)
    logs = float(np.log(own).sum()) + 2.0 * float(np.log(np.diag(root)).sum())
    logs += 2.0 * float(np.log(np.diag(information)).sum())
    deviance = df * (np.log(2.0 * np.pi * residual) + 1.0) + logs
    return float(deviance), inverse @ moments[:p, p], residual * inverse, residual
