"""All measures of recipes side by side, at each one's threshold and at 0.5: Hsieh 2021's tables 2 and 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.cells import markdown_table
from app.files import csv_text

RATES: tuple[tuple[str, str], ...] = (
    ("accuracy", "accuracy"),
    ("sensitivity", "sensitivity"),
    ("specificity", "specificity"),
    ("prevalence", "prevalence"),
    ("precision", "precision"),
    ("npv", "NPV"),
    ("f1", "F1"),
)
"""Key and heading, in the order of the paper's tables."""
COUNTS = ("tp", "fp", "fn", "tn")
POINTS = ("at_threshold", "at_half")
"""A net's own threshold, and 0.5."""

Measures = Mapping[str, Any]
"""Rates, AUC and counts of one net at one threshold, as `metrics.json` holds them."""


def plain(value: Any) -> float | None:
    """An estimate without its interval."""
    if value is None:
        return None
    return float(value[0] if isinstance(value, (list, tuple)) else value)


def measures_page(points: Mapping[str, Sequence[tuple[str, Measures]]]) -> list[str]:
    """Markdown lines; points: for each of POINTS the recipes with their measures."""
    head = ("recipe", "threshold", *(words for _, words in RATES), *(name.upper() for name in COUNTS))
    lines: list[str] = []
    for point, title in zip(POINTS, ("At each one's threshold", "At 0.5"), strict=True):
        table = [
            (
                name,
                _shown(one.get("threshold"), 3),
                *(_shown(plain(one[key]), 3) for key, _ in RATES),
                *(str(one[key]) for key in COUNTS),
            )
            for name, one in points[point]
        ]
        lines += ["", f"### {title}", "", *markdown_table(head, table)]
    return lines


def measures_csv(points: Mapping[str, Sequence[tuple[str, Measures]]]) -> bytes:
    """The same as a table: a line for each recipe and threshold, intervals beside the estimates."""
    table: list[list[object]] = []
    keys = ("auc", *(key for key, _ in RATES))
    spread = [part for key in keys for part in (key, f"{key}_low", f"{key}_high")]
    table.append(["recipe", "point", "threshold", *spread, *COUNTS])
    for point in POINTS:
        for name, one in points[point]:
            cells: list[str] = []
            for key in keys:
                value = one[key]
                with_interval = list(value) if isinstance(value, (list, tuple)) else [value, None, None]
                cells += [_shown(each, 6) for each in with_interval]
            table.append(
                [name, point, _shown(one.get("threshold"), 6), *cells, *(one[key] for key in COUNTS)]
            )
    return csv_text(table).encode()


def _shown(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
