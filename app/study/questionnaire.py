"""What a reader is asked beside the cases: once before the first one, and once after the last.

A question is one line of the protocol, as `question` says; the line `standard` stands for the questions that
observer studies usually ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.language import for_later
from app.study.question import Question, read_questions

STANDARD = "standard"
_SPECIALTIES = ", ".join(
    (for_later("nuclear medicine"), for_later("radiology"), for_later("both"), for_later("other"))
)
STANDARD_FIRST = (
    f"years_experience | {for_later('Years of experience in nuclear medicine or radiology')} | number 0-70",
    f"scans_per_year | {for_later('Whole-body bone scans that you read in a year')} | number 0-100000",
    f"specialty | {for_later('Specialty')} | choice {_SPECIALTIES}",
    f"board_certified | {for_later('Board certified')} | yes/no",
    f"site | {for_later('Where do you work?')} | optional text",
)
STANDARD_LAST = (
    f"fatigue | {for_later('How tired are you now? 1 not at all, 5 very')} | scale 1-5",
    f"trust_ai | {for_later('How far did you trust the AI? 1 not at all, 5 fully')} | scale 1-5",
    f"comment | {for_later('Anything that we should know')} | optional text",
)
ABOUT_AI = "trust_ai"
"""Left out of the standard questions where no AI is shown."""


@dataclass(frozen=True)
class QuestionnaireRules:
    """The questions before the first and after the last case, as they stand in the protocol."""

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


class Occasion(StrEnum):
    """When a questionnaire is asked."""

    FIRST = "first"
    LAST = "last"


def questions(rules: QuestionnaireRules, occasion: Occasion, aided: bool) -> tuple[Question, ...]:
    """The questions of an occasion; raises ValueError, as a sentence, for a line that is none."""
    first = occasion is Occasion.FIRST
    standard = STANDARD_FIRST if first else STANDARD_LAST
    lines: list[str] = []
    for line in rules.first if first else rules.last:
        if line.strip() == STANDARD:
            lines += [each for each in standard if aided or not each.startswith(ABOUT_AI)]
        else:
            lines.append(line)
    asked = read_questions(lines)
    timed = next((each.key for each in asked if each.arm or each.only_if), None)
    if timed is not None:
        raise ValueError(f'"{timed}" is asked beside the cases: always, or not at all.')
    return asked
