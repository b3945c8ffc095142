"""`scintiread study withdraw`, `exclude`, `truth`, `amend`: what is decided of a frozen study, on record."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from app.study.amendable import AMENDABLE

Verb = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def configure(verb: Verb) -> None:
    """Add the verbs; `verb` makes a parser that takes the study's folder first."""
    withdraw = verb("withdraw", "take a reader out of a frozen study, on record", run_withdraw)
    withdraw.add_argument("--reader", required=True, metavar="CODE")
    withdraw.add_argument("--replace-by", default="", metavar="CODE", help="a new reader in the place")
    exclude = verb("exclude", "take a case out of a frozen study, on record", run_exclude)
    exclude.add_argument("--case", required=True, metavar="CODE")
    truth = verb("truth", "correct the truth of a frozen study, on record", run_truth)
    what = truth.add_mutually_exclusive_group(required=True)
    what.add_argument("--case", default="", metavar="CODE", help="the case that is corrected, with --is")
    what.add_argument("--set", type=Path, metavar="truth.csv", help="what differs in this table is corrected")
    what.add_argument("--record", action="store_true", help="put it on record as it lies there now")
    truth.add_argument("--is", dest="value", default="", metavar="1|0", help="metastases or none")
    amend = verb("amend", "amend the protocol of a frozen study, on record", run_amend)
    how = amend.add_mutually_exclusive_group(required=True)
    how.add_argument("--protocol", type=Path, metavar="FILE", help="a protocol.toml to take its place")
    how.add_argument("--field", choices=AMENDABLE, default="", help="one field, with --to")
    amend.add_argument("--to", default="", metavar="TEXT", help="what stands in the field from now on")
    truth.add_argument("--reason", required=True, metavar="TEXT", help="why; no reader sees it")
    papers = verb("papers", "write the randomisation list and a signed audit trail", run_papers)
    where = papers.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="DIR", help="where the papers are written")
    where.add_argument("--check", type=Path, metavar="audit.pdf", help="see whether this study signed it")
    for parser in (withdraw, exclude, amend):
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why; say nothing of the truth")
    for parser in (withdraw, exclude, amend, truth):
        parser.add_argument("--by", required=True, metavar="NAME", help="who decides it")
    for parser in (withdraw, exclude):
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


def run_truth(chosen: argparse.Namespace) -> int:
    """Correct the truth of a case or of several, or put it on record as it is."""
    from app.study.truth import read_truth
    from app.workflows.study.truth_record import correct_case, correct_truth, record_truth

    by, reason = chosen.by, chosen.reason
    if chosen.record:
        print(record_truth(chosen.study, by, reason).sentence)
    elif chosen.set:
        print(correct_truth(chosen.study, list(read_truth(chosen.set).values()), by, reason).sentence)
    else:
        print(correct_case(chosen.study, chosen.case, chosen.value, by, reason).sentence)
    return 0


def run_amend(chosen: argparse.Namespace) -> int:
    """Amend one field, or take a whole protocol whose other fields are as they were."""
    from app.study.protocol_file import read_protocol
    from app.workflows.study.amend import amend_field, amend_protocol

    if chosen.protocol:
        record = amend_protocol(chosen.study, read_protocol(chosen.protocol), chosen.by, chosen.reason)
    else:
        record = amend_field(chosen.study, chosen.field, chosen.to, chosen.by, chosen.reason)
    print(record.sentence)
    return 0


def run_papers(chosen: argparse.Namespace) -> int:
    """Write the papers, or check the signature of one."""
    from app.workflows.study.papers import check_paper, write_papers

    if chosen.check:
        key = check_paper(chosen.study, chosen.check)
        print(f"{chosen.check.name} is as the study signed it, with {key}.")
        return 0
    for file in write_papers(chosen.study, chosen.out):
        print(file)
    return 0
