"""Tables of how the study was read: times, order, reliance on the algorithm, marks, what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from app.analysis.study import Analysis
from app.analysis.timing import TimeSpan
from app.report.numbers import MISSING, fixed, interval, p_value
from app.report.report_table import ReportTable, share, shown_arm

SEQUENTIAL_TIMES = (
    "The time to the final answer runs from the first frame: it is the time to the locked answer and "
    "the time with the AI, from the reveal on, together."
)
"""What the times of a sequential study are."""


def conduct(analysis: Analysis) -> Iterator[ReportTable]:
    """All of them, empty ones included."""
    yield from _times(analysis)
    yield _reliance(analysis)
    yield _planned(analysis)
    yield _froc(analysis)
    yield _exclusions(analysis)


def _times(analysis: Analysis) -> Iterator[ReportTable]:
    times = analysis.time
    if times is None:
        return
    rows = [
        (
            row.reader,
            shown_arm(row.arm),
            row.span.value,
            str(row.seconds.n),
            fixed(row.seconds.median, 1),
            fixed(row.seconds.iqr, 1),
            fixed(row.seconds.geometric_mean, 1),
            fixed(row.seconds.total_minutes, 1),
        )
        for row in times.readers
    ]
    yield ReportTable(
        "time",
        "Active reading time",
        ("Reader", "Arm", "Measured", "Reads", "Median (s)", "IQR (s)", "Geometric mean (s)", "Total (min)"),
        tuple(rows),
        SEQUENTIAL_TIMES if analysis.readings.with_ai is not None else "",
    )
    ratios = [
        (
            row.reader,
            _ratio(row.first, row.second, row.spans),
            str(row.ratio.n),
            fixed(row.ratio.estimate),
            interval(row.ratio.ci),
            p_value(row.ratio.p_t),
            p_value(row.ratio.p_wilcoxon),
        )
        for row in times.ratios
    ]
    if len(times.ratios) > len(times.arms):
        ratios += [
            (
                "all, readers fixed",
                _ratio(arm.first, arm.second, arm.spans),
                str(arm.by_case.n),
                fixed(arm.by_case.estimate),
                interval(arm.by_case.ci),
                p_value(arm.by_case.p_t),
                p_value(arm.by_case.p_wilcoxon),
            )
            for arm in times.arms
        ]
    ratios += [
        (
            "all, readers and cases random",
            _ratio(arm.first, arm.second, arm.spans),
            str(arm.crossed.n_cases),
            fixed(arm.crossed.estimate),
            interval(arm.crossed.ci),
            p_value(arm.crossed.p),
            MISSING,
        )
        for arm in times.arms
        if arm.crossed
    ]
    yield ReportTable(
        "time_ratio",
        "Ratio of reading times",
        ("Reader", "Ratio", "Cases", "Geometric mean ratio", "95 % CI", "p (t, log time)", "p (Wilcoxon)"),
        tuple(ratios),
        "Cases are random in every row, readers only where the row says so: then by an ANOVA of log times "
        "(Hillis' degrees of freedom), for which there is no Wilcoxon test. Readers fixed: each case's "
        "geometric mean over the readers. No p where nothing varies.",
    )
    order = [
        (
            row.reader,
            shown_arm(row.arm),
            str(row.effect.n),
            fixed(row.effect.ratio_per_ten),
            interval(row.effect.ci),
            p_value(row.effect.p),
        )
        for row in times.order
    ]
    yield ReportTable(
        "order",
        "Reading time along the list",
        ("Reader", "Arm", "Reads", "Ratio per ten cases", "95 % CI", "p"),
        tuple(order),
    )


def _ratio(first: str, second: str, spans: tuple[TimeSpan, TimeSpan]) -> str:
    """“aided / unaided”, in a sequential study “aided (final answer) / unaided (locked answer)”."""
    named = (f"{arm}{_SHORT.get(span, '')}" for arm, span in zip((first, second), spans, strict=True))
    return " / ".join(named)


_SHORT = {TimeSpan.LOCKED: " (locked answer)", TimeSpan.FINAL: " (final answer)"}


def _reliance(analysis: Analysis) -> ReportTable:
    rows = [
        (
            row.reader,
            row.model or MISSING,
            row.cases,
            str(row.switches.n),
            share(row.switches.helpful_switches),
            share(row.switches.harmful_switches),
            *(
                share(one) if one else MISSING
                for one in (row.switches.over_reliance, row.switches.under_reliance)
            ),
        )
        for row in analysis.reliance
    ]
    return ReportTable(
        "reliance",
        "What readers did with the algorithm",
        (
            "Reader",
            "Algorithm",
            "Which cases",
            "Cases",
            "Wrong → right",
            "Right → wrong",
            "Followed wrong advice",
            "Ignored right advice",
        ),
        tuple(rows),
        "Shares of the calls that were wrong, right, right and wrongly advised, wrong and rightly advised "
        f"before. {_ADVICE[any(row.on_record for row in analysis.reliance)]}",
    )


_ADVICE = {
    True: "The advice is what each reader was shown, by the record of the reading.",
    False: "No record tells what readers were shown; the advice is that of the table of predictions.",
}


def _planned(analysis: Analysis) -> ReportTable:
    rows = [
        (
            row.plan,
            row.reader,
            shown_arm(row.arm),
            str(row.n),
            *(share(one) for one in (row.point.accuracy, row.point.sensitivity, row.point.specificity)),
            fixed(row.auc),
        )
        for row in analysis.planned
    ]
    return ReportTable(
        "planned_ai",
        "Cases on which the algorithm was planned to be wrong or absent",
        ("Plan", "Reader", "Arm", "Cases", "Right calls", "Sensitivity", "Specificity", "AUC"),
        tuple(rows),
        f"Readers did not know of them. In all other tables but that of switches they are "
        f"{analysis.options.planned_cases.value}. Nothing is tested here: these cases are few, and chosen.",
    )


def _froc(analysis: Analysis) -> ReportTable:
    rows = [
        (
            row.reader,
            shown_arm(row.arm),
            *(fixed(value) for value in (row.wafroc, row.afroc, row.wafroc1, row.afroc1, row.hr_auc)),
        )
        for row in analysis.froc
    ]
    return ReportTable(
        "froc",
        "Free-response figures of merit",
        ("Reader", "Arm", "wAFROC", "AFROC", "wAFROC1", "AFROC1", "HrAUC"),
        tuple(rows),
    )


def _exclusions(analysis: Analysis) -> ReportTable:
    rows = [
        (row.reader, shown_arm(row.arm), row.case, str(row.line or MISSING), row.reason)
        for row in analysis.readings.exclusions
    ]
    return ReportTable(
        "exclusions",
        "Records that were not analysed",
        ("Reader", "Arm", "Case", "Line", "Reason"),
        tuple(rows),
    )
