"""Tables of the left end of the ROC curve, of net benefit, and of the models of time and right calls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.analysis.benefit import THRESHOLDS, treat_all
from app.analysis.model_rows import ModelTerm
from app.analysis.study import Analysis
from app.report.numbers import MISSING, fixed, interval, p_value, percent
from app.report.report_table import ReportTable, shown_arm, table_of

_SHOWN = (0.1, 0.2, 0.3, 0.5, 0.7)
"""Thresholds of the table; `analysis.json` has all."""


def model_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """All of them, empty ones included."""
    yield _high_specificity(analysis)
    yield _net_benefit(analysis)
    yield _regions(analysis)
    yield _time_model(analysis)
    yield _accuracy_model(analysis)


def _high_specificity(analysis: Analysis) -> ReportTable:
    end = percent(analysis.options.specificity)
    return table_of(
        "high_specificity",
        "The ROC curve at high specificity",
        analysis.high_specificity,
        (
            ("Rater", lambda row: row.reader),
            ("Arm", lambda row: shown_arm(row.arm)),
            (f"Sensitivity at {end} specificity", lambda row: fixed(row.sensitivity)),
            ("95 % CI", lambda row: interval(row.sensitivity_ci)),
            (f"Partial AUC from {end} on", lambda row: fixed(row.partial_area)),
            ("95 % CI of it", lambda row: interval(row.partial_area_ci)),
        ),
        "Read off the ratings' curve, whatever was called. Partial areas are standardised (McClish 1989): "
        "0.5 is chance. Cases are random, readers fixed: bootstrap percentiles.",
    )


def _net_benefit(analysis: Analysis) -> ReportTable:
    curves = analysis.decision_curves
    places = [int(np.abs(THRESHOLDS - one).argmin()) for one in _SHOWN]
    every = treat_all(analysis.readings.truth)
    rows = [
        (row.reader, shown_arm(row.arm), *(fixed(float(row.net_benefit[place])) for place in places))
        for row in curves
    ]
    rows += (
        [("all called diseased", MISSING, *(fixed(float(every[place])) for place in places))] if rows else []
    )
    return ReportTable(
        "net_benefit",
        "Net benefit at thresholds of probability",
        ("Rater", "Arm", *(f"{one:g}" for one in _SHOWN)),
        tuple(rows),
        "True positives per case less false ones weighed by the odds of the threshold (Vickers & Elkin "
        "2006), at the study's own share of diseased cases.",
    )


def _regions(analysis: Analysis) -> ReportTable:
    return table_of(
        "regions",
        "Region by region of the checklist",
        analysis.regions,
        (
            ("Region", lambda row: row.region),
            ("Arm", lambda row: shown_arm(row.arm)),
            ("Cases with disease there", lambda row: str(row.diseased)),
            ("Without", lambda row: str(row.normal)),
            ("Sensitivity", lambda row: fixed(row.sensitivity)),
            ("95 % CI", lambda row: interval(row.sensitivity_ci)),
            ("Specificity", lambda row: fixed(row.specificity)),
            ("95 % CI of it", lambda row: interval(row.specificity_ci)),
            ("Gwet's AC1", lambda row: fixed(row.gwet_ac1)),
            ("95 % CI of AC1", lambda row: interval(row.gwet_ac1_ci)),
        ),
        "Means of the readers by the model of the calls; a region that nobody ticked is not there.",
    )


def _term_table(
    name: str, title: str, ratio: str, terms: tuple[ModelTerm, ...], note: str, left_out: tuple[str, ...]
) -> ReportTable:
    gone = f" Not told apart from other terms by this design: {', '.join(left_out)}." if left_out else ""
    return table_of(
        name,
        title,
        terms,
        (
            ("Term", lambda row: row.term),
            (ratio, lambda row: fixed(row.ratio)),
            ("95 % CI", lambda row: interval(row.ci)),
            ("df", lambda row: fixed(row.df, 0)),
            ("p", lambda row: p_value(row.p)),
        ),
        f"{note}{gone}",
    )


def _time_model(analysis: Analysis) -> ReportTable:
    found = analysis.time_model
    note = ""
    if found:
        note = (
            f"Linear mixed model of log seconds, {found.reads} reads of {found.readers} readers on "
            f"{found.cases} cases; random intercepts (standard deviation of the log): "
            f"reader {fixed(found.sd_reader)}, case {fixed(found.sd_case)}, arm within reader "
            f"{fixed(found.sd_reader_arm)}, rest {fixed(found.sd_residual)}."
        )
    return _term_table(
        "time_model", "Reading time, everything at once", "Ratio of times", found.terms if found else (),
        note, found.left_out if found else (),
    )  # fmt: skip


def _accuracy_model(analysis: Analysis) -> ReportTable:
    found = analysis.accuracy_model
    note = ""
    if found:
        note = (
            f"Logistic estimating equations, {found.reads} calls of {found.readers} readers (fixed) on "
            f"{found.cases} cases (random); above 1: more often right."
        )
    return _term_table(
        "accuracy_model", "Right calls, everything at once", "Odds ratio", found.terms if found else (), note,
        found.left_out if found else (),
    )  # fmt: skip
