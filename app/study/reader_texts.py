"""What readers are told: consent and instructions, confirmed before the first case, and reading help."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.language import ENGLISH, LANGUAGES
from app.study.canonical import JsonValue, sha256_text


class TextKind(StrEnum):
    """Which text; the word stands as the occasion of a questionnaire's event."""

    CONSENT = "consent"
    INSTRUCTIONS = "instructions"


@dataclass(frozen=True)
class ReaderTexts:
    """The texts as they stand in the protocol; an empty line begins a new paragraph.

    A line of `translations` is "language | text | in that language": of a text as the protocol has it, or of
    `consent`, `instructions` and `help`, where each line is one more paragraph.
    """

    consent: str = ""
    instructions: str = ""
    help: str = ""
    """Shown and hidden beside the images with a key; nobody has to confirm it."""
    translations: tuple[str, ...] = ()

    def of(self, kind: TextKind, language: str = "") -> str:
        """One of them, in this language if there is a translation; empty when there is none."""
        own = {TextKind.CONSENT: self.consent, TextKind.INSTRUCTIONS: self.instructions}[kind].strip()
        return (self._said(kind.value, language) or own) if own else ""

    def help_in(self, language: str) -> str:
        """The reading help in this language if there is a translation."""
        return self._said("help", language) or self.help

    def forms(self, kind: TextKind) -> tuple[str, ...]:
        """The text in each of its languages; none when there is no such text."""
        codes = dict.fromkeys(("", *(code for code, _, _ in self._translated())))
        return tuple(dict.fromkeys(filter(None, (self.of(kind, code) for code in codes))))

    def words(self, language: str) -> dict[str, str]:
        """The study's other texts, as the protocol has them, with what they are in this language."""
        return {text: words for code, text, words in self._translated() if code == language}

    def problem(self, texts: Collection[str]) -> str:
        """What is wrong with the first wrong line of the translations; `texts`: the study's own."""
        for line in self.translations:
            parts = _parts(line)
            if len(parts) != 3 or not all(parts):
                return f"“{line}” is not “language | text | in that language”."
            if parts[0] not in LANGUAGES or parts[0] == ENGLISH:
                return f"“{line}”: there is no language {parts[0]}; there is {', '.join(LANGUAGES)}."
            if parts[1] not in texts and parts[1] not in (*TextKind, "help"):
                return f"“{line}”: the protocol has no text “{parts[1]}”."
        return ""

    def _said(self, name: str, language: str) -> str:
        return "\n\n".join(
            words for code, text, words in self._translated() if (code, text) == (language, name)
        )

    def _translated(self) -> Iterator[tuple[str, str, str]]:
        for parts in map(_parts, self.translations):
            if len(parts) == 3:
                yield parts[0], parts[1], parts[2]


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|", 2)]


def paragraphs(text: str) -> tuple[str, ...]:
    """The text as it is shown."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def confirmation(text: str) -> dict[str, JsonValue]:
    """What is kept of a confirmed text: that it was this very one."""
    return {"confirmed": "yes", "sha256": sha256_text(text)}


def unconfirmed(texts: ReaderTexts, told: Iterable[Mapping[str, Any]]) -> tuple[TextKind, ...]:
    """The texts that a reader has not confirmed as they are now, in whichever language.

    `told`: payloads of questionnaire events.
    """
    known = {(each.get("occasion"), _sha(each.get("answers"))) for each in told}
    return tuple(
        kind
        for kind in TextKind
        if texts.of(kind) and not known & {(kind.value, sha256_text(text)) for text in texts.forms(kind)}
    )


def _sha(answers: object) -> object:
    return answers.get("sha256") if isinstance(answers, Mapping) else None
