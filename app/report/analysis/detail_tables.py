"""The tables behind the main result: calls, global tests, components, paired tests."""

from __future__ import annotations

import math
from collections.abc import Iterator

from app.analysis.mrmc import FTest
from app.analysis.study import Analysis
from app.report.analysis.agreement_tables import agreement_tables
from app.report.analysis.conduct_tables import conduct
from app.report.analysis.model_tables import model_tables
from app.report.numbers import MISSING, fixed, interval, limits, p_value
from app.report.report_table import (
    ReportTable,
    beside_plan,
    families,
    noted,
    results_of,
    share,
    shown_arm,
    table_of,
)


def detail_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """All of them, empty ones included."""
    for table in _details(analysis):
        yield beside_plan(table, analysis)


def _details(analysis: Analysis) -> Iterator[ReportTable]:
    yield _operating(analysis)
    yield _tests(analysis)
    yield _components(analysis)
    yield _paired(analysis)
    yield _mcnemar(analysis)
    yield _two_proportions(analysis)
    yield _call_odds(analysis)
    yield _calibration(analysis)
    yield from model_tables(analysis)
    yield from agreement_tables(analysis)
    yield from conduct(analysis)


def _operating(analysis: Analysis) -> ReportTable:
    return table_of(
        "operating",
        "Calls against the reference standard",
        analysis.operating,
        (
            ("Rater", lambda row: row.reader),
            ("Arm", lambda row: shown_arm(row.arm)),
            ("TP", lambda row: str(row.point.tp)),
            ("FP", lambda row: str(row.point.fp)),
            ("FN", lambda row: str(row.point.fn)),
            ("TN", lambda row: str(row.point.tn)),
            ("Sensitivity", lambda row: share(row.point.sensitivity)),
            ("Specificity", lambda row: share(row.point.specificity)),
            ("PPV", lambda row: share(row.point.ppv)),
            ("NPV", lambda row: share(row.point.npv)),
            ("Accuracy", lambda row: share(row.point.accuracy)),
            ("F1", lambda row: fixed(row.point.f1)),
        ),
        "95 % intervals of Clopper and Pearson; Wilson's are in analysis.json. PPV and NPV hold for this mix "
        "of cases.",
    )


def _tests(analysis: Analysis) -> ReportTable:
    rows = []
    for measure, family in families(analysis):
        for result in results_of(family):
            of = " vs ".join(one.arm for one in result.arms)
            if both := result.random_readers_random_cases:
                rows.append((measure, of, "random readers, random cases", *_f(both)))
            if readers := result.fixed_readers:
                chi2 = (f"χ² = {fixed(readers.chi2)}", fixed(readers.df, 0), MISSING, p_value(readers.p))
                rows.append((measure, of, "fixed readers, random cases", *chi2))
            if cases := result.fixed_cases:
                rows.append((measure, of, "random readers, fixed cases", *_f(cases)))
    return ReportTable(
        "tests",
        "Global tests of equal arms (Obuchowski-Rockette, Hillis)",
        ("Measure", "Arms", "Inference to", "Statistic", "df1", "df2", "p"),
        tuple(rows),
        "No statistic where there is no variance for it; the notes of the differences say why."
        if any(row[-1] == MISSING for row in rows)
        else "",
    )


def _f(found: FTest) -> tuple[str, str, str, str]:
    return f"F = {fixed(found.f)}", fixed(found.df1, 0), fixed(found.df2, 2), p_value(found.p)


def _components(analysis: Analysis) -> ReportTable:
    names = ("reader_raw", "arm_reader_raw", "error", "cov1", "cov2", "cov3")
    rows = [
        (
            measure,
            " vs ".join(one.arm for one in result.arms),
            *(fixed(getattr(result.components, name), 7) for name in names),
            "yes" if result.components.floor_active else "no",
        )
        for measure, family in families(analysis)
        for result in results_of(family)
    ]
    return ReportTable(
        "components",
        "Variance components",
        ("Measure", "Arms", "Reader", "Arm × reader", "Error", "Cov1", "Cov2", "Cov3", "Floor active"),
        tuple(rows),
        "Estimates as they are, negative ones included; what is rounding noise beside the others is 0.",
    )


def _paired(analysis: Analysis) -> ReportTable:
    rows = [
        (
            f"{one.first} − {one.second}",
            fixed(one.difference),
            fixed(one.se, 4),
            fixed(one.z, 2),
            limits(one.ci, one.exact),
            interval(one.ci_bootstrap),
            p_value(one.p),
        )
        for one in analysis.paired
    ]
    return ReportTable(
        "paired_auc",
        "Two raters on the same cases: AUC (DeLong)",
        ("Difference", "Estimate", "SE", "z", "95 % CI", "95 % CI (bootstrap)", "p"),
        tuple(rows),
        noted(
            rows,
            "Cases are random, the two raters fixed. Not adjusted for multiple testing.",
            "No p where the difference has no variance."
            if any(math.isnan(one.p) for one in analysis.paired)
            else "",
        ),
    )


def _mcnemar(analysis: Analysis) -> ReportTable:
    return table_of(
        "mcnemar",
        "Two raters on the same cases: calls (McNemar)",
        analysis.mcnemar,
        (
            ("First", lambda one: one.first),
            ("Second", lambda one: one.second),
            ("Measure", lambda one: one.measure),
            ("Only first right", lambda one: str(one.n10)),
            ("Only second right", lambda one: str(one.n01)),
            ("p exact", lambda one: p_value(one.p_exact)),
            ("p mid", lambda one: p_value(one.p_mid)),
            ("p χ² corrected", lambda one: p_value(one.p_chi2)),
        ),
        "The right test when both read the same cases; cases are random, the two raters fixed. Not adjusted "
        "for multiple testing.",
    )


def _two_proportions(analysis: Analysis) -> ReportTable:
    return table_of(
        "two_proportions",
        "Two raters as if on different cases (Pearson χ², uncorrected)",
        analysis.two_proportions,
        (
            ("First", lambda one: one.first),
            ("Second", lambda one: one.second),
            ("Measure", lambda one: one.measure),
            ("First right", lambda one: f"{one.first_count}/{one.first_total}"),
            ("Second right", lambda one: f"{one.second_count}/{one.second_total}"),
            ("χ²", lambda one: fixed(one.chi2_uncorrected)),
            ("p", lambda one: p_value(one.p_chi2_uncorrected)),
        ),
        "For comparison with papers that used it; with the same cases McNemar's test is the right one.",
    )


def _call_odds(analysis: Analysis) -> ReportTable:
    return table_of(
        "gee",
        "Odds of a right call by generalised estimating equations",
        analysis.call_odds,
        (
            ("Measure", lambda row: row.measure),
            ("Odds ratio of", lambda row: f"{row.first} / {row.second}"),
            ("Readers", lambda row: str(row.odds.readers)),
            ("Cases", lambda row: str(row.odds.cases)),
            ("Reads", lambda row: str(row.odds.reads)),
            ("Odds ratio", lambda row: fixed(row.odds.odds_ratio, 2)),
            ("95 % CI", lambda row: interval(row.odds.ci, 2)),
            ("z", lambda row: fixed(row.odds.z, 2)),
            ("p", lambda row: p_value(row.odds.p)),
        ),
        "Readers are fixed, cases random. In R, with one line per read and right = 1 or 0: "
        'geepack::geeglm(right ~ arm + reader, id = case, family = binomial, corstr = "independence"), for '
        "sensitivity on the diseased cases, for specificity on the normal ones. Readers who were always "
        "right, or always wrong, are not in it.",
    )


def _calibration(analysis: Analysis) -> ReportTable:
    return table_of(
        "calibration",
        "Calibration of ratings as probabilities",
        [row for row in analysis.calibration if not math.isnan(row.calibration.brier)],
        (
            ("Rater", lambda row: row.reader),
            ("Arm", lambda row: shown_arm(row.arm)),
            ("Brier", lambda row: fixed(row.calibration.brier)),
            ("Slope", lambda row: fixed(row.calibration.slope, 2)),
            ("95 % CI of the slope", lambda row: interval(row.calibration.slope_ci, 2)),
            ("Intercept", lambda row: fixed(row.calibration.intercept, 2)),
            ("95 % CI of the intercept", lambda row: interval(row.calibration.intercept_ci, 2)),
        ),
        "Logistic regression of the truth on the logit of the rating (Cox 1958): slope 1 and, with that "
        "slope, intercept 0 are right. A mix of cases that is not that of the clinic moves the intercept.",
    )
