"""Simulated readers: what readers of known skill would answer, for rehearsals and for testing the statistics.

Every reader is binormal. The impression of case k by reader j in arm t is

    x = truth · d'(j, t) · (1 − fatigue) + s(truth) · (C_k + TC_tk + RC_jk + E_tjk)

with variance components C + TC + RC + E = 1 (Roe & Metz 1997, Acad Radiol 4:298; the default shares are
their "high data correlation" structure). d' = Φ⁻¹(AUC) · √(1 + s²), s the spread of the diseased cases
(Dorfman & Alf 1969). The impression becomes evidence in logits, is mixed with the AI's logit as far as the
reader relies on it, and is then put on the rating scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.study.protocol import Arm, Scale

_NORMAL = NormalDist()
_LEAST_SLOPE = 0.5
"""A reader without any skill still spreads the ratings instead of answering 50 to everything."""


@dataclass(frozen=True)
class SimulatedReader:
    """How one reader sees, decides, hurries and listens to the AI."""

    name: str = "R1"
    auc: float = 0.85
    """Area under the ROC curve without aid."""
    aided_auc: float | None = None
    """Area with aid, apart from what `reliance` on a given AI adds; None: the same as without."""
    positive_spread: float = 1.0
    """Standard deviation of the impressions of diseased cases, in those of healthy ones."""
    bias: float = 0.0
    """Readiness to call disease, in logits; 0 is neutral."""
    rounding: int = 1
    """Ratings of a 0-100 scale are rounded to multiples of this (people like 5 and 10)."""
    seconds: float = 20.0
    """Median reading time."""
    seconds_spread: float = 0.35
    """Standard deviation of the log of the reading time."""
    hesitation: float = 0.5
    """A case without any evidence takes exp(hesitation) times as long as a clear one."""
    pace: float = -0.1
    """Change of the log reading time per 100 cases read."""
    aided_time: float = 1.0
    """Reading time with aid as a multiple of that without."""
    fatigue: float = 0.0
    """Share of the skill lost per 100 cases read."""
    reliance: float = 0.0
    """Weight of the AI against the reader's own impression in the aided arm, 0-1."""

    def separation(self, arm: Arm) -> float:
        """The binormal d' of the reader in that arm, before fatigue and AI."""
        auc = self.aided_auc if arm is Arm.AIDED and self.aided_auc is not None else self.auc
        return _NORMAL.inv_cdf(auc) * float(np.hypot(1.0, self.positive_spread))


@dataclass(frozen=True)
class CaseVariance:
    """Shares of the variance of an impression; the rest up to 1 is noise of the single reading."""

    case: float = 0.3
    """Difficulty of the case, seen by all readers in both arms."""
    case_arm: float = 0.3
    """Difficulty of the case in one arm, seen by all readers."""
    case_reader: float = 0.2
    """What one reader sees in the case in both arms."""

    @property
    def noise(self) -> float:
        """Share of the single reading."""
        return 1.0 - self.case - self.case_arm - self.case_reader

    def __post_init__(self) -> None:
        if min(self.case, self.case_arm, self.case_reader, self.noise) < -1e-9:
            raise ValueError("variance shares must be 0-1 and sum to at most 1")


@dataclass(frozen=True, eq=False)
class SimulatedReadings:
    """What the readers answered; every array is (arms, readers, cases) in the order of the arguments."""

    ratings: NDArray[np.int64]
    """On the scale that was asked for."""
    calls: NDArray[np.bool_]
    seconds: NDArray[np.float64]
    positions: NDArray[np.int64]
    """Place of the case in the reader's list, from 1."""
    evidence: NDArray[np.float64]
    """What was put on the scale, in logits: continuous, without ties."""


def sample_readers(
    count: int,
    rng: np.random.Generator,
    *,
    auc: float = 0.85,
    gain: float = 0.0,
    skill_spread: float = 0.15,
    interaction_spread: float = 0.1,
    like: SimulatedReader | None = None,
) -> tuple[SimulatedReader, ...]:
    """Draw readers from a population whose typical reader has `auc`, and d' larger by `gain` with aid.

    `gain` 0 is the null hypothesis: both arms draw from the same population. `skill_spread` is the standard
    deviation of d' between readers, `interaction_spread` that of each reader in each arm. Bias, speed and
    rounding are drawn too; everything else (reliance, fatigue ...) is as in `like`.
    """
    pattern = like or SimulatedReader()
    centre = _NORMAL.inv_cdf(auc) * np.sqrt(2.0)
    skill = centre + rng.normal(0, skill_spread, count)
    unaided, aided = skill + rng.normal(0, interaction_spread, (2, count))
    bias = pattern.bias + rng.normal(0, 0.4, count)
    seconds = pattern.seconds * np.exp(rng.normal(0, 0.3, count))
    rounding = rng.choice([1, 5, 10], count, p=[0.5, 0.35, 0.15])
    root = np.sqrt(2.0)
    return tuple(
        replace(
            pattern,
            name=f"R{i + 1}",
            auc=_NORMAL.cdf(float(unaided[i] / root)),
            aided_auc=_NORMAL.cdf(float((aided[i] + gain) / root)),
            positive_spread=1.0,
            bias=float(bias[i]),
            seconds=float(seconds[i]),
            rounding=int(rounding[i]),
        )
        for i in range(count)
    )


def simulate_readings(
    truth: ArrayLike,
    readers: Sequence[SimulatedReader],
    arms: Sequence[Arm],
    rng: np.random.Generator,
    *,
    ai: ArrayLike | None = None,
    scale: Scale = Scale.PROBABILITY,
    positions: NDArray[np.int64] | None = None,
    variance: CaseVariance | None = None,
    sequential: bool = False,
) -> SimulatedReadings:
    """Let every reader read every case in every arm.

    `truth` is (cases,), 0 or 1. `ai` is (cases,), the AI's probabilities, nan where it is absent; only the
    aided arm of readers with `reliance` uses it. `positions` is (arms, readers, cases), the place of the case
    in the list from 1; None draws a random order per reader and arm. `sequential`: the second answer
    is given on the same look, so an arm differs from the first only by skill and AI.
    """
    share = variance or CaseVariance()
    diseased = np.asarray(truth, dtype=bool)
    shape = (len(arms), len(readers), diseased.size)
    if positions is None:
        positions = rng.permuted(np.broadcast_to(np.arange(1, shape[2] + 1), shape), axis=2)
    noise = _impressions(shape, share, sequential, rng)

    separation = np.array([[reader.separation(arm) for reader in readers] for arm in arms])[:, :, None]
    spread = np.where(diseased, _column(readers, "positive_spread"), 1.0)
    lost = np.clip(_column(readers, "fatigue") * (positions - 1) / 100.0, 0.0, 1.0)
    seen = diseased * separation * (1.0 - lost) + spread * noise
    neutral = separation / (1.0 + _column(readers, "positive_spread"))
    evidence = np.maximum(separation, _LEAST_SLOPE) * (seen - neutral)
    evidence = _listened(evidence, readers, arms, ai) + _column(readers, "bias")
    return SimulatedReadings(
        ratings=_on_scale(evidence, readers, scale),
        calls=evidence > 0.0,
        seconds=_times(evidence, positions, readers, arms, rng),
        positions=positions,
        evidence=evidence,
    )


def _column(readers: Sequence[SimulatedReader], name: str) -> NDArray[np.float64]:
    return np.array([getattr(reader, name) for reader in readers], dtype=np.float64)[None, :, None]


def _impressions(
    shape: tuple[int, int, int], share: CaseVariance, sequential: bool, rng: np.random.Generator
) -> NDArray[np.float64]:
    arms, readers, cases = shape
    looks = 1 if sequential else arms
    parts = (
        (share.case, (1, 1, cases)),
        (share.case_arm, (looks, 1, cases)),
        (share.case_reader, (1, readers, cases)),
        (max(share.noise, 0.0), (looks, readers, cases)),
    )
    total = sum((np.sqrt(part) * rng.standard_normal(size) for part, size in parts), np.zeros(shape))
    return np.asarray(total, dtype=np.float64)


def _listened(
    evidence: NDArray[np.float64],
    readers: Sequence[SimulatedReader],
    arms: Sequence[Arm],
    ai: ArrayLike | None,
) -> NDArray[np.float64]:
    if ai is None:
        return evidence
    probability = np.clip(np.asarray(ai, dtype=np.float64), 1e-3, 1.0 - 1e-3)
    advice = np.log(probability / (1.0 - probability))
    aided = np.array([arm is Arm.AIDED for arm in arms])[:, None, None]
    weight = np.where(np.isnan(advice), 0.0, aided * _column(readers, "reliance"))
    mixed: NDArray[np.float64] = (1.0 - weight) * evidence + weight * np.nan_to_num(advice)
    return mixed


def _on_scale(
    evidence: NDArray[np.float64], readers: Sequence[SimulatedReader], scale: Scale
) -> NDArray[np.int64]:
    """Ratings, int64 (arms, readers, cases); on 0-100 a "yes" is never below 50, a "no" never above."""
    probability = 1.0 / (1.0 + np.exp(-evidence))
    low, high = scale.bounds
    if scale is Scale.PROBABILITY:
        step = _column(readers, "rounding")
        exact = np.rint(100.0 * probability / step) * step
    else:
        exact = low + np.floor(probability * (high - low + 1))
    return np.asarray(np.clip(exact, low, high), dtype=np.int64)


def _times(
    evidence: NDArray[np.float64],
    positions: NDArray[np.int64],
    readers: Sequence[SimulatedReader],
    arms: Sequence[Arm],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    aided = np.array([arm is Arm.AIDED for arm in arms])[:, None, None]
    log_time = (
        np.log(_column(readers, "seconds"))
        + np.where(aided, np.log(_column(readers, "aided_time")), 0.0)
        + _column(readers, "hesitation") * np.exp(-np.abs(evidence))
        + _column(readers, "pace") * (positions - 1) / 100.0
        + _column(readers, "seconds_spread") * rng.standard_normal(evidence.shape)
    )
    return np.asarray(np.exp(log_time), dtype=np.float64)
