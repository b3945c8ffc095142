"""The preflight: everything that could go wrong while reading, found before anybody reads."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress, one_by_one
from app.scan.hashing import view_hash
from app.scan.identity import identity_in, same_person
from app.scan.scan import Scan
from app.store.opening import OpenStudy, open_study
from app.study.case import StudyCase
from app.study.findings import Finding, Severity
from app.study.order import order_problems
from app.study.protocol import Mode, Protocol
from app.study.truth import read_truth
from app.wording import counted
from app.workflows.study.ai_check import ai_findings
from app.workflows.study.beside_check import beside_findings
from app.workflows.study.case_scan import read_case
from app.workflows.study.left_out import left_out
from app.workflows.study.lesion_masks import mask_findings
from app.workflows.study.protocol import refresh_protocol
from app.workflows.study.truth_record import seal_truth

_SHOWN = 3
"""So many patients are named by their cases."""
LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Preflight:
    """What was found, the blocking findings first."""

    protocol: Protocol
    cases: int
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What has to be put right first."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.BLOCKING)

    @property
    def ok(self) -> bool:
        """Whether reading may begin."""
        return not self.blocking


def study_check(study: Path | str, progress: Progress | None = None) -> Preflight:
    """Read every scan and check everything; raises AppError when the study cannot be opened at all."""
    progress = progress or NoProgress()
    opened = open_study(study)
    try:
        findings = _study_findings(opened)
        protocol = opened.studies.current().protocol
        cases = opened.studies.cases()
        findings += _truth_findings(opened, protocol, cases)
        if opened.studies.current().frozen_utc is None and not opened.database.sealed:
            with suppress(AppError):  # a damaged truth is among the findings
                seal_truth(opened.folder)  # as it was edited last, before anybody reads
        findings += ai_findings(opened, protocol, cases)
        seen: dict[str, str] = {}
        for case in one_by_one(cases, progress, "Case"):
            findings += _case_findings(opened.folder.path, case, protocol, seen)
            findings += beside_findings(opened.folder.path, case, protocol)
        findings += _repeated_patients(opened.folder.path, cases)
        progress.report(1.0, f"{counted(len(cases), 'case')} checked")
        order = list(Severity)
        findings.sort(key=lambda finding: order.index(finding.severity))
        return Preflight(protocol, len(cases), tuple(findings))
    finally:
        opened.close()


def _study_findings(study: OpenStudy) -> list[Finding]:
    findings = []
    try:
        refresh_protocol(study)
    except AppError as error:
        findings.append(Finding(Severity.BLOCKING, error.message, error.hint))
    protocol = study.studies.current().protocol
    cases = [case.code for case in study.studies.cases()]
    if not cases:
        findings.append(Finding(Severity.BLOCKING, "The study has no cases.", "Add some."))
    findings += [Finding(Severity.BLOCKING, str(problem)) for problem in order_problems(protocol, cases)]
    if study.database.sealed:
        text = "The study lies where nobody can write, so nothing can be read into it."
        findings.append(Finding(Severity.BLOCKING, text, "Copy it to where readers may write."))
    free = shutil.disk_usage(study.folder.path).free
    if free < LEAST_FREE_BYTES:
        text = f"Only {free // 1024 // 1024} MB are free where the study lies."
        findings.append(Finding(Severity.WARNING, text, "Free some space before reading begins."))
    findings += [_left_out(reason, count) for reason, count in left_out(study.folder).most_common()]
    if protocol.mode is Mode.CROSSOVER and len(protocol.readers) % 2:
        text = f"{counted(len(protocol.readers), 'reader')} cannot be counterbalanced evenly."
        findings.append(Finding(Severity.NOTE, text, "An even number can."))
    return findings


def _left_out(reason: str, count: int) -> Finding:
    were = counted(count, "file was", "files were")
    return Finding(Severity.NOTE, f"{were} left out of the study: {reason}", "Add what belongs to it.")


def _truth_findings(study: OpenStudy, protocol: Protocol, cases: Sequence[StudyCase]) -> list[Finding]:
    training = protocol.mode is Mode.TRAINING
    severity = Severity.BLOCKING if training else Severity.WARNING
    try:
        present = study.folder.truth.is_file()
    except PermissionError:
        return [Finding(Severity.NOTE, "The truth is closed to you, as it should be for a reader.")]
    if not present:
        text = "There is no truth, which training needs." if training else "There is no truth yet."
        remedy = "Make the study with --truth." if training else "Exports will have no truth column."
        return [Finding(severity if training else Severity.NOTE, text, remedy)]
    try:
        truths = read_truth(study.folder.truth)
    except AppError as error:
        return [Finding(Severity.BLOCKING, error.message, error.hint)]
    return [
        Finding(severity, "It has no truth.", "Add it to the truth file.", case.code)
        for case in cases
        if case.code not in truths
    ]


def _case_findings(study: Path, case: StudyCase, protocol: Protocol, seen: dict[str, str]) -> list[Finding]:
    try:
        scan = read_case(study, case)
    except AppError as error:
        return [Finding(Severity.BLOCKING, error.message, error.hint, case.code)]
    findings = []
    hashes = {view.name.value: view_hash(view) for view in scan.views}
    if case.image_hashes and hashes != dict(case.image_hashes):
        text = "Its images are not those that the study was made with."
        findings.append(Finding(Severity.BLOCKING, text, "Put the original file back.", case.code))
    for digest in hashes.values():
        other = seen.setdefault(digest, case.code)
        if other != case.code:
            text = f"It shows the same image as case {other}."
            findings.append(Finding(Severity.BLOCKING, text, "Leave one of them out.", case.code))
            break
    findings += _view_findings(scan, case, protocol)
    findings += mask_findings(study, case.code, scan)
    if not scan.simulated:
        findings += _identity_findings(study, case)
    return findings


def _identity_findings(study: Path, case: StudyCase) -> list[Finding]:
    findings = []
    found = [identity_in(study / file) for file in case.files]
    elements = sorted({name for identity in found for name in identity.elements})
    if elements:
        text = f"Its file carries identity ({', '.join(elements[:4])}{' ...' if len(elements) > 4 else ''})."
        remedy = "Readers never see it; for passing the study on, make it with --copy."
        findings.append(Finding(Severity.WARNING, text, remedy, case.code))
    if any(identity.burned_in for identity in found):
        text = "Its file says that text is burned into the image, which readers would see."
        findings.append(Finding(Severity.BLOCKING, text, "Blank it with `scintiread deidentify`.", case.code))
    return findings


def _repeated_patients(study: Path, cases: Sequence[StudyCase]) -> list[Finding]:
    """One finding when patients have several scans in a study: its cases are not independent then."""
    by_person: dict[str, list[str]] = {}
    for case in cases:
        person = same_person([study / file for file in case.files])
        if person:
            by_person.setdefault(person, []).append(case.code)
    several = [codes for codes in by_person.values() if len(codes) > 1]
    if not several:
        return []
    shown = "; ".join(" and ".join(codes) for codes in several[:_SHOWN])
    more = " ..." if len(several) > _SHOWN else ""
    have = counted(len(several), "patient has", "patients have")
    text = f"{have} more than one scan in the study ({shown}{more})."
    remedy = "The statistics take cases as independent: keep one scan of each patient, or state it."
    return [Finding(Severity.WARNING, text, remedy)]


def _view_findings(scan: Scan, case: StudyCase, protocol: Protocol) -> list[Finding]:
    findings = []
    single = len(scan.views) < 2
    if single:
        severity = Severity.NOTE if protocol.allow_missing_view else Severity.BLOCKING
        remedy = "" if protocol.allow_missing_view else "Add the view, or set allow_missing_view = true."
        findings.append(
            Finding(severity, f"Only the {scan.views[0].name.value} view is there.", remedy, case.code)
        )
    if scan.needs_confirmation:
        remedy = "Make the study with --confirm-views after looking at it in the library."
        findings.append(
            Finding(
                Severity.BLOCKING,
                "Which view is which was guessed and confirmed by nobody.",
                remedy,
                case.code,
            )
        )
    told = ("Only the ", "Which view is which")
    findings += [
        Finding(Severity.WARNING, warning, "", case.code)
        for warning in scan.warnings
        if not warning.startswith(told)
    ]
    return findings
