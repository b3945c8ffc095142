"""The tables of agreement: all readers, two of them, and each with themselves."""

from __future__ import annotations

from collections.abc import Iterator

from app.analysis.study import Analysis
from app.report.numbers import MISSING, fixed, interval, percent
from app.report.report_table import ReportTable, shown_arm, table_of

_SAME = "A kappa is missing where all answers are the same."


def agreement_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """All of them, empty ones included."""
    yield _group_agreement(analysis)
    yield _intraclass(analysis)
    yield _pair_agreement(analysis)
    yield _intra_reader(analysis)


def _group_agreement(analysis: Analysis) -> ReportTable:
    return table_of(
        "agreement",
        "Agreement of all readers",
        analysis.agreement.fleiss,
        (
            ("Arm", lambda row: shown_arm(row.arm)),
            ("On", lambda row: row.what),
            ("Readers", lambda row: str(row.agreement.raters)),
            ("Cases", lambda row: str(row.agreement.n)),
            ("Fleiss' kappa", lambda row: fixed(row.agreement.fleiss)),
            ("95 % CI of kappa", lambda row: interval(row.fleiss.ci)),
            ("z", lambda row: fixed(row.agreement.z, 2)),
            ("Krippendorff's alpha, nominal", lambda row: fixed(row.agreement.krippendorff_nominal)),
            ("ordinal", lambda row: fixed(row.agreement.krippendorff_ordinal)),
            ("Gwet's AC1", lambda row: fixed(row.gwet.estimate)),
            ("95 % CI of AC1", lambda row: interval(row.gwet.ci)),
        ),
        _SAME,
    )


def _intraclass(analysis: Analysis) -> ReportTable:
    return table_of(
        "intraclass",
        "Intraclass correlation of the ratings",
        analysis.agreement.intraclass,
        (
            ("Arm", lambda row: shown_arm(row.arm)),
            ("Cases", lambda row: str(row.ratings.n)),
            ("ICC(2,1), agreement", lambda row: fixed(row.ratings.agreement)),
            ("95 % CI of agreement", lambda row: interval(row.ratings.agreement_ci)),
            ("ICC(3,1), consistency", lambda row: fixed(row.ratings.consistency)),
            ("95 % CI of consistency", lambda row: interval(row.ratings.consistency_ci)),
        ),
        "One rating of one reader, on the cases that all readers rated; readers and cases random.",
    )


def _pair_agreement(analysis: Analysis) -> ReportTable:
    weighted = {(one.first, one.second): one for one in analysis.agreement.weighted}
    plain = {(one.first, one.second, one.what): one for one in analysis.agreement.cohen}
    pairs = dict.fromkeys([*weighted, *((first, second) for first, second, _ in plain)])
    rows = []
    for pair in pairs:
        call, rating, weight = plain.get((*pair, "call")), plain.get((*pair, "rating")), weighted.get(pair)
        cells = (
            _kappa(call.kappa, call.ci) if call else MISSING,
            _kappa(rating.kappa, rating.ci) if rating else MISSING,
            _kappa(weight.linear, weight.linear_ci) if weight else MISSING,
            _kappa(weight.quadratic, weight.quadratic_ci) if weight else MISSING,
        )
        rows.append((*pair, str(weight.n if weight else call.n if call else 0), *cells))
    return ReportTable(
        "kappa",
        "Agreement of two raters (Cohen's kappa)",
        ("First", "Second", "Cases", "Calls", "Ratings", "Ratings, linear", "Ratings, quadratic"),
        tuple(rows),
        _SAME,
    )


def _kappa(value: float, ci: tuple[float, float]) -> str:
    """“0.451 (0.301–0.602)”, without an interval where there is none."""
    limits = interval(ci)
    return fixed(value) if limits == MISSING else f"{fixed(value)} ({limits})"


def _intra_reader(analysis: Analysis) -> ReportTable:
    return table_of(
        "intra_reader",
        "Each reader with themselves: hidden repeats",
        analysis.agreement.intra_reader,
        (
            ("Reader", lambda row: row.reader),
            ("Arm", lambda row: shown_arm(row.arm)),
            ("Cases read twice", lambda row: str(row.n)),
            ("Same call", lambda row: percent(row.call_agreement)),
            ("Kappa of calls", lambda row: fixed(row.call_kappa)),
            ("Ratings, linear", lambda row: fixed(row.linear)),
            ("Ratings, quadratic", lambda row: fixed(row.quadratic)),
            ("Mean |difference| of ratings", lambda row: fixed(row.mean_absolute_difference, 1)),
            ("Mean difference", lambda row: fixed(row.mean_difference, 1)),
        ),
        f"Difference: second minus first. {_SAME}",
    )
