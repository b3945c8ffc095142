"""Texts as numbers, where only one number can be meant."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.tables.names import NOTHING

_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
"""A comma before three digits: 1,034 may be a thousand and something, or one and something."""
_ABSENT = {"9", "99", "999", "9999", "99999", "-1", "-9", "-99", "-999", "-9999", "-99999"}
"""What statistics packages are told to write for a missing value."""
_FAR = 4.0


def number(text: str) -> float:
    """The number, or NaN for what is none; a decimal comma is understood."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.nan


def problem(values: Sequence[str]) -> tuple[int, str, str] | None:
    """The first value of a column that is no number or may be two: its place, what is wrong, what to do."""
    commas = [place for place, value in enumerate(values) if "," in value]
    certain = any(
        _NUMBER.fullmatch(values[place]) and not _THOUSANDS.fullmatch(values[place]) for place in commas
    )
    points = next((place for place, value in enumerate(values) if "." in value), None)
    for place, value in enumerate(values):
        if value.lower() in NOTHING:
            continue
        if not certain and _THOUSANDS.fullmatch(value):
            plain, point = value.replace(",", ""), value.replace(",", ".", 1)
            either = f"{plain} or {point}" if math.isfinite(number(point)) else plain
            return place, f"“{value[:40]}” may be {either}", f"Write it without a comma, as {plain}."
        if not math.isfinite(number(value)):
            return (
                place,
                f"“{value[:40]}” is not a number",
                "Write a number, or leave the cell empty when the case was not read.",
            )
    if certain and points is not None:
        said = f"“{values[points][:40]}” has a decimal point, others of the column a decimal comma"
        return points, said, "Write all of them in one way."
    return None


def stand_in(values: Sequence[str]) -> tuple[int, str] | None:
    """The first value that looks like a mark of absence (999, -1), with its place; None when there is none.

    It is one when it is written as such and lies far outside everything else in the column, or below a
    column that has nothing else below zero.
    """
    marks = {value for value in values if value in _ABSENT}
    others = [float_ for value in values if value not in marks and math.isfinite(float_ := number(value))]
    if not marks or not others:
        return None
    low, high = min(others), max(others)
    reach = max(abs(low), abs(high))
    for place, value in enumerate(values):
        if value not in marks:
            continue
        at = float(value)
        if at > 0 and at - high > _FAR * reach:
            return place, value
        if at < 0 <= low and (at < -1 or high >= 5):
            return place, value
    return None
