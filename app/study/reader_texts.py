"""What readers are told: consent and instructions, confirmed before the first case, and reading help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.study.canonical import JsonValue, sha256_text


class TextKind(StrEnum):
    """Which text; the word stands as the occasion of a questionnaire's event."""

    CONSENT = "consent"
    INSTRUCTIONS = "instructions"


@dataclass(frozen=True)
class ReaderTexts:
    """The texts as they stand in the protocol; an empty line begins a new paragraph."""

    consent: str = ""
    instructions: str = ""
    help: str = ""
    """Shown and hidden beside the images with a key; nobody has to confirm it."""

    def of(self, kind: TextKind) -> str:
        """One of them; empty when there is none."""
        return {TextKind.CONSENT: self.consent, TextKind.INSTRUCTIONS: self.instructions}[kind].strip()


def paragraphs(text: str) -> tuple[str, ...]:
    """The text as it is shown."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def confirmation(text: str) -> dict[str, JsonValue]:
    """What is kept of a confirmed text: that it was this very one."""
    return {"confirmed": "yes", "sha256": sha256_text(text)}


def unconfirmed(texts: ReaderTexts, told: Iterable[Mapping[str, Any]]) -> tuple[TextKind, ...]:
    """The texts that a reader has not confirmed as they are now; `told`: payloads of questionnaire events."""
    known = {(each.get("occasion"), _sha(each.get("answers"))) for each in told}
    return tuple(
        kind for kind in TextKind if texts.of(kind) and (kind.value, sha256_text(texts.of(kind))) not in known
    )


def _sha(answers: object) -> object:
    return answers.get("sha256") if isinstance(answers, Mapping) else None
