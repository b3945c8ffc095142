"""`scintiread study panel`: a truth panel from its members' answers to the study's truth."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from app.study.panel import Standing
from app.wording import counted

Verb = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def configure(verb: Verb) -> None:
    """Add the verb; `verb` makes a parser that takes the study's folder first."""
    panel = verb(
        "panel", "list a truth panel's disagreements, have them adjudicated, write the truth", run_panel
    )
    panel.add_argument(
        "--adjudicate", action="store_true", help="put the disputed cases on the adjudicator's list"
    )
    panel.add_argument("--truth", action="store_true", help="write the outcome as the study's truth.csv")


def run_panel(chosen: argparse.Namespace) -> int:
    """Say how the panel stands; 1 while a case is undecided."""
    from app.workflows.study.panel import lay_out_disputes, panel_state, panel_truth

    if chosen.adjudicate:
        added = lay_out_disputes(chosen.study)
        print(f"{counted(added, 'disputed case')} added to the adjudicator's list.")
    state = panel_state(chosen.study)
    print(state.sentence)
    for case in state.cases:
        if case.dispute and case.standing is not Standing.OPEN:
            said = "; ".join(vote.sentence for vote in case.votes)
            decided = f" -> {case.decision.sentence}" if case.decision else ""
            print(f"{case.case} ({case.dispute}): {said}{decided}")
    if chosen.truth:
        print(panel_truth(chosen.study))
    return 0 if all(case.outcome for case in state.cases) else 1
