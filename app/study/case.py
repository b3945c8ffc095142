"""One case of a study, and the hash that freezes protocol and cases together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.study.canonical import canonical_json, sha256_text, to_plain
from app.study.protocol import Protocol


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


_LATER = ("questionnaire", "panel")
"""Parts of the protocol that came later: left out of the hash while they say nothing, so that studies that
were frozen before keep theirs."""


def frozen_sha256(protocol: Protocol, cases: Sequence[StudyCase]) -> str:
    """SHA-256 of the protocol and the case list; where the files lie is no part of it, their content is."""
    listed = sorted(
        (case.code, sorted(case.image_hashes.items()), case.clinical_information) for case in cases
    )
    plain = to_plain(protocol)
    assert isinstance(plain, Mapping)
    blank = Protocol(protocol.title, protocol.code)
    silent = {name for name in _LATER if getattr(protocol, name) == getattr(blank, name)}
    said = {name: value for name, value in plain.items() if name not in silent}
    return sha256_text(canonical_json({"protocol": said, "cases": listed}))
