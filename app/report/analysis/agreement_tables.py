"""The tables of agreement: all readers, two of them, and each with themselves."""

from __future__ import annotations

from collections.abc import Iterator

from app.analysis.study import Analysis
from app.report.numbers import MISSING, fixed, percent
from app.report.report_table import ReportTable, shown_arm

_SAME = "A kappa is missing where all answers are the same."


def agreement_tables(analysis: Analysis) -> Iterator[ReportTable]:
    """All of them, empty ones included."""
    yield _group_agreement(analysis)
    yield _pair_agreement(analysis)
    yield _intra_reader(analysis)


def _group_agreement(analysis: Analysis) -> ReportTable:
    rows = [
        (
            shown_arm(row.arm),
            row.what,
            str(row.agreement.raters),
            str(row.agreement.n),
            fixed(row.agreement.fleiss),
            fixed(row.agreement.z, 2),
            fixed(row.agreement.krippendorff_nominal),
            fixed(row.agreement.krippendorff_ordinal),
        )
        for row in analysis.agreement.fleiss
    ]
    return ReportTable(
        "agreement",
        "Agreement of all readers",
        ("Arm", "On", "Readers", "Cases", "Fleiss' kappa", "z", "Krippendorff's alpha, nominal", "ordinal"),
        tuple(rows),
        _SAME,
    )


def _pair_agreement(analysis: Analysis) -> ReportTable:
    weighted = {(one.first, one.second): one for one in analysis.agreement.weighted}
    plain = {(one.first, one.second, one.what): one for one in analysis.agreement.cohen}
    pairs = dict.fromkeys([*weighted, *((first, second) for first, second, _ in plain)])
    rows = []
    for pair in pairs:
        call, rating, weight = plain.get((*pair, "call")), plain.get((*pair, "rating")), weighted.get(pair)
        cells = (
            fixed(call.kappa) if call else MISSING,
            fixed(rating.kappa) if rating else MISSING,
            fixed(weight.linear) if weight else MISSING,
            fixed(weight.quadratic) if weight else MISSING,
        )
        rows.append((*pair, str(weight.n if weight else call.n if call else 0), *cells))
    return ReportTable(
        "kappa",
        "Agreement of two raters (Cohen's kappa)",
        ("First", "Second", "Cases", "Calls", "Ratings", "Ratings, linear", "Ratings, quadratic"),
        tuple(rows),
        _SAME,
    )


def _intra_reader(analysis: Analysis) -> ReportTable:
    rows = [
        (
            row.reader,
            shown_arm(row.arm),
            str(row.n),
            percent(row.call_agreement),
            fixed(row.call_kappa),
            fixed(row.linear),
            fixed(row.quadratic),
            fixed(row.mean_absolute_difference, 1),
            fixed(row.mean_difference, 1),
        )
        for row in analysis.agreement.intra_reader
    ]
    return ReportTable(
        "intra_reader",
        "Each reader with themselves: hidden repeats",
        (
            "Reader",
            "Arm",
            "Cases read twice",
            "Same call",
            "Kappa of calls",
            "Ratings, linear",
            "Ratings, quadratic",
            "Mean |difference| of ratings",
            "Mean difference",
        ),
        tuple(rows),
        f"Difference: second minus first. {_SAME}",
    )
