"""What could go wrong with what a study shows beside its scans, found before anybody reads."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.study.aside_rules import Moment, clinical_fields, further_series
from app.study.case import StudyCase
from app.study.findings import Finding, Severity
from app.study.protocol import Protocol
from app.workflows.study.kept_prior import prior_of
from app.workflows.study.series import read_series


def beside_findings(study: Path, case: StudyCase, protocol: Protocol) -> list[Finding]:
    """What is kept and cannot be shown blocks; what a case has not is a note."""
    found = []
    try:
        read_series(study, case, protocol.beside)
        prior_of(study, case)
    except AppError as error:
        found.append(Finding(Severity.BLOCKING, error.message, error.hint, case.code))
    remedy = "Readers see the case without it."
    missing = [f"It has no {what}." for what in _missing(case, protocol)]
    return [*found, *(Finding(Severity.NOTE, text, remedy, case.code) for text in missing)]


def _missing(case: StudyCase, protocol: Protocol) -> list[str]:
    rules, there = protocol.beside, case.beside
    series = {each.key for each in there.series}
    lack = [f"value of {each.name}" for each in clinical_fields(rules) if each.key not in there.fields]
    lack += [f"series {each.name}" for each in further_series(rules) if each.key not in series]
    return lack + ["prior scan"] * (rules.prior is not Moment.OFF and there.prior is None)
