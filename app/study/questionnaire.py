"""What a reader is asked beside the cases: once before the first one, and once after the last.

A question is one line of the protocol: `key | What is asked | kind`. Kinds: `text`, `number 0-60`,
`scale 1-5`, `choice one, another`, `yes/no`; `optional` in front of a kind lets it stay empty. The line
`standard` stands for the questions that observer studies usually ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

KINDS = "text, number 0-60, scale 1-5, choice one, another, or yes/no"
"""How a line may say what is answered."""
STANDARD = "standard"
STANDARD_FIRST = (
    "years_experience | Years of experience in nuclear medicine or radiology | number 0-70",
    "scans_per_year | Whole-body bone scans that you read in a year | number 0-100000",
    "specialty | Specialty | choice nuclear medicine, radiology, both, other",
    "board_certified | Board certified | yes/no",
    "site | Where do you work? | optional text",
)
STANDARD_LAST = (
    "fatigue | How tired are you now? 1 not at all, 5 very | scale 1-5",
    "trust_ai | How far did you trust the AI? 1 not at all, 5 fully | scale 1-5",
    "comment | Anything that we should know | optional text",
)
ABOUT_AI = "trust_ai"
"""Left out of the standard questions where no AI is shown."""
LONGEST = 2000


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    NUMBER = "number"
    SCALE = "scale"
    CHOICE = "choice"
    YES_NO = "yes/no"


@dataclass(frozen=True)
class QuestionnaireRules:
    """The questions before the first and after the last case, as they stand in the protocol."""

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question; `low` and `high` bound a number or a scale."""

    key: str
    text: str
    kind: QuestionKind = QuestionKind.TEXT
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    optional: bool = False

    @property
    def dictionary(self) -> str:
        """The question in the data dictionary."""
        match self.kind:
            case QuestionKind.NUMBER | QuestionKind.SCALE:
                return f"{self.text} ({self.low} to {self.high})"
            case QuestionKind.CHOICE | QuestionKind.YES_NO:
                return f"{self.text} ({', '.join(self.choices)})"
        return self.text


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
    asked = tuple(_question(line) for line in lines)
    keys = [question.key for question in asked]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f'the key "{twice}" stands there twice.')
    return asked


def answer_problem(question: Question, answer: str) -> str:
    """What is wrong with an answer, as a short sentence; empty when nothing is."""
    said = answer.strip()
    if not said:
        return "" if question.optional else "Please answer."
    if len(said) > LONGEST:
        return f"At most {LONGEST} letters."
    match question.kind:
        case QuestionKind.NUMBER | QuestionKind.SCALE:
            if not re.fullmatch(r"\d{1,9}", said) or not question.low <= int(said) <= question.high:
                return f"A whole number from {question.low} to {question.high}."
        case QuestionKind.CHOICE | QuestionKind.YES_NO:
            if said not in question.choices:
                return "Choose one of the answers."
    return ""


def problems(asked: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with all answers, by key."""
    found = {question.key: answer_problem(question, answers.get(question.key, "")) for question in asked}
    return {key: text for key, text in found.items() if text}


_LINE = re.compile(r"\s*([a-z][a-z0-9_]{0,31})\s*\|\s*([^|]+?)\s*\|\s*(optional\s+)?([^|]+?)\s*")
_RANGE = re.compile(r"(number|scale)\s+(\d{1,9})-(\d{1,9})")


def _question(line: str) -> Question:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise ValueError(f'"{line}" is no question; write: key | What is asked | number 0-60.')
    key, text, optional, kind = parts[1], parts[2], bool(parts[3]), parts[4]
    bounds = _RANGE.fullmatch(kind)
    if bounds is not None and int(bounds[2]) < int(bounds[3]):
        low, high = int(bounds[2]), int(bounds[3])
        return Question(key, text, QuestionKind(bounds[1]), low, high, optional=optional)
    if kind == "yes/no":
        return Question(key, text, QuestionKind.YES_NO, choices=("yes", "no"), optional=optional)
    if kind == "text":
        return Question(key, text, optional=optional)
    choices = tuple(part.strip() for part in kind.removeprefix("choice ").split(",") if part.strip())
    if kind.startswith("choice ") and len(choices) > 1:
        return Question(key, text, QuestionKind.CHOICE, choices=choices, optional=optional)
    raise ValueError(f'"{kind}" is no kind of question; it may be {KINDS}.')
