"""What the AI says in a study: who may be shown it, what the protocol plans of it, what state it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import AppError
from app.model_identity import ModelIdentity
from app.store.ai_results import AiEntry
from app.store.opening import OpenStudy, open_study
from app.study.ai_result import AiResult
from app.study.assignment import Assignment
from app.study.planned_ai import draw_errors, planned, without
from app.study.protocol import AiRules, Arm, Mode, Protocol
from app.study.reading import AiShown
from app.study.truth import read_truth
from app.wording import counted
from app.workflows.study.protocol import refresh_protocol, set_protocol

FROZEN_AI = "Readers have begun: what the AI says can no longer be changed."


@dataclass(frozen=True)
class AiState:
    """How far a study's AI results are: of `wanted` cases `without` have none; `source` names the model."""

    wanted: int
    without: tuple[str, ...]
    source: str = ""
    aided: bool = False
    """Whether the protocol has an aided arm at all."""

    @property
    def sentence(self) -> str:
        """The state in a line for the coordinator."""
        if not self.source:
            return "No AI result is kept." if self.aided else "This study shows no AI; none is needed."
        said = f"{self.wanted - len(self.without)} of {counted(self.wanted, 'case')}: {self.source}."
        return said if self.aided else f"{said} The mode of this study shows no AI to readers."


class StudyAi:
    """The AI of one session: fetched when it may be shown, and the same for the record."""

    def __init__(self, study: OpenStudy, protocol: Protocol) -> None:
        self._study = study
        self._protocol = protocol
        self._shown: dict[str, AiShown | None] = {}

    def result(self, assignment: Assignment) -> AiResult | None:
        """What is shown beside a case; None in an arm without AI. Raises AppError when it is damaged."""
        if not (self._protocol.mode is Mode.SEQUENTIAL or assignment.arm is Arm.AIDED):
            return None
        self._shown[assignment.case] = None  # a result that cannot be opened was not shown
        self._study.put_on_record()
        found = planned(self._study.ai.get(assignment.case), self._protocol.ai, assignment.case)
        self._shown[assignment.case] = found.shown if found is not None else None
        return found

    def shown(self, assignment: Assignment) -> AiShown | None:
        """What the record of the aided answer says of it."""
        if assignment.case not in self._shown:
            self.result(assignment)
        return self._shown.get(assignment.case)


def ai_results_for(study: OpenStudy, reader: str, cases: Sequence[str]) -> Mapping[str, AiResult]:
    """What the AI is going to say to this reader, by case; planned absent ones are not among them."""
    rules = study.studies.current().protocol.ai
    own = {assignment.case for assignment in study.studies.plan(reader)}
    found = {case: planned(study.ai.get(case), rules, case) for case in cases if case in own}
    return {case: result for case, result in found.items() if result is not None}


def wanted_cases(study: OpenStudy) -> list[str]:
    """The cases that need a result: all but those where the AI is planned to be absent."""
    absent = study.studies.current().protocol.ai.absent_cases
    return without([case.code for case in study.studies.cases()], absent)


def ai_state(path: Path) -> AiState:
    """How far the AI results of a study are; raises AppError when it cannot be opened."""
    study = open_study(path)
    try:
        protocol = study.studies.current().protocol
        entries = {entry.case: entry for entry in study.ai.entries()}
        wanted = wanted_cases(study)
        missing = tuple(case for case in wanted if case not in entries)
        names = {entry.model.title for entry in entries.values()}
        return AiState(len(wanted), missing, ", ".join(sorted(names)), Arm.AIDED in protocol.arms)
    finally:
        study.close()


def clear_ai(path: Path) -> int:
    """Remove all AI results; how many there were. Raises AppError once somebody has read."""
    study = open_study(path)
    try:
        require_unread(study)
        return study.ai.clear()
    finally:
        study.close()


def require_unread(study: OpenStudy) -> None:
    """Raise AppError when a reading has been made: what readers saw must stay as it was."""
    if any(study.readings.readers()):
        raise AppError(FROZEN_AI, "Make a new study for another model.")


def require_same_source(study: OpenStudy, model: ModelIdentity) -> tuple[AiEntry, ...]:
    """What is kept of this very model; raises AppError when readers have begun with another one."""
    entries = study.ai.entries()
    others = [entry for entry in entries if entry.model.source != model.source]
    if others:
        require_unread(study)
    return tuple(entry for entry in entries if entry.model.source == model.source)


def name_model(path: Path, model: ModelIdentity, threshold: float) -> str:
    """Write a model and its threshold into the protocol, unless it is frozen or names that model already.

    A threshold that somebody typed stands: one that is neither the usual one nor that of the results of the
    model that was named before. Gives a sentence on which threshold stands and what was replaced, "" where
    nobody could expect anything else. Raises AppError when the frozen protocol names another model.
    """
    study = open_study(path)
    try:
        refresh_protocol(study)
        kept = study.studies.current()
        rules = kept.protocol.ai
        own = {entry.threshold for entry in study.ai.entries() if rules.names(entry.model)}
    finally:
        study.close()
    stands = f"The protocol's threshold {rules.threshold:g} stands; that of {model.name} is {threshold:g}."
    if rules.names(model):
        return stands if rules.threshold != threshold else ""
    if kept.frozen_utc is not None:
        if not rules.model:
            return ""
        raise AppError(
            f"The frozen protocol names the model {rules.model}, not {model.name}.",
            "Make a new study for another.",
        )
    typed = rules.threshold not in {AiRules().threshold, *own}
    taken = replace(rules, model=model.name, threshold=rules.threshold if typed else threshold)
    set_protocol(path, replace(kept.protocol, ai=taken))
    notes = [f"The protocol names {model.name} now, before {rules.model}."] if rules.model else []
    if typed and rules.threshold != threshold:
        notes.append(stands)
    elif rules.model and rules.threshold != threshold:
        notes.append(f"Its threshold is {threshold:g} now, before {rules.threshold:g}.")
    return " ".join(notes)


def plan_errors(path: Path, wrong: int, absent: int) -> None:
    """Draw the cases where the AI is going to be wrong or absent, from the study's seed, into the protocol.

    Nobody is told which; the exports are. Raises AppError once the protocol is frozen, and when there are
    fewer cases with a result than were asked for.
    """
    study = open_study(path)
    try:
        refresh_protocol(study)
        protocol = study.studies.current().protocol
        cases = without([case.code for case in study.studies.cases()], protocol.warm_up_cases)
        truth = read_truth(study.folder.truth) if study.folder.truth.is_file() else {}
        threshold = protocol.ai.threshold
        calls = {
            entry.case: entry.probability
            >= (threshold if protocol.ai.names(entry.model) else entry.threshold)
            for entry in study.ai.entries()
        }
    finally:
        study.close()
    known = {case: entry.truth for case, entry in truth.items()}
    try:
        drawn = draw_errors(cases, calls, known, (wrong, absent), protocol.seed)
    except ValueError as error:
        raise AppError(
            f"{str(error)[0].upper()}{str(error)[1:]}.", "Compute the AI results first."
        ) from error
    ai = replace(protocol.ai, wrong_cases=drawn[0], absent_cases=drawn[1])
    set_protocol(path, replace(protocol, ai=ai))
