"""The tables that a summary needs: arms, differences, AI against readers, single AUCs, groups."""

from __future__ import annotations

from collections.abc import Iterator

from app.analysis.mrmc import ArmDifference, Generalise
from app.analysis.results import PairedArms
from app.analysis.study import Analysis
from app.report.numbers import fixed, interval, p_value
from app.report.report_table import ReportTable, Row, families, results_of, shown_arm


def main_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """What a summary needs."""
    yield _arms(analysis)
    yield _differences(analysis)
    yield _against(analysis)
    yield _aucs(analysis)
    yield _groups(analysis)


def _arms(analysis: Analysis) -> ReportTable:
    rows = [
        (
            measure,
            shown_arm(one.arm),
            str(len(result.readers)),
            fixed(one.estimate),
            fixed(one.se, 4),
            fixed(one.df, 1),
            interval(one.ci),
        )
        for measure, family in families(analysis)
        for result in ([family.main] if family.main else [])
        for one in result.arms
    ]
    return ReportTable(
        "arms",
        "Mean performance of the readers in each arm",
        ("Measure", "Arm", "Readers", "Mean", "SE", "df", "95 % CI"),
        tuple(rows),
        f"Inference: {analysis.options.generalise.value}; covariance: {analysis.options.covariance.value}.",
    )


def _differences(analysis: Analysis) -> ReportTable:
    rows: list[Row] = []
    for measure, family in families(analysis):
        compared: list[tuple[str, ArmDifference | PairedArms]] = [
            (str(len(result.readers)), one) for result in results_of(family) for one in result.differences
        ]
        compared += [("different", one) for one in family.unpaired]
        rows += [
            (
                measure,
                f"{one.first} − {one.second}",
                readers,
                fixed(one.estimate),
                fixed(one.se, 4),
                fixed(one.t, 2),
                fixed(one.df, 1),
                interval(one.ci),
                p_value(one.p),
            )
            for readers, one in compared
        ]
    return ReportTable(
        "differences",
        "Differences between arms",
        ("Measure", "Difference", "Readers", "Estimate", "SE", "t", "df", "95 % CI", "p"),
        tuple(rows),
        _mrmc_note(analysis),
    )


def _mrmc_note(analysis: Analysis) -> str:
    notes = [
        f"{measure}: {note}"
        for measure, family in families(analysis)
        for result in results_of(family)
        for note in result.notes
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
        "Random readers and cases (Hillis 2007 §5.3). Non-inferiority: one-sided, margin "
        f"{analysis.options.margin:g}.",
    )


def _aucs(analysis: Analysis) -> ReportTable:
    rows = [
        (
            one.reader,
            shown_arm(one.arm),
            f"{one.n_positive} + {one.n_negative}",
            fixed(one.auc),
            interval(one.ci_delong),
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
        f"Bootstrap: {analysis.options.bootstrap} {kind} resamples, percentile, seed "
        f"{analysis.options.seed}.",
    )


def _groups(analysis: Analysis) -> ReportTable:
    rows = [
        (
            row.group if row.group != "all" else "readers",
            str(row.raters),
            fixed(row.auc_median),
            fixed(row.auc_iqr),
            fixed(row.bootstrap_median),
            fixed(row.bootstrap_iqr),
            fixed(row.f1_median),
            fixed(row.f1_pooled),
            fixed(row.minutes_per_reader, 1),
            fixed(row.seconds_per_case, 1),
        )
        for row in analysis.groups
    ]
    return ReportTable(
        "groups",
        "Readers and algorithms as groups",
        (
            "Group",
            "Raters",
            "Median AUC",
            "IQR",
            "Bootstrap median",
            "Bootstrap IQR",
            "Median F1",
            "Pooled F1",
            "Minutes per reader",
            "Seconds per case",
        ),
        tuple(rows),
        "IQR over raters; bootstrap columns over the pooled resamples of the group.",
    )
