"""The findings of a preflight and the readers' progress as the rows that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.study.findings import Finding, Severity
from app.wording import counted


class ShownFindings(StrEnum):
    """Which findings are shown."""

    EVERYTHING = "Everything"
    BLOCKING = "Only what blocks"
    WARNINGS = "Only warnings"
    NOTES = "Only notes"


_SHOWN = {
    ShownFindings.BLOCKING: Severity.BLOCKING,
    ShownFindings.WARNINGS: Severity.WARNING,
    ShownFindings.NOTES: Severity.NOTE,
}
_WORDS = {Severity.BLOCKING: "✖ blocks", Severity.WARNING: "⚠ warning", Severity.NOTE: "note"}


@dataclass(frozen=True)
class ReaderLine:
    """One reader's progress; `done` and `total` count presentations."""

    code: str
    done: int
    total: int
    words: str


def finding_rows(
    findings: Sequence[Finding], show: ShownFindings, words: str
) -> list[tuple[str, str, str, str]]:
    """Weight, case, reason and remedy of the findings that pass the filter, the blocking ones first."""
    wanted = words.strip().casefold()
    return [
        (_WORDS[finding.severity], finding.case or "whole study", finding.text, finding.remedy)
        for finding in sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
        if _SHOWN.get(show, finding.severity) is finding.severity
        and wanted in f"{finding.case} {finding.text} {finding.remedy}".casefold()
    ]


def findings_words(findings: Sequence[Finding]) -> tuple[str, str]:
    """One sentence on the preflight, and two words for the list of steps."""
    number = {severity: sum(each.severity is severity for each in findings) for severity in Severity}
    blocking = number[Severity.BLOCKING]
    others = " and ".join(
        counted(number[severity], word)
        for severity, word in ((Severity.WARNING, "warning"), (Severity.NOTE, "note"))
        if number[severity]
    )
    if blocking:
        verb = "keeps" if blocking == 1 else "keep"
        return (
            f"{counted(blocking, 'finding')} {verb} the study from being read; {others or 'nothing else'}.",
            (f"{blocking} blocking"),
        )
    return (
        f"Nothing blocks: reading may begin. {others.capitalize() + '.' if others else ''}".strip(),
        "passed",
    )
