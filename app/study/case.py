"""One case of a study, and the hash that freezes protocol and cases together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.plan import AnalysisSet
from app.study.analysis_rules import AnalysisRules
from app.study.aside_rules import AsideRules
from app.study.canonical import JsonValue, canonical_json, sha256_text, to_plain, without_silent
from app.study.case_beside import CaseBeside
from app.study.protocol import PanelRules, Protocol
from app.study.questionnaire import QuestionnaireRules
from app.study.reader_texts import ReaderTexts


@dataclass(frozen=True)
class StudyCase:
    """A scan within a study, referenced by its files.

    `code` is the pseudonym that stands in every record. `files` are relative to the study folder where
    possible. `image_hashes` maps the view's name to the SHA-256 of its counts.
    """

    code: str
    files: tuple[str, ...]
    image_hashes: Mapping[str, str] = field(default_factory=dict)
    clinical_information: str = ""
    as_shown: bool | None = None
    simulated: bool = False
    beside: CaseBeside = field(default_factory=CaseBeside)
    """A reader on a server sees what is shown later once the own first answer is locked."""


def _first_rules() -> JsonValue:
    """The rules of the analysis as they were before analysis sets and subgroups came."""
    plain = to_plain(AnalysisRules())
    assert isinstance(plain, Mapping)
    return {name: value for name, value in plain.items() if name not in ("analysis_set", "subgroups")}


_LATER: Mapping[str, JsonValue] = {
    "contact": "",
    "deadline": "",
    "questionnaire": to_plain(QuestionnaireRules()),
    "panel": to_plain(PanelRules()),
    "texts": to_plain(ReaderTexts()),
    "texts.help": "",
    "texts.translations": [],
    "ai.familiarity": False,
    "answer.questions": [],
    "answer.call": True,
    "answer.rating": True,
    "answer.mark_questions": [],
    "answer.regions": [],
    "screen.fit_patient": False,
    "beside": to_plain(AsideRules()),
    "analysis.analysis_set": AnalysisSet.ALL.value,
    "analysis.subgroups": [],
    "analysis": _first_rules(),
}
"""Parts of the protocol that came later: left out of the hash while they say nothing, so that studies that
were frozen before keep theirs."""


def frozen_sha256(protocol: Protocol, cases: Sequence[StudyCase]) -> str:
    """SHA-256 of the protocol and the case list; where the files lie is no part of it, their content is."""
    listed = sorted(
        (
            case.code,
            sorted(case.image_hashes.items()),
            case.clinical_information,
            *case.beside.content,
        )
        for case in cases
    )
    plain = to_plain(protocol)
    assert isinstance(plain, Mapping)
    said = without_silent(plain, _LATER)
    return sha256_text(canonical_json({"protocol": said, "cases": listed}))
