"""All numbers of the reference study, computed by R's packages, within their tolerances."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.analysis.bootstrap import bootstrap_auc, draw, summarise
from app.analysis.readings import Predictions, Readings
from app.analysis.results import rater_label
from app.analysis.study import Analysis
from tests.analysis.conftest import REFERENCE

EXPECTED: list[dict[str, Any]] = json.loads(
    (REFERENCE / "study134_expected.json").read_text(encoding="utf-8")
)


def _by_id(pattern: str) -> list[Any]:
    found = [entry for entry in EXPECTED if re.fullmatch(pattern, entry["id"])]
    return [pytest.param(entry, id=entry["id"]) for entry in found]


def _same(found: object, entry: dict[str, Any]) -> None:
    np.testing.assert_allclose(
        np.atleast_1d(np.asarray(found, dtype=float)),
        np.atleast_1d(entry["expected"]),
        rtol=entry["rtol"],
        atol=entry["atol"],
    )


def _rater(text: str) -> tuple[str, str]:
    """(arm, reader) of “unaided_R1” or “AI_A”."""
    return ("", text) if text.startswith("AI_") else tuple(text.split("_"))  # type: ignore[return-value]


NOT_COMPUTED = "bootstrap.idealvar."
"""The variance that a bootstrap of endless length would have: the program draws, and nothing asks for it."""


def test_there_are_159_reference_numbers_and_every_one_that_is_computed_is_tested() -> None:
    patterns = [
        mark.args[1][place].values[0]["id"]
        for test in list(globals().values())
        for mark in getattr(test, "pytestmark", [])
        if mark.name == "parametrize" and mark.args[0] == "entry"
        for place in range(len(mark.args[1]))
    ]
    assert len(EXPECTED) == 159
    wanted = [entry["id"] for entry in EXPECTED if not entry["id"].startswith(NOT_COMPUTED)]
    assert sorted(patterns) == sorted(wanted)


@pytest.mark.parametrize("entry", _by_id(r"study134\.mrmc\.(rating|confidence)"))
def test_mrmc_of_auc(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    main = analysis(entry["id"].rsplit(".", 1)[1]).mrmc.main
    assert main is not None and main.random_readers_random_cases is not None
    test = main.random_readers_random_cases
    _same([test.f, test.df1, test.df2, test.p], entry)
    assert main.components.floor_active
    assert any("set to zero" in note for note in main.notes)


@pytest.mark.parametrize("entry", _by_id(r"study134\.mrmc\.(sens|spec)"))
def test_mrmc_of_the_calls(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    found = analysis("rating")
    family = found.mrmc_sensitivity if entry["id"].endswith("sens") else found.mrmc_specificity
    assert family is not None and family.main is not None
    test = family.main.random_readers_random_cases
    assert test is not None
    _same([test.f, test.df1, test.df2, test.p], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.ai_vs_readers\..*"))
def test_algorithm_against_readers(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    model, arm, column = re.search(r"(AI_.)_(\w+?)_(\w+)_1T", entry["id"]).groups()  # type: ignore[union-attr]
    row = next(one for one in analysis(column).ai_vs_readers if (one.model, one.arm) == (model, arm))
    low, high = row.ci
    _same([-row.effect, -row.t, row.df, row.p, -high, -low], entry)  # R has readers minus algorithm


@pytest.mark.parametrize("entry", _by_id(r"study134\.noninferiority\..*"))
def test_non_inferiority(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    model, arm, column = re.search(r"(AI_.)_vs_(\w+?)_(\w+)", entry["id"]).groups()  # type: ignore[union-attr]
    row = next(one for one in analysis(column).ai_vs_readers if (one.model, one.arm) == (model, arm))
    _same([row.effect, row.non_inferiority.t, row.df, row.non_inferiority.p], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.(sens|spec)\..*"))
def test_sensitivity_and_specificity(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    _, kind, who = entry["id"].split(".")
    arm, reader = _rater(who)
    point = next(one.point for one in analysis("rating").operating if (one.arm, one.reader) == (arm, reader))
    share = point.sensitivity if kind == "sens" else point.specificity
    _same([share.count, share.total, share.estimate, *share.clopper_pearson, *share.wilson], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.mcnemar\..*"))
def test_mcnemar(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    pair, measure = entry["id"].removeprefix("study134.mcnemar.").rsplit(".", 1)
    first, second = pair.split("_vs_")
    if first == "aided":
        reader = second.removeprefix("unaided_")
        first, second = f"aided_{reader}", second
    labels = rater_label(*_rater(first)), rater_label(*_rater(second))
    row = next(
        one
        for one in analysis("rating").mcnemar
        if (one.first, one.second, one.measure) == (*labels, measure)
    )
    _same([row.n10, row.n01, row.p_exact, row.p_mid, row.p_chi2], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.kappa\..*"))
def test_kappa(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    who = entry["id"].removeprefix("study134.kappa.")
    if who.startswith("intra_"):
        reader = who.removeprefix("intra_")
        pair = {f"{reader} (unaided)", f"{reader} (aided)"}
    else:
        pair = {f"{reader} (unaided)" for reader in who.removeprefix("unaided_").split("_")}
    found = analysis("rating").agreement
    plain = next(one for one in found.cohen if {one.first, one.second} == pair and one.what == "rating")
    weighted = next(one for one in found.weighted if {one.first, one.second} == pair)
    _same([plain.kappa, weighted.linear, weighted.quadratic], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.fleiss\..*"))
def test_fleiss_and_krippendorff(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    what, arm = entry["id"].removeprefix("study134.fleiss.").split("_")
    row = next(
        one for one in analysis("rating").agreement.fleiss if (one.arm, one.what) == (arm, what)
    ).agreement
    _same([row.fleiss, row.z, row.krippendorff_nominal_irr, row.krippendorff_ordinal_irr], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.time\.R\d"))
def test_time_ratio(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    times = analysis("rating").time
    assert times is not None
    ratio = next(one.ratio for one in times.ratios if one.reader == entry["id"][-2:])
    _same([ratio.estimate, *ratio.ci, ratio.t, ratio.p_t, ratio.wilcoxon_v, ratio.p_wilcoxon], entry)


@pytest.mark.parametrize("entry", _by_id(r"study134\.time\.(mrmc|lmm)"))
def test_time_over_readers_and_cases(entry: dict[str, Any], analysis: Callable[[str], Analysis]) -> None:
    times = analysis("rating").time
    assert times is not None
    row = times.arms[0]
    assert row.crossed is not None and row.additive is not None
    if entry["id"].endswith("mrmc"):
        _same([row.crossed.estimate, *row.crossed.ci, row.crossed.f, row.crossed.df2, row.crossed.p], entry)
    else:
        _same([row.additive.beta, row.additive.se, row.additive.df], entry)


def _scores(
    entry: dict[str, Any], readings: Readings, predictions: Predictions
) -> np.ndarray[Any, np.dtype[np.float64]]:
    who = entry["data"].removeprefix("study134/")
    if who in predictions.models:
        return predictions.score[predictions.models.index(who)]
    _, arm, reader = who.split("_")
    return readings.rating[readings.arms.index(arm), readings.readers.index(reader)]


@pytest.mark.parametrize("entry", _by_id(r"bootstrap\.(un)?stratified\..*"))
@pytest.mark.parametrize("resamples", [2000, 10000])
def test_bootstrap_limits(
    entry: dict[str, Any], resamples: int, readings: Callable[[str], Readings], predictions: Predictions
) -> None:
    cube = readings("rating")
    drawn = draw(cube.truth, resamples, seed=7, stratified=".stratified" in entry["id"])
    found = summarise(bootstrap_auc(_scores(entry, cube, predictions), cube.truth, drawn)[None, :], drawn)[0]
    off = np.abs(np.array(found.ci) - entry["expected"])
    assert (off <= entry[f"tol_abs_B{resamples}"]).all()
