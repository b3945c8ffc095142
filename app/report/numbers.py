"""Numbers as a paper prints them."""

from __future__ import annotations

import math

MISSING = "–"


def fixed(value: float, digits: int = 3) -> str:
    """A number with so many decimals; a dash when there is none."""
    if math.isnan(value):
        return MISSING
    return "∞" if math.isinf(value) else f"{value:.{digits}f}".replace("-", "−")


def interval(limits: tuple[float, float], digits: int = 3) -> str:
    """“0.812–0.934”; limits that may be negative are joined by “to”."""
    low, high = limits
    if math.isnan(low) or math.isnan(high):
        return MISSING
    joint = " to " if low < 0 or high < 0 else "–"
    return f"{fixed(low, digits)}{joint}{fixed(high, digits)}"


EXACT = "†"


def limits(ci: tuple[float, float], exact: bool) -> str:
    """An interval, with a † where it is exact because no variance could be estimated."""
    return f"{interval(ci)} {EXACT}" if exact else interval(ci)


def p_value(p: float) -> str:
    """Three decimals, “<0.001” below; never 0 and never a bare “n.s.”."""
    if math.isnan(p):
        return MISSING
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def p_phrase(p: float) -> str:
    """“p = 0.031”, “p < 0.001”, or “no p-value”."""
    text = p_value(p)
    if text == MISSING:
        return "no p-value"
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def percent(value: float) -> str:
    """A share as percent with one decimal."""
    return MISSING if math.isnan(value) else f"{100.0 * value:.1f} %"
