"""Models with everything at once: equal to statsmodels on stored numbers, and right where the truth is known.

In R the time model is lmer(log(seconds) ~ arm + place + second + arm:second + years + (1 | reader) +
(1 | case) + (1 | reader:arm)), the other geeglm(right ~ arm + place + second + arm:second + reader,
id = case, family = binomial, corstr = "independence"). The numbers below are those of statsmodels 0.15.0:
mixedlm("y ~ arm + p10 + second + carry + dec", d, groups="one", re_formula="0", vc_formula={"reader":
"0+C(reader)", "case": "0+C(case)", "ra": "0+C(reader_arm)"}).fit(method="powell", maxiter=2000), and
gee("right ~ arm + p10 + second + carry + C(reader)", "case", d, family=Binomial(),
cov_struct=Independence()).fit().
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from app.analysis.mixed import mixed_model
from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.sections.models import (
    CARRIED,
    EXPERIENCE,
    PER_DECADE,
    PER_TEN,
    SECOND,
    accuracy_model,
    time_model,
)
from app.analysis.timing import additive_time_model
from app.analysis.traits import Traits
from tests.analysis.conftest import readings as readings
from tests.report.analysis.made import made, ratings

YEARS = ("2", "5", "9", "14", "30")
ARM = "aided against unaided"
TIME = {  # beta, standard error
    ARM: (-0.18928779938868848, 0.05442591857770689),
    PER_TEN: (-0.018705545435501014, 0.015335525474305103),
    SECOND: (-0.00030743756021538307, 0.048912810895784226),
    CARRIED: (0.015762668221773638, 0.06969951905984179),
    PER_DECADE: (0.14629529864254212, 0.055594543847260744),
}
VARIANCES = {
    "sd_reader": 0.01283647,
    "sd_case": 0.02768652,
    "sd_reader_arm": 0.00142429,
    "sd_residual": 0.11779573,
}
ODDS = {
    ARM: (0.10981926104316299, 0.28315515458184914),
    PER_TEN: (-0.006632064738356979, 0.08746275937153687),
    SECOND: (0.28568142639721905, 0.2873589659338747),
    CARRIED: (0.01697957172772731, 0.4401719850297737),
}


def crossover(found: Readings, cases: int = 40) -> Readings:
    """The first cases with places in the list and visits as a crossover has them, without chance."""
    found = found.only(np.arange(len(found.cases)) < cases)
    arm, reader, case = np.indices(found.rating.shape)
    place = (37 * case + 11 * reader) % cases + 1.0
    return replace(found, position=place, visit=np.where((case + reader + arm) % 2 == 0, 1.0, 2.0))


def told(found: Readings, years: tuple[str, ...] = YEARS) -> Traits:
    return Traits(readers={EXPERIENCE: dict(zip(found.readers, years, strict=True))})


def test_the_time_model_is_that_of_statsmodels(readings: Callable[[str], Readings]) -> None:
    study = crossover(readings("confidence"))
    found = time_model(study, told(study))
    assert found is not None
    assert (found.reads, found.readers, found.cases, found.left_out) == (400, 5, 40, ())
    assert [one.term for one in found.terms] == list(TIME)
    for one in found.terms:
        beta, se = TIME[one.term]
        assert one.beta == pytest.approx(beta, abs=2e-5)
        assert one.se == pytest.approx(se, rel=2e-3)
        assert one.ratio == pytest.approx(np.exp(one.beta))
    assert [one.df for one in found.terms] == [4, 4, 4, 4, 3]
    for name, variance in VARIANCES.items():
        assert getattr(found, name) ** 2 == pytest.approx(variance, rel=0.01)


def test_odds_of_right_calls_are_those_of_statsmodels(readings: Callable[[str], Readings]) -> None:
    study = crossover(readings("confidence"))
    found = accuracy_model(study, told(study))
    assert found is not None
    assert [one.term for one in found.terms] == list(ODDS)
    for one in found.terms:
        assert (one.beta, one.se) == pytest.approx(ODDS[one.term], rel=1e-9)


def test_of_balanced_reads_it_is_the_additive_model() -> None:
    """Where nothing is missing REML of two random intercepts has the arm's ANOVA error (Searle 1971)."""
    rng = np.random.default_rng(8)
    readers, cases = 6, 25
    log = rng.normal(3, 0.3, (2, readers, cases)) + rng.normal(0, 0.4, (1, readers, 1))
    log += rng.normal(0, 0.5, (1, 1, cases))
    arm, reader, case = (one.ravel() for one in np.indices(log.shape))
    fit = mixed_model(log.ravel(), np.column_stack([np.ones(log.size), arm]), [reader, case])
    known = additive_time_model(np.exp(log[0]), np.exp(log[1]))
    assert known is not None
    assert fit.beta[1] == pytest.approx(known.beta)
    assert np.sqrt(fit.covariance[1, 1]) == pytest.approx(known.se, rel=1e-5)


def test_what_a_design_cannot_tell_apart_is_named() -> None:
    rating = ratings(readers=5)
    arm, _, case = np.indices(rating.shape)
    times = np.random.default_rng(1).lognormal(3, 0.5, rating.shape)
    study = replace(made(rating), seconds=times, position=case + 1.0, visit=arm + 1.0)
    found = time_model(study, told(study, ("3", "3", "3", "3", "3")))
    assert found is not None
    assert [one.term for one in found.terms] == [ARM, PER_TEN]
    assert found.left_out == (SECOND, CARRIED)  # the arms are the visits; nobody differs in experience


def test_one_reader_or_nothing_known_has_no_model_and_equal_times_no_error() -> None:
    alone = made(ratings(readers=1))
    assert time_model(replace(alone, seconds=np.ones(alone.rating.shape)), Traits()) is None
    assert time_model(made(ratings()), Traits()) is None
    arm, reader, _ = np.indices(ratings().shape)
    exact = replace(made(ratings()), seconds=np.exp(1.0 * arm + reader))
    assert time_model(exact, Traits()) is None


def simulated(rng: np.random.Generator, effect: float, slope: float) -> Readings:
    """Five readers, 24 cases, two arms: readers differ in speed and in what the arm does to it."""
    rating = np.zeros((2, 5, 24))
    place = np.stack([[rng.permutation(24) + 1.0 for _ in range(5)]] * 2)
    log = 3.5 + effect * np.arange(2)[:, None, None] + slope * place / 10.0
    log = log + rng.normal(0, 0.3, (1, 5, 1)) + rng.normal(0, 0.25, (1, 1, 24))
    log = log + rng.normal(0, 0.15, (2, 5, 1)) + rng.normal(0, 0.35, rating.shape)
    nothing = np.full(rating.shape, np.nan)
    names = tuple(f"R{one}" for one in range(5)), tuple(f"C{one}" for one in range(24))
    truth = np.arange(24) % 2 == 0
    return Readings("made", ("unaided", "aided"), *names, truth, rating, nothing, np.exp(log), place)


def test_intervals_hold_what_is_true_as_often_as_they_say() -> None:
    """150 studies: 95 % intervals of the arm hold it in 95 %, give or take what 150 studies leave open."""
    rng = np.random.default_rng(20)
    held = {ARM: 0, PER_TEN: 0}
    for _ in range(150):
        found = time_model(simulated(rng, effect=-0.2, slope=-0.05), Traits())
        assert found is not None
        for one in found.terms:
            truth = -0.2 if one.term == ARM else -0.05
            held[one.term] += one.ci[0] <= np.exp(truth) <= one.ci[1]
    error = 3.0 * np.sqrt(0.05 * 0.95 / 150)
    assert held[ARM] / 150 == pytest.approx(0.95, abs=error)
    assert held[PER_TEN] / 150 >= 0.95 - error  # t with few df for a within-reader slope is never too sure


def test_learning_of_accuracy_that_was_put_in_is_found() -> None:
    rng = np.random.default_rng(4)
    rating = np.zeros((1, 4, 200))
    place = np.stack([[rng.permutation(200) + 1.0 for _ in range(4)]])
    right = rng.random(rating.shape) < 1 / (1 + np.exp(-(0.2 + 0.06 * (place - 100) / 10)))
    truth = np.arange(200) % 2 == 0
    call: Floats = np.where(right, truth, ~truth).astype(float)
    names = tuple(f"R{one}" for one in range(4)), tuple(f"C{one}" for one in range(200))
    study = Readings("made", ("unaided",), *names, truth, rating, call, np.full(rating.shape, np.nan), place)
    found = accuracy_model(study, Traits())
    assert found is not None
    (term,) = found.terms
    assert term.term == PER_TEN
    assert term.ci[0] <= np.exp(0.06) <= term.ci[1]
    assert term.p < 0.01
