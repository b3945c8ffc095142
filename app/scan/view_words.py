"""Words and codes by which files name the side of a view."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.scan.scan import ViewName

VIEW_CODES = {
    "399321004": ViewName.ANTERIOR,
    "G-5215": ViewName.ANTERIOR,
    "G-5200": ViewName.ANTERIOR,
    "399001007": ViewName.POSTERIOR,
    "G-5216": ViewName.POSTERIOR,
    "G-5201": ViewName.POSTERIOR,
}
"""DICOM PS3.16 CID 26: SNOMED CT, and the SRT codes before it; G-5200 and G-5201 are retired."""

_FRONT, _BACK = ViewName.ANTERIOR, ViewName.POSTERIOR
_TERMS = {"ANTERIOR": _FRONT, "ANT": _FRONT, "AP": _FRONT, "POSTERIOR": _BACK, "POST": _BACK, "PA": _BACK}
_PLAIN = {
    "FRONT": _FRONT, "FRONTAL": _FRONT, "VORNE": _FRONT, "VORN": _FRONT, "VENTRAL": _FRONT,
    "BACK": _BACK, "HINTEN": _BACK, "DORSAL": _BACK,
}  # fmt: skip
"""Words of plain language; they count where none of the terms stands beside them ("back_pain_ant")."""
_TWO_MEANINGS = {"POST", "AP", "PA", "FRONT", "BACK", "VENTRAL", "DORSAL"}
"""After, a person's initials, a surname, the thoracic spine: sides for sure only beside their opposite."""
_CHINESE = re.compile(r"(?<![后後])前(?:位|面)|(?<!前)[后後](?:位|面)")
"""Front and back view; 前后位 (anteroposterior, a direction of rays) is neither."""
_RUN = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"[A-ZÄÖÜ]+(?![a-zäöüß])|[A-ZÄÖÜ]?[a-zäöüß]+")
_AFTER = re.compile(
    r"POST[\s_.-]*(?:INJ|INFUS|VOID|MIC|MIK|URI|OP(?![A-Z])|OPER|SURG|THER|TREAT|TX|RX|CHEMO|RT(?![A-Z])|RAD|ADT|"
    r"CONTRAST|DOSE|LASIX|FURO|HYDR|STRESS|EXERC|TRAUM|FRACT|IMPLANT|TRANSPL|RESECT|MASTECT|PROSTAT|CATHET)",
    re.IGNORECASE,
)
"""POST that means after: an injection, emptying of the bladder, an operation, treatment."""


@dataclass(frozen=True)
class SideWord:
    """A word that names a side, and where it stands in the text; `alone`: it does without its opposite."""

    start: int
    end: int
    side: ViewName
    alone: bool


def side_words(text: str) -> tuple[SideWord, ...]:
    """The words of a text that name sides: terms, or else words of plain language."""
    after = {match.start() for match in _AFTER.finditer(text)}
    terms, plain = [], []
    for start, end in _words(text):
        word = text[start:end].upper()
        if word in ("AP", "PA") and (text[:start][-1:].isdigit() or text[end : end + 1].isdigit()):
            continue  # PA000001 is a patient
        if word in _TERMS and start not in after:
            terms.append(SideWord(start, end, _TERMS[word], word not in _TWO_MEANINGS))
        elif word in _PLAIN:
            plain.append(SideWord(start, end, _PLAIN[word], word not in _TWO_MEANINGS))
    for match in _CHINESE.finditer(text):
        side = _FRONT if match.group().startswith("前") else _BACK
        plain.append(SideWord(match.start(), match.end(), side, alone=True))
    return tuple(terms or plain)


def named_side(words: str) -> ViewName | None:
    """The side that a text names, None when it names none or both."""
    sides = {word.side for word in side_words(words)}
    return sides.pop() if len(sides) == 1 else None


def surely_named(words: str) -> bool:
    """Whether the side that a text names needs no opposite to be believed."""
    return named_side(words) is not None and any(word.alone for word in side_words(words))


def ge_suffix(name: str) -> ViewName | None:
    """The side by GE's data set suffix: `_E` is anterior, `_F` posterior."""
    return {"_E": ViewName.ANTERIOR, "_F": ViewName.POSTERIOR}.get(name.strip().upper()[-2:])


def without_side(stem: str) -> str:
    """A file's stem without the word that names its side, so that both files of a pair agree."""
    bare = stem
    for word in reversed(side_words(stem)):
        bare = bare[: word.start] + bare[word.end :]
    return re.sub(r"([\W_])[\W_]+", r"\1", bare).strip(" _-.") if bare != stem else stem


def _words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text lie; a run of letters that is no side falls apart at its capitals."""
    found = []
    for run in _RUN.finditer(text):
        if run.group().upper() in _TERMS or run.group().upper() in _PLAIN:
            found.append(run.span())
        else:
            found += [
                (run.start() + part.start(), run.start() + part.end())
                for part in _CAMEL.finditer(run.group())
            ]
    return found
