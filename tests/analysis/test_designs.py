"""Designs that are not fully crossed, small ones, and degenerate ones."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.mrmc import analyse
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Floats
from app.analysis.power import Aim, power, power_grid
from app.analysis.readings import Predictions, Readings
from app.analysis.study import Analysis, analyse_study
from app.analysis.unpaired import unpaired
from app.plan import CovarianceMethod, Generalise


def _readings(rating: Floats, truth: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Readings:
    arms, readers, cases = rating.shape
    nothing = np.full(rating.shape, np.nan)
    names = ("unaided", "aided", "third")[:arms]
    who, what = tuple(f"R{j}" for j in range(readers)), tuple(str(k) for k in range(cases))
    return Readings("made", names, who, what, truth, rating, nothing, nothing, nothing)


def _study(arms: int, readers: int, cases: int = 60, seed: int = 0) -> Readings:
    rng = np.random.default_rng(seed)
    truth = np.arange(cases) % 2 == 0
    return _readings(rng.normal(size=(arms, readers, cases)) + 1.2 * truth, truth)


def test_one_reader_is_analysed_and_told_what_is_missing() -> None:
    found = analyse_study(_study(2, 1))
    assert found.mrmc.main is not None
    assert found.mrmc.main.generalise is Generalise.CASES
    assert found.mrmc.main.random_readers_random_cases is None
    assert np.isfinite(found.mrmc.main.differences[0].p)
    assert any("One reader only" in note for note in found.notes)


def test_one_reader_with_fixed_readers_is_delongs_test() -> None:
    found = analyse_study(_study(2, 1), options=AnalysisOptions(covariance=CovarianceMethod.DELONG))
    assert found.mrmc.main is not None
    paired = found.paired[0]
    assert found.mrmc.main.differences[0].p == pytest.approx(paired.p, rel=1e-12)
    assert found.mrmc.main.differences[0].se == pytest.approx(paired.se, rel=1e-12)


def test_one_arm_gives_a_mean_and_no_difference() -> None:
    found = analyse_study(_study(1, 4))
    assert found.mrmc.main is not None
    assert not found.mrmc.main.differences
    assert any("One arm only" in note for note in found.notes)


def test_readers_who_all_agree_leave_no_p_value_and_a_reason() -> None:
    one = _study(2, 1)
    found = analyse_study(_readings(np.repeat(one.rating, 3, axis=1), one.truth))
    assert found.mrmc.main is not None
    test = found.mrmc.main.random_readers_random_cases
    assert test is not None and np.isfinite(test.f)
    same = analyse_study(_readings(np.repeat(one.rating[:1], 2, axis=0).repeat(3, axis=1), one.truth))
    assert same.mrmc.main is not None
    assert np.isnan(same.mrmc.main.differences[0].p)
    assert any("no p-value" in note for note in same.mrmc.main.notes)


def test_split_plot_readers_of_different_cases_have_no_shared_covariance() -> None:
    full = _study(2, 4, cases=80)
    rating = full.rating.copy()
    rating[:, :2, 40:], rating[:, 2:, :40] = np.nan, np.nan
    found = analyse_study(_readings(rating, full.truth))
    assert found.mrmc.main is not None
    assert np.isfinite(found.mrmc.main.differences[0].p)
    complete = analyse_study(full)
    assert complete.mrmc.main is not None
    assert found.mrmc.main.components.error > complete.mrmc.main.components.error


@pytest.mark.parametrize("method", CovarianceMethod)
def test_the_three_covariances_agree_on_a_large_study(method: CovarianceMethod) -> None:
    def error(one: Analysis) -> float:
        assert one.mrmc.main is not None
        return one.mrmc.main.components.error

    study = _study(2, 3, cases=800)
    base = error(analyse_study(study, options=AnalysisOptions(bootstrap=10)))
    assert error(
        analyse_study(study, options=AnalysisOptions(bootstrap=10, covariance=method))
    ) == pytest.approx(base, rel=0.01)


def test_fixed_readers_or_cases_change_the_target_not_the_estimate() -> None:
    study = _study(2, 5)
    found = {
        one: analyse_study(study, options=AnalysisOptions(generalise=one)).mrmc.main for one in Generalise
    }
    estimates = {one: result.differences[0].estimate for one, result in found.items() if result}
    assert len(set(estimates.values())) == 1
    cases, readers = found[Generalise.CASES], found[Generalise.READERS]
    assert cases is not None and cases.fixed_readers is not None
    assert readers is not None and readers.fixed_cases is not None
    assert cases.differences[0].p == pytest.approx(cases.fixed_readers.p, rel=1e-9)
    assert readers.differences[0].p == pytest.approx(readers.fixed_cases.p, rel=1e-9)


def test_the_t_test_of_two_arms_is_the_f_test() -> None:
    found = analyse_study(_study(2, 5)).mrmc.main
    assert found is not None and found.random_readers_random_cases is not None
    assert found.differences[0].t ** 2 == pytest.approx(found.random_readers_random_cases.f, rel=1e-12)
    assert found.differences[0].p == pytest.approx(found.random_readers_random_cases.p, rel=1e-9)


def test_readers_nested_in_arms_are_compared_as_groups() -> None:
    full = _study(2, 6)
    rating = full.rating.copy()
    rating[0, :3], rating[1, 3:] = np.nan, np.nan
    found = analyse_study(_readings(rating, full.truth))
    assert found.mrmc.main is None
    (only,) = found.mrmc.unpaired
    assert only.estimate == pytest.approx(
        np.mean([row.auc for row in found.auc if row.arm == "aided"])
        - np.mean([row.auc for row in found.auc if row.arm == "unaided"])
    )
    assert 0 < only.p < 1


def test_an_algorithm_equal_to_every_reader_has_no_p_value() -> None:
    study = _study(1, 1)
    rating = np.repeat(study.rating, 3, axis=1)
    scores = Predictions(("net",), rating[0, :1], np.full((1, 60), np.nan))
    found = analyse_study(_readings(rating, study.truth), scores)
    assert found.ai_vs_readers[0].effect == 0.0
    assert np.isnan(found.ai_vs_readers[0].p)
    assert "no p-value" in found.ai_vs_readers[0].notes[0]


def test_a_lone_reader_on_one_side_brings_no_reader_variance() -> None:
    covariance = np.diag([0.001, 0.001, 0.001, 0.002])
    found = unpaired(np.array([0.8, 0.82, 0.84]), np.array([0.9]), covariance)
    assert found.se == pytest.approx(np.sqrt(np.var([0.8, 0.82, 0.84], ddof=1) / 3 + 0.002))


def test_a_floor_for_fixed_readers_is_not_forgotten() -> None:
    theta = np.array([[0.80, 0.84], [0.85, 0.86]])
    covariance = np.full((2, 2, 2, 2), 4e-4)
    for i in range(2):
        for j in range(2):
            covariance[i, j, i, j] = 1e-3
            covariance[i, 0, i, 1] = covariance[i, 1, i, 0] = 2e-4  # Cov2 below Cov3
    found = analyse(theta, covariance, ("a", "b"), ("1", "2"))
    assert found.fixed_readers is not None
    assert found.components.floor_active
    assert found.fixed_readers.chi2 == pytest.approx(found.components.ms_arm / (1e-3 - 4e-4))


def test_power_grows_with_readers_cases_and_effect_and_starts_at_alpha() -> None:
    main = analyse_study(_study(2, 5)).mrmc.main
    assert main is not None
    grid = power_grid(main.components, 60, (3, 6, 12), (60, 120, 240), Aim(0.08))
    powers = np.array([cell.power for cell in grid.cells]).reshape(3, 3)
    assert (np.diff(powers, axis=0) > 0).all()
    assert (np.diff(powers, axis=1) > 0).all()
    assert power(main.components, 60, 6, 120, Aim(0.0)) == pytest.approx(0.05, abs=1e-6)
    assert grid.smallest is None, "no study of these sizes reaches the power that is wanted"
    grid = power_grid(main.components, 60, (3, 6, 12), (60, 120, 240), Aim(0.16))
    enough = [cell for cell in grid.cells if cell.power >= 0.8]
    assert len(enough) > 1
    assert grid.smallest == min(enough, key=lambda cell: cell.readers * cell.cases)
