"""The sentence on cases of which the algorithm's answer was planned, the same in methods and checklist."""

from __future__ import annotations

from app.analysis.study import Analysis
from app.plan import PlannedCases
from app.wording import counted


def planned_sentence(analysis: Analysis) -> str:
    """How many there are and what became of them; "" when there are none."""
    if not analysis.planned:
        return ""
    most = {plan: max(row.n for row in analysis.planned if row.plan == plan) for plan in _plans(analysis)}
    said = " and ".join(f"{plan} on {counted(n, 'case')}" for plan, n in most.items())
    fate = (
        "They are left out of every analysis but that of switches, and are reported apart."
        if analysis.options.planned_cases is PlannedCases.LEFT_OUT
        else "As planned they are kept in every analysis; what readers did on them is also reported apart."
    )
    return f"To measure reliance the algorithm was {said}, unknown to the readers. {fate}"


def _plans(analysis: Analysis) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.plan for row in analysis.planned))
