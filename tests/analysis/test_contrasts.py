"""Whether the arms differ by more in one subgroup than in another: as a hand counts it, and at its level."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.analysis.options import AnalysisOptions
from app.analysis.placements import Bools, Floats, auc
from app.analysis.planned_results import SubgroupContrast
from app.analysis.readings import Readings
from app.analysis.sections.contrasts import contrasts
from app.analysis.traits import Traits
from app.plan import Generalise
from app.subgroup import subgroup

READERS, CASES = 6, 80
SEX = {f"C{n}": "f" if n % 4 < 2 else "m" for n in range(CASES)}
YEARS = {f"R{j}": str(2 * j) for j in range(READERS)}
TRAITS = Traits({"sex": SEX}, {"years": YEARS})


def study(rng: np.random.Generator, extra: float = 0.0) -> Readings:
    """Two arms; readers, cases and both with arms at random. Ill women gain `extra` by the AI."""
    truth = np.arange(CASES) % 2 == 0
    women = np.array([sex == "f" for sex in SEX.values()])
    case = rng.normal(size=CASES) + 0.6 * rng.normal(size=(2, 1, CASES))
    reader = 0.4 * rng.normal(size=(1, READERS, 1)) + 0.3 * rng.normal(size=(2, READERS, 1))
    score = 1.2 * truth * (1.0 + reader) + case + rng.normal(size=(2, READERS, CASES))
    score[1] += extra * (truth & women)
    nothing = np.full_like(score, np.nan)
    names = tuple(f"R{j}" for j in range(READERS)), tuple(f"C{n}" for n in range(CASES))
    call = (score > 0.6).astype(float)
    return Readings("made", ("unaided", "aided"), *names, truth, score, call, nothing, nothing)


def contrasted(readings: Readings, line: str, **options: Generalise) -> dict[str, SubgroupContrast]:
    rows = contrasts(readings, TRAITS, AnalysisOptions(subgroups=(subgroup(line),), **options))
    return {row.measure: row for row in rows}


def gains(readings: Readings, keep: Bools) -> Floats:
    """Aided minus unaided AUC of each reader on the cases kept."""
    scores, truth = readings.rating[:, :, keep], readings.truth[keep]
    return np.array([auc(scores[1, j], truth) - auc(scores[0, j], truth) for j in range(READERS)])


def deleted(readings: Readings, keep: Bools) -> Floats:
    """Delete-one jackknife covariance of `gains`, case by case."""
    left = []
    for case in np.flatnonzero(keep):
        without = keep.copy()
        without[case] = False
        left.append(gains(readings, without))
    n = len(left)
    return np.asarray(np.cov(np.array(left).T, ddof=0) * (n - 1))


def test_a_contrast_of_cases_is_what_a_hand_counts() -> None:
    readings = study(np.random.default_rng(5), extra=0.8)
    row = contrasted(readings, "cases: sex")["AUC"]
    women = np.array([sex == "f" for sex in SEX.values()])
    each = gains(readings, women) - gains(readings, ~women)
    covariance = deleted(readings, women) + deleted(readings, ~women)
    cov2 = max(float(covariance[~np.eye(READERS, dtype=bool)].mean()), 0.0)
    square = float(each.var(ddof=1))
    se = np.sqrt((square + READERS * cov2) / READERS)
    df = (square + READERS * cov2) ** 2 / (square**2 / (READERS - 1))
    assert (row.subset, row.other) == ("cases: sex = f", "cases: sex = m")
    assert (row.first, row.second, row.readers) == ("aided", "unaided", READERS)
    assert (row.estimate, row.se, row.df) == pytest.approx((each.mean(), se, df))
    assert row.p == pytest.approx(2 * stats.t.sf(abs(each.mean() / se), df))
    assert row.ci == pytest.approx(stats.t.interval(0.95, df, each.mean(), se))


def test_with_fixed_readers_it_is_the_normal_test_of_two_independent_differences() -> None:
    readings = study(np.random.default_rng(6))
    row = contrasted(readings, "cases: sex = f", generalise=Generalise.CASES)["AUC"]
    women = np.array([sex == "f" for sex in SEX.values()])
    both = deleted(readings, women) + deleted(readings, ~women)
    assert row.other == "cases: sex != f"
    assert row.se == pytest.approx(np.sqrt(both.mean()))
    assert np.isinf(row.df)


def test_groups_of_readers_are_compared_as_independent_readers_of_the_same_cases() -> None:
    readings = study(np.random.default_rng(7))
    row = contrasted(readings, "readers: years < 5")["AUC"]
    every = np.ones(CASES, bool)
    each = gains(readings, every)
    c = deleted(readings, every)
    young, old = slice(0, 3), slice(3, 6)
    off = ~np.eye(3, dtype=bool)
    shared = c[young, young][off].mean() + c[old, old][off].mean() - 2 * c[young, old].mean()
    spread = np.array([each[young].var(ddof=1) / 3, each[old].var(ddof=1) / 3])
    variance = spread.sum() + max(shared, 0.0)
    assert (row.subset, row.other) == ("readers: years < 5", "readers: years >= 5")
    assert row.estimate == pytest.approx(each[young].mean() - each[old].mean())
    assert row.se == pytest.approx(np.sqrt(variance))
    assert row.df == pytest.approx(variance**2 / (spread**2 / 2).sum())


def test_calls_are_contrasted_and_a_part_of_one_class_is_left_alone() -> None:
    readings = study(np.random.default_rng(8), extra=3.0)
    rows = contrasted(readings, "cases: sex")
    assert list(rows) == ["AUC", "sensitivity", "specificity"]
    women = np.array([sex == "f" for sex in SEX.values()])
    right = readings.call[1] - readings.call[0]
    ill = readings.truth
    by_hand = right[:, women & ill].mean() - right[:, ~women & ill].mean()
    assert rows["sensitivity"].estimate == pytest.approx(by_hand)
    assert rows["sensitivity"].ci[0] < by_hand < rows["sensitivity"].ci[1]
    traits = Traits({"sex": {f"C{n}": "f" if n % 2 else "m" for n in range(CASES)}})
    assert contrasts(readings, traits, AnalysisOptions(subgroups=(subgroup("cases: sex"),))) == ()


@pytest.mark.parametrize("line", ["cases: sex", "readers: years < 5"])
def test_type_one_error_and_coverage(line: str) -> None:
    rng = np.random.default_rng(9)
    rows = [contrasted(study(rng), line)["AUC"] for _ in range(200)]
    wrong = np.mean([row.p < 0.05 for row in rows])
    covered = np.mean([row.ci[0] <= 0.0 <= row.ci[1] for row in rows])
    assert wrong < 0.096  # 5 % and three standard errors
    assert covered > 0.904
