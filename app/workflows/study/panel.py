"""Follows a truth panel: who disagrees where, the adjudicator's list, and the truth that comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.files import moved
from app.store.opening import OpenStudy, open_study
from app.study.assignment import Assignment
from app.study.panel import PanelCase, Standing, Vote, panel_cases, vote_of
from app.study.protocol import Arm, Mode, Protocol
from app.study.truth import CaseTruth
from app.wording import counted
from app.workflows.study.truth import keep_truth
from app.workflows.study.truth_record import put_truth_on_record


@dataclass(frozen=True)
class PanelState:
    """How a panel stands; `listed` counts the disputed cases that are on the adjudicator's list."""

    protocol: Protocol
    members: tuple[str, ...]
    cases: tuple[PanelCase, ...]
    listed: int

    def count(self, standing: Standing) -> int:
        """How many cases stand so."""
        return sum(case.standing is standing for case in self.cases)

    @property
    def sentence(self) -> str:
        """The state in one line."""
        parts = [f"{self.count(standing)} {standing.value}" for standing in Standing if self.count(standing)]
        return f"{counted(len(self.cases), 'case')}: {', '.join(parts)}."


def panel_state(path: Path) -> PanelState:
    """Look at a panel; raises AppError when the study is none."""
    study = open_study(path)
    try:
        return state_of(study)
    finally:
        study.close()


def lay_out_disputes(path: Path) -> int:
    """Put every disputed case on the adjudicator's list, in random order by the study's seed; how many were
    added.

    Raises AppError while a member has cases left, or when the protocol names no adjudicator.
    """
    study = open_study(path)
    try:
        state = state_of(study)
        adjudicator = state.protocol.adjudicator
        if not adjudicator:
            raise AppError("The protocol names no adjudicator.", "Set panel.adjudicator before the freeze.")
        unread = state.count(Standing.OPEN)
        if unread:
            has = counted(unread, "case is", "cases are")
            raise AppError(f"{has} not read by all members yet.", "Wait for the others: they must not know.")
        plan = study.studies.plan(adjudicator)
        there = {item.case for item in plan}
        disputed = [case.case for case in state.cases if case.dispute and case.case not in there]
        order = np.random.Generator(np.random.PCG64([state.protocol.seed, 0xAD, len(plan)]))
        added = [
            Assignment(adjudicator, len(plan) + place, disputed[index], Arm.UNAIDED)
            for place, index in enumerate(order.permutation(len(disputed)).tolist(), start=1)
        ]
        study.studies.append_plan(added)
        return len(added)
    finally:
        study.close()


def panel_truth(path: Path, now: datetime | None = None) -> Path:
    """Write the panel's outcome as the study's truth, with where it comes from; an older truth is kept aside.

    Raises AppError while a case is undecided.
    """
    study = open_study(path)
    try:
        state = state_of(study)
        undecided = [case.case for case in state.cases if case.outcome is None]
        if undecided:
            some = ", ".join(undecided[:5]) + (" ..." if len(undecided) > 5 else "")
            raise AppError(
                f"{counted(len(undecided), 'case is', 'cases are')} undecided: {some}.", "Go on first."
            )
        truths = [_truth(case) for case in state.cases]
        file = study.folder.truth
        if file.is_file():
            stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
            moved(file, file.with_name(f"truth-before-{stamp}.csv"))
        keep_truth(study.folder, truths)
        put_truth_on_record(study, "truth panel", "outcome of the panel")
        return file
    finally:
        study.close()


def told_to_adjudicator(study: OpenStudy, reader: str, case: str) -> str:
    """The others' answers on a case, for the adjudicator alone; empty for everybody else."""
    if not reader or reader != study.studies.current().protocol.adjudicator:
        return ""
    found = next((each for each in state_of(study).cases if each.case == case), None)
    return found.told if found is not None and found.votes else ""


def state_of(study: OpenStudy) -> PanelState:
    """The same of an open study."""
    protocol = study.studies.current().protocol
    if protocol.mode is not Mode.PANEL:
        raise AppError("This study is no truth panel.", 'Its protocol needs mode = "panel".')
    members = tuple(reader for reader in protocol.readers if reader != protocol.adjudicator)
    answers: dict[tuple[str, str], Vote] = {}
    for reader in protocol.readers:
        for reading in study.readings.placed(reader):
            if not reading.identity.warm_up and reading.identity.repeat_of is None:
                answers[reader, reading.identity.case] = vote_of(reading)
    warm_up = set(protocol.warm_up_cases)
    codes = [case.code for case in study.studies.cases() if case.code not in warm_up]
    listed = len(study.studies.plan(protocol.adjudicator)) if protocol.adjudicator else 0
    return PanelState(protocol, members, panel_cases(codes, answers, members, protocol.adjudicator), listed)


def _truth(case: PanelCase) -> CaseTruth:
    outcome = case.outcome
    assert outcome is not None, "asked only of decided cases"
    more = {"decided": case.provenance, "panel": "; ".join(vote.sentence for vote in case.votes)}
    return CaseTruth(case.case, bool(outcome.call), regions=", ".join(outcome.regions), more=more)
