"""What could go wrong with the AI of a study's aided readings, found before anybody reads."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import AppError
from app.model_identity import ModelIdentity
from app.store.ai_results import AiEntry
from app.store.opening import OpenStudy
from app.study.ai_doubts import unfamiliar
from app.study.case import StudyCase
from app.study.findings import Finding, Severity
from app.study.planned_ai import planned
from app.study.protocol import Protocol
from app.study.truth import read_truth
from app.wording import counted


def ai_findings(study: OpenStudy, protocol: Protocol, cases: Sequence[StudyCase]) -> list[Finding]:
    """A case without a result blocks; what was computed from other images or weights is a warning."""
    if not protocol.reveals_ai:
        return []
    entries = {entry.case: entry for entry in study.ai.entries()}
    absent = frozenset(protocol.ai.absent_cases)
    without = [case.code for case in cases if case.code not in absent and case.code not in entries]
    if without and len(without) == len(cases) - len(absent & {case.code for case in cases}):
        text = "Aided readings are planned, but there is no AI result for any case."
        return [Finding(Severity.BLOCKING, text, "Compute the AI results first, or choose mode unaided.")]
    remedy = "Compute it, or list the case in ai.absent_cases."
    found = [Finding(Severity.BLOCKING, "It has no AI result.", remedy, code) for code in without]
    shown = [(case, entries[case.code]) for case in cases if case.code in entries and case.code not in absent]
    found += [finding for case, entry in shown for finding in _case_findings(case, entry, protocol)]
    return [
        *found,
        *_model_findings(protocol, [entry for _, entry in shown]),
        *_plan_findings(study, protocol),
    ]


def _case_findings(case: StudyCase, entry: AiEntry, protocol: Protocol) -> list[Finding]:
    found = []
    if dict(entry.images) != dict(case.image_hashes):
        text = "Its AI result was made from other images."
        found.append(Finding(Severity.WARNING, text, "Compute the AI results again.", case.code))
    if protocol.ai.heatmap and not entry.heatmap:
        text = "Its AI result has no heat map."
        found.append(Finding(Severity.WARNING, text, "Readers see the probability alone.", case.code))
    if unfamiliar(entry.familiarity):
        text = f"It is unlike the scans that the model knows: familiarity {entry.familiarity:.1f} of 100."
        found.append(
            Finding(Severity.NOTE, text, "Look whether it is a whole-body scan as meant.", case.code)
        )
    return found


def _model_findings(protocol: Protocol, entries: Sequence[AiEntry]) -> list[Finding]:
    if not entries:
        return []
    first = entries[0].model
    found = []
    if protocol.ai.model and not protocol.ai.names(first):
        text = f"The protocol names the model {protocol.ai.model}, but the AI results are of {first.name}."
        found.append(Finding(Severity.WARNING, text, "Compute them again, or change ai.model."))
    installed = _installed_sha(first)
    if installed and first.weights_sha256 and installed != first.weights_sha256:
        text = f"The AI results were computed with other weights than {first.title} has now."
        found.append(Finding(Severity.WARNING, text, "Compute the AI results again."))
    return found


def _installed_sha(model: ModelIdentity) -> str:
    """The weights of the installed model of that name and version, "" when there is none."""
    from app.learning.weights import installed_models

    try:
        models = installed_models()
    except AppError:  # a damaged registry is the matter of the page that shows it
        return ""
    same = [each for each in models if (each.name, each.version) == model.source[:2]]
    return same[-1].weights_sha256 if same else ""


def _plan_findings(study: OpenStudy, protocol: Protocol) -> list[Finding]:
    """Planned wrong results that turn out right, where the truth is known to whoever checks."""
    if not protocol.ai.wrong_cases:
        return []
    try:
        truth = read_truth(study.folder.truth) if study.folder.truth.is_file() else {}
    except (AppError, PermissionError):  # the truth is checked elsewhere, and closed to readers
        return []
    right = []
    for case in protocol.ai.wrong_cases:
        result = planned(study.ai.get(case), protocol.ai, case)
        if result is not None and case in truth:
            right += [case] if (result.probability >= result.threshold) == truth[case].truth else []
    if not right:
        return []
    text = f"{counted(len(right), 'planned wrong AI result')} would be right: the model itself errs there."
    return [
        Finding(Severity.WARNING, text, "Draw the wrong cases anew with `scintiread study ai --wrong N`.")
    ]
