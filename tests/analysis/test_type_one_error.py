"""Under the null hypothesis the MRMC test rejects as often as it says, and intervals cover."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.covariance import covariance
from app.analysis.mrmc import analyse
from app.analysis.placements import placements
from app.plan import CovarianceMethod
from app.simulator.readers import CaseVariance, sample_readers, simulate_readings
from app.study.protocol import Arm

STUDIES, READERS, CASES = 1500, 6, 110
ARMS = (Arm.UNAIDED, Arm.AIDED)


@pytest.fixture(scope="module")
def null_studies() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """p, and the limits of the difference, of studies in which both arms are alike."""
    rng = np.random.default_rng(20260704)
    truth = np.arange(CASES) % 2 == 0
    found = []
    for _ in range(STUDIES):
        readers = sample_readers(READERS, rng, auc=0.85, gain=0.0, skill_spread=0.2, interaction_spread=0.25)
        scores = simulate_readings(truth, readers, ARMS, rng, variance=CaseVariance()).evidence
        flat = scores.reshape(-1, CASES)
        theta = placements(flat, truth).auc.reshape(2, READERS)
        c = covariance(flat, truth, CovarianceMethod.JACKKNIFE).reshape(2, READERS, 2, READERS)
        result = analyse(theta, c, ("unaided", "aided"), tuple(str(j) for j in range(READERS)))
        test = result.random_readers_random_cases
        assert test is not None
        found.append((test.p, *result.differences[0].ci))
    return np.array(found)


def test_type_one_error_is_five_percent(
    null_studies: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    assert np.mean(null_studies[:, 0] < 0.05) == pytest.approx(0.05, abs=0.015)


def test_the_interval_of_the_difference_covers_zero(
    null_studies: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    covered = (null_studies[:, 1] <= 0) & (null_studies[:, 2] >= 0)
    assert covered.mean() == pytest.approx(0.95, abs=0.015)
    np.testing.assert_array_equal(covered, null_studies[:, 0] >= 0.05)


def test_delong_intervals_cover_the_true_area() -> None:
    from statistics import NormalDist

    from app.analysis.covariance import delong
    from app.analysis.delong import delong_interval

    rng = np.random.default_rng(11)
    truth = np.arange(200) % 2 == 0
    separation = 1.5
    true_area = NormalDist().cdf(separation / np.sqrt(2.0))
    scores = rng.standard_normal((2000, 200)) + separation * truth
    found = placements(scores, truth)
    covered = []
    for row in range(0, 2000, 50):
        block = placements(scores[row : row + 50], truth)
        for area, variance in zip(block.auc, np.diag(delong(block)), strict=True):
            low, high = delong_interval(float(area), float(variance))
            covered.append(low <= true_area <= high)
    assert len(covered) == len(found.auc)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)
