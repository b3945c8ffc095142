"""Tables of parts of a study: subgroups, the other analysis set, and whether parts differ from each other."""

from __future__ import annotations

from collections.abc import Iterator

from app.analysis.planned_results import SubsetRow
from app.analysis.study import Analysis
from app.report.numbers import fixed, interval, p_value
from app.report.report_table import ReportTable, shown_arm, table_of


def subgroup_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """Each part by itself, then one against the other."""
    yield _subsets(analysis)
    yield _contrasts(analysis)


def _subsets(analysis: Analysis) -> ReportTable:
    unknown = {row.subset: row.unknown for row in analysis.subsets if row.unknown}
    return table_of(
        "subsets",
        "Subgroups and the other analysis set",
        analysis.subsets,
        (
            ("Part", lambda row: row.subset),
            ("By", lambda row: "protocol" if row.planned else "exploratory"),
            ("Readers", lambda row: str(row.readers)),
            ("Cases (diseased)", lambda row: f"{row.cases} ({row.diseased})"),
            ("Measure", lambda row: row.measure),
            ("Arms", lambda row: f"{row.first} − {row.second}" if row.second else shown_arm(row.first)),
            ("Means", lambda row: " / ".join(fixed(one) for one in _means(row))),
            ("Difference", lambda row: fixed(row.estimate)),
            ("95 % CI", lambda row: interval(row.ci)),
            ("p", lambda row: p_value(row.p)),
        ),
        " ".join(
            [
                "Each part by itself, and no p is adjusted. A dash: the part has not both diseased and "
                "normal cases, or nothing to compare.",
                *(f"{subset}: not known of {count}." for subset, count in unknown.items()),
            ]
        ),
    )


def _contrasts(analysis: Analysis) -> ReportTable:
    return table_of(
        "subgroup_contrasts",
        "One subgroup against another",
        analysis.subgroup_contrasts,
        (
            ("Subgroups", lambda row: f"{row.subset} against {row.other}"),
            ("By", lambda row: "protocol" if row.planned else "exploratory"),
            ("Readers", lambda row: str(row.readers)),
            ("Measure", lambda row: row.measure),
            ("Arms", lambda row: f"{row.first} − {row.second}"),
            ("Difference of differences", lambda row: fixed(row.estimate)),
            ("95 % CI", lambda row: interval(row.ci)),
            ("p", lambda row: p_value(row.p)),
            ("Inference", lambda row: row.generalise.value),
        ),
        "A test of interaction; no p is adjusted. Subgroups are seldom large enough for it: a large p does "
        "not say that they are alike.",
    )


def _means(row: SubsetRow) -> tuple[float, ...]:
    return (row.first_mean, row.second_mean) if row.second else (row.first_mean,)
