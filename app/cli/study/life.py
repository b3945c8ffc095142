"""`scintiread study withdraw` and `exclude`: who leaves a frozen study, and what is taken out of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Verb = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def configure(verb: Verb) -> None:
    """Add the verbs; `verb` makes a parser that takes the study's folder first."""
    withdraw = verb("withdraw", "take a reader out of a frozen study, on record", run_withdraw)
    withdraw.add_argument("--reader", required=True, metavar="CODE")
    withdraw.add_argument("--replace-by", default="", metavar="CODE", help="a new reader in the place")
    exclude = verb("exclude", "take a case out of a frozen study, on record", run_exclude)
    exclude.add_argument("--case", required=True, metavar="CODE")
    for parser in (withdraw, exclude):
        parser.add_argument("--by", required=True, metavar="NAME", help="who decides it")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why; say nothing of the truth")
        parser.add_argument("--undo", action="store_true", help="take it back; both stay on record")


def run_withdraw(chosen: argparse.Namespace) -> int:
    """Withdraw a reader, or let one read again."""
    from app.workflows.study.life import Decided, reinstate_reader, withdraw_reader

    decided = Decided(chosen.by, chosen.reason)
    if chosen.undo:
        print(reinstate_reader(chosen.study, chosen.reader, decided).sentence)
    else:
        print(withdraw_reader(chosen.study, chosen.reader, decided, chosen.replace_by).sentence)
    return 0


def run_exclude(chosen: argparse.Namespace) -> int:
    """Exclude a case, or take it in again."""
    from app.workflows.study.life import Decided, exclude_case, readmit_case

    decide = readmit_case if chosen.undo else exclude_case
    print(decide(chosen.study, chosen.case, Decided(chosen.by, chosen.reason)).sentence)
    return 0
