"""Numbers with their nouns, and what the program may be used for: the words that every room says alike."""

from __future__ import annotations

from app.language import for_later

RESEARCH_USE = (
    for_later(
        "For research, teaching and software testing only. Not a medical device; not cleared or certified "
        "anywhere. Do not use for diagnosis, treatment or triage."
    ),
    for_later(
        "Model outputs, BSTBI and BSI can be wrong and are not clinically validated in this software. Models "
        "trained on synthetic images have unknown performance on patients."
    ),
    for_later("A qualified physician must interpret the original images in approved software."),
)
"""The whole statement, one paragraph each."""
SHORT_RESEARCH_USE = "For research, teaching and software testing only. Not a medical device."
RESEARCH_ONLY = "Research use only."
"""Beside a single result or picture."""
DEVICES = ("auto", "cpu", "cuda", "mps")
"""Where a net may run; auto takes the best that is there."""


def counted(number: int, one: str, several: str = "") -> str:
    """The number with its noun: "1 case", "2,000 cases"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
