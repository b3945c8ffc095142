"""`results.md`: what came out, in sentences; and what must be said with it."""

from __future__ import annotations

from collections import Counter

from app.analysis.flow import flow
from app.analysis.planned_results import PlannedTest
from app.analysis.study import Analysis
from app.plan import Endpoint, hypothesis
from app.report.analysis.facts import ReportedStudy
from app.report.numbers import fixed, interval, p_phrase
from app.report.report_table import families, results_of
from app.wording import counted


def results(analysis: Analysis, facts: ReportedStudy) -> str:
    """The whole text as Markdown."""
    parts = [f"# Results: {facts.title or analysis.readings.source}", ""]
    if facts.warning:
        parts += [f"**{facts.warning}**", ""]
    for title, lines in (
        ("Cases and reads", [_flow(analysis)]),
        ("Main result", result(analysis)),
        ("What was left out, floored or negative", _honesty(analysis)),
    ):
        parts += [f"## {title}", "", " ".join(lines), ""]
    return "\n".join(parts).rstrip() + "\n"


def result(analysis: Analysis) -> list[str]:
    """The main result: of the protocol's hypotheses where there are any, of the readers, of algorithms."""
    plan = analysis.options.plan
    level = f"{100 * (1 - plan.alpha):g} %" if plan else ""
    return [_tested(row, level) for row in analysis.planned_tests] + _compared(analysis)


def _tested(row: PlannedTest, level: str) -> str:
    what = "ratio" if hypothesis(row.hypothesis).endpoint is Endpoint.TIME else "difference"
    verdict = ("shown" if row.shown else "not shown") if row.confirmatory else "exploratory"
    return (
        f"Hypothesis {row.number}, {row.hypothesis} ({row.kind}): {verdict}; {what} {fixed(row.estimate)} "
        f"({level} CI {interval(row.ci)}, {p_phrase(row.p)}, adjusted {p_phrase(row.p_adjusted)})."
    )


def _flow(analysis: Analysis) -> str:
    found = flow(analysis.readings)
    every = counted(found.cases, "case")
    return (
        f"Of {every} on record {found.diseased + found.normal} were analysed ({found.diseased} diseased, "
        f"{found.normal} normal), with {found.reads} of {found.planned} reads of the design."
    )


def _compared(analysis: Analysis) -> list[str]:
    main = analysis.mrmc.main
    lines = [
        f"The mean AUC was {fixed(_mean(analysis, one.first))} {one.first} and "
        f"{fixed(_mean(analysis, one.second))} {one.second}: difference {fixed(one.estimate)} "
        f"(95 % CI {_limits(one.ci, one.exact)}, {p_phrase(one.p)})."
        for one in (main.differences if main else ())
    ]
    if main and not main.differences:
        lines += [
            f"The mean AUC of the readers was {fixed(one.estimate)} (95 % CI {_limits(one.ci, one.exact)})."
            for one in main.arms
        ]
    for against in analysis.ai_vs_readers:
        arm = "" if against.arm == "all" else f" ({against.arm})"
        lines.append(
            f"{against.model} minus the mean reader{arm}: {fixed(against.effect)} (95 % CI "
            f"{interval(against.ci)}, "
            f"{p_phrase(against.p)}; non-inferiority {p_phrase(against.non_inferiority.p)})."
        )
    return lines


def _limits(ci: tuple[float, float], exact: bool) -> str:
    return f"{interval(ci)}, exact" if exact else interval(ci)


def _mean(analysis: Analysis, arm: str) -> float:
    main = analysis.mrmc.main
    return next(one.estimate for one in main.arms if one.arm == arm) if main else float("nan")


def _honesty(analysis: Analysis) -> list[str]:
    lines = list(analysis.notes)
    reasons = Counter(row.reason for row in analysis.readings.exclusions)
    lines += [
        f"{count} records left out: {reason} (listed in the table of exclusions)."
        for reason, count in reasons.items()
    ]
    for measure, family in families(analysis):
        for result in results_of(family):
            lines += [f"{measure}: {note}" for note in result.notes]
        lines += [note for one in family.unpaired for note in one.notes]
    for one in analysis.ai_vs_readers:
        lines += [f"{one.model} against readers ({one.arm}): {note}" for note in one.notes]
    return list(dict.fromkeys(lines)) or [
        "Nothing was left out; no floor was active and no variance negative."
    ]
