"""The tables that a summary needs: arms, differences, AI against readers, single AUCs, groups."""

from __future__ import annotations

from collections.abc import Iterator

from app.analysis.mrmc import ArmDifference
from app.analysis.planned_results import PlannedTest
from app.analysis.results import PairedArms
from app.analysis.study import Analysis
from app.plan import Generalise
from app.report.analysis.subgroup_tables import subgroup_tables
from app.report.numbers import fixed, interval, limits, p_value
from app.report.report_table import (
    ReportTable,
    Row,
    beside_plan,
    families,
    noted,
    results_of,
    shown_arm,
    table_of,
)
from app.wording import counted


def main_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """What a summary needs; the plan's hypotheses first, beside which all other tests are exploratory."""
    yield _planned(analysis)
    for table in _main(analysis):
        yield beside_plan(table, analysis)


def _main(analysis: Analysis) -> Iterator[ReportTable]:
    yield _arms(analysis)
    yield _differences(analysis)
    yield from subgroup_tables(analysis)
    yield _against(analysis)
    yield _aucs(analysis)
    yield _groups(analysis)


def _planned(analysis: Analysis) -> ReportTable:
    plan = analysis.options.plan
    level = f"{100 * (1 - plan.alpha):g} % CI" if plan else "CI"
    return table_of(
        "planned_tests",
        "Hypotheses of the protocol",
        analysis.planned_tests,
        (
            ("No.", lambda row: str(row.number)),
            ("Hypothesis", lambda row: row.hypothesis),
            ("Test", lambda row: row.kind),
            ("Estimate", lambda row: fixed(row.estimate)),
            (level, lambda row: interval(row.ci)),
            ("p", lambda row: p_value(row.p)),
            ("Adjusted p", lambda row: p_value(row.p_adjusted)),
            ("Result", lambda row: _verdict(row)),
        ),
        f"As frozen with the protocol: {plan.multiplicity.value}, alpha {plan.alpha:g} two-sided, "
        f"{plan.generalise.value}. A difference, or for times the ratio. Adjusted p counts one-sided p twice "
        "and is held against alpha."
        if plan
        else "",
    )


def _verdict(row: PlannedTest) -> str:
    if not row.confirmatory:
        return "exploratory"
    return "shown" if row.shown else "not shown"


def _arms(analysis: Analysis) -> ReportTable:
    rows = [
        (
            measure,
            shown_arm(one.arm),
            str(len(result.readers)),
            fixed(one.estimate),
            fixed(one.se, 4),
            fixed(one.df, 1),
            limits(one.ci, one.exact),
        )
        for measure, family in families(analysis)
        for result in family.means
        for one in result.arms
    ]
    return ReportTable(
        "arms",
        "Mean performance of the readers in each arm",
        ("Measure", "Arm", "Readers", "Mean", "SE", "df", "95 % CI"),
        tuple(rows),
        noted(rows, _inference(analysis), f"Covariance: {_covariances(analysis)}."),
    )


def _inference(analysis: Analysis) -> str:
    """What the analysis takes as random, and which rows take something else."""
    asked = analysis.options.generalise
    kinds = {
        result.generalise: len(result.readers)
        for _, family in families(analysis)
        for result in results_of(family)
    }
    others = [
        f"rows with {counted(readers, 'reader')}: {kind.value}"
        for kind, readers in kinds.items()
        if kind is not asked
    ]
    nested = any(family.unpaired for _, family in families(analysis))
    if nested and asked is not Generalise.BOTH:
        others.append(f"rows with different readers: {Generalise.BOTH.value}")
    return f"Inference: {'; '.join([asked.value, *others])}."


def _covariances(analysis: Analysis) -> str:
    """The estimator of each measure, named once when all have the same."""
    used = {
        measure: result.covariance for measure, family in families(analysis) for result in results_of(family)
    }
    if len(set(used.values())) == 1:
        return next(iter(used.values()))
    return ", ".join(f"{method} ({measure})" for measure, method in used.items())


def _differences(analysis: Analysis) -> ReportTable:
    rows: list[Row] = []
    for measure, family in families(analysis):
        compared: list[tuple[str, ArmDifference | PairedArms, bool]] = [
            (str(len(result.readers)), one, one.exact)
            for result in results_of(family)
            for one in result.differences
        ]
        compared += [("different", one, False) for one in family.unpaired]
        rows += [
            (
                measure,
                f"{one.first} − {one.second}",
                readers,
                fixed(one.estimate),
                fixed(one.se, 4),
                fixed(one.t, 2),
                fixed(one.df, 1),
                limits(one.ci, exact),
                p_value(one.p),
            )
            for readers, one, exact in compared
        ]
    return ReportTable(
        "differences",
        "Differences between arms",
        ("Measure", "Difference", "Readers", "Estimate", "SE", "t", "df", "95 % CI", "p"),
        tuple(rows),
        noted(rows, _inference(analysis), _mrmc_note(analysis)),
    )


def _mrmc_note(analysis: Analysis) -> str:
    notes = [
        f"{measure}: {note}"
        for measure, family in families(analysis)
        for result in results_of(family)
        for note in result.notes
    ]
    notes += [
        f"{measure}: {note}"
        for measure, family in families(analysis)
        for one in family.unpaired
        for note in one.notes
    ]
    notes += [note for _, family in families(analysis) for note in family.notes]
    if analysis.options.generalise is Generalise.CASES:
        notes.insert(0, "Readers are fixed: the conclusion is about these readers.")
    return " ".join(dict.fromkeys(notes))


def _against(analysis: Analysis) -> ReportTable:
    rows = [
        (
            one.model,
            shown_arm(one.arm),
            fixed(one.effect),
            fixed(one.se, 4),
            fixed(one.df, 1),
            interval(one.ci),
            p_value(one.p),
            p_value(one.non_inferiority.p),
        )
        for one in analysis.ai_vs_readers
    ]
    return ReportTable(
        "ai_vs_readers",
        "Algorithms against the mean reader (AUC)",
        ("Algorithm", "Readers' arm", "Algorithm − readers", "SE", "df", "95 % CI", "p", "p (non-inferior)"),
        tuple(rows),
        noted(
            rows,
            "Random readers and cases (Hillis 2007 §5.3), whatever the other tables take as random. "
            f"Non-inferiority: one-sided, margin {analysis.options.margin:g}.",
            *(
                f"{one.model}, {shown_arm(one.arm)}: {note}"
                for one in analysis.ai_vs_readers
                for note in one.notes
            ),
        ),
    )


def _aucs(analysis: Analysis) -> ReportTable:
    rows = [
        (
            one.reader,
            shown_arm(one.arm),
            f"{one.n_positive} + {one.n_negative}",
            fixed(one.auc),
            limits(one.ci, one.exact),
            interval(one.ci_bootstrap),
            fixed(one.bootstrap.median),
        )
        for one in (*analysis.auc, *analysis.models)
    ]
    kind = "stratified" if analysis.options.stratified else "unstratified"
    return ReportTable(
        "auc",
        "AUC of each reader and algorithm",
        (
            "Rater",
            "Arm",
            "Diseased + normal",
            "AUC",
            "95 % CI (DeLong)",
            "95 % CI (bootstrap)",
            "Bootstrap median",
        ),
        tuple(rows),
        noted(
            rows,
            f"Cases are random. Bootstrap: {analysis.options.bootstrap} {kind} resamples, percentile, seed "
            f"{analysis.options.seed}.",
        ),
    )


def _groups(analysis: Analysis) -> ReportTable:
    return table_of(
        "groups",
        "Readers and algorithms as groups",
        analysis.groups,
        (
            ("Group", lambda row: row.group if row.group != "all" else "readers"),
            ("Raters", lambda row: str(row.raters)),
            ("Median AUC", lambda row: fixed(row.auc_median)),
            ("IQR", lambda row: fixed(row.auc_iqr)),
            ("Bootstrap median", lambda row: fixed(row.bootstrap_median)),
            ("Bootstrap IQR", lambda row: fixed(row.bootstrap_iqr)),
            ("Median F1", lambda row: fixed(row.f1_median)),
            ("Pooled F1", lambda row: fixed(row.f1_pooled)),
            ("Minutes per reader", lambda row: fixed(row.minutes_per_reader, 1)),
            ("Seconds per case", lambda row: fixed(row.seconds_per_case, 1)),
        ),
        "IQR over raters; bootstrap columns over the pooled resamples of the group.",
    )
