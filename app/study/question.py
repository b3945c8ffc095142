"""One question of a protocol, as one line: `key | What is asked | kind`, or with ` | when` behind it.

Kinds: `text`; `number 0-60`, with decimals where a bound has them (`0.0-100.0`), and a unit behind it;
`scale 1-5`, with a word for each step in brackets; `choice one, another`; `several one, another`; `yes/no`.
`optional` in front of a kind lets it stay empty. When: `aided`, `unaided`, `if KEY is ANSWER`, or both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.language import for_later, tr

KINDS = (
    "text, number 0-60 mm, scale 1-5 (a word for each), choice one, another, several one, another, or yes/no"
)
"""How a line may say what is answered."""
LONGEST = 2000
SEPARATOR = "; "
"""Between the answers of a question that takes several."""
_WHOLE = for_later("A whole number from {low} to {high}.")


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    NUMBER = "number"
    SCALE = "scale"
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes/no"


ORDERED = (QuestionKind.NUMBER, QuestionKind.SCALE)
"""Kinds whose answers are numbers."""


@dataclass(frozen=True)
class Question:
    """One question; `low` and `high` bound a number or a scale, `words` are those of a scale's steps.

    `arm` is the reading condition that it is asked in, empty for each. With `only_if`, a key and an answer,
    it is asked where that question has that answer.
    """

    key: str
    text: str
    kind: QuestionKind = QuestionKind.TEXT
    low: float = 0
    high: float = 0
    decimals: bool = False
    unit: str = ""
    words: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    choice_words: tuple[str, ...] = ()
    """How the choices are shown, where that is another language than they are recorded in."""
    optional: bool = False
    arm: str = ""
    only_if: tuple[str, str] | None = None

    @property
    def options(self) -> Mapping[str, str]:
        """What can be chosen, as it is recorded, with how it is shown; empty where something is typed."""
        if self.kind is QuestionKind.SCALE:
            steps = [str(step) for step in range(int(self.low), int(self.high) + 1)]
            words = self.words or ("",) * len(steps)
            return {step: f"{step} {word}".strip() for step, word in zip(steps, words, strict=True)}
        return dict(zip(self.choices, self.choice_words or self.choices, strict=True))

    @property
    def dictionary(self) -> str:
        """The question in the data dictionary."""
        told = ", ".join(self.options.values())
        if self.kind is QuestionKind.NUMBER or (self.kind is QuestionKind.SCALE and not self.words):
            told = f"{self.low:g} to {self.high:g} {self.unit}".strip()
        if self.kind is QuestionKind.SEVERAL:
            told = f"any of {told}, separated by ; and a space"
        told = f"{self.text} ({told})" if told else self.text
        when = [f"asked {self.arm}"] if self.arm else []
        when += [f"asked if {self.only_if[0]} is {self.only_if[1]}"] if self.only_if else []
        return "; ".join([told, *when])


def read_questions(lines: Iterable[str]) -> tuple[Question, ...]:
    """The questions of some lines; raises ValueError, as a sentence, for a line that is none."""
    asked = tuple(_question(line) for line in lines)
    before: dict[str, Question] = {}
    for question in asked:
        if question.key in before:
            raise ValueError(f'the key "{question.key}" stands there twice.')
        if question.only_if is not None:
            key, answer = question.only_if
            if key not in before:
                raise ValueError(f'"{question.key}" is asked if "{key}" …, which is no question before it.')
            if answer not in before[key].options:
                raise ValueError(f'"{answer}" is no answer that "{key}" can have.')
        before[question.key] = question
    return asked


def asked_now(asked: Sequence[Question], answers: Mapping[str, str], arm: str) -> tuple[Question, ...]:
    """The questions that these answers lead to in a reading condition."""
    now: dict[str, Question] = {}
    for question in asked:
        if question.arm not in ("", arm):
            continue
        if question.only_if is None:
            now[question.key] = question
        elif question.only_if[0] in now:
            key, answer = question.only_if
            if answer in answers.get(key, "").split(SEPARATOR):
                now[question.key] = question
    return tuple(now.values())


def answer_problem(question: Question, answer: str) -> str:
    """What is wrong with an answer, as a short sentence; empty when nothing is."""
    said = answer.strip()
    if not said:
        return "" if question.optional else tr("Please answer.")
    if len(said) > LONGEST:
        return tr("At most {most} letters.", most=LONGEST)
    match question.kind:
        case QuestionKind.NUMBER:
            form = r"\d{1,9}(\.\d{1,6})?" if question.decimals else r"\d{1,9}"
            if not re.fullmatch(form, said) or not question.low <= float(said) <= question.high:
                said = tr("A number from {low} to {high}.") if question.decimals else tr(_WHOLE)
                return said.format(low=f"{question.low:g}", high=f"{question.high:g}")
        case QuestionKind.SCALE:
            if said not in question.options:
                return tr(_WHOLE, low=f"{question.low:g}", high=f"{question.high:g}")
        case QuestionKind.SEVERAL:
            chosen = said.split(SEPARATOR)
            if len(chosen) != len(set(chosen)) or not set(chosen) <= set(question.choices):
                return tr("Choose among the answers.")
        case QuestionKind.CHOICE | QuestionKind.YES_NO:
            if said not in question.choices:
                return tr("Choose one of the answers.")
    return ""


def recorded(question: Question, answers: Mapping[str, str]) -> str | int | float | None:
    """What was said to a question, a number where it asks for one; None where nothing was."""
    said = answers.get(question.key)
    if said is None or question.kind not in ORDERED:
        return said
    return float(said) if question.decimals else int(said)


def complaint(question: Question, wrong: str) -> str:
    """What is wrong with its answer, as a sentence that names the question."""
    return f"{question.text} {wrong}" if question.text.endswith("?") else f"{question.text}: {wrong}"


def problems(asked: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with all answers, by key."""
    found = {question.key: answer_problem(question, answers.get(question.key, "")) for question in asked}
    return {key: text for key, text in found.items() if text}


_LINE = re.compile(
    r"\s*([a-z][a-z0-9_]{0,31})\s*\|\s*([^|]+?)\s*\|\s*(optional\s+)?([^|]+?)\s*(?:\|\s*([^|]+?)\s*)?"
)
_NUMBER = re.compile(r"number\s+(\d{1,9}(?:\.\d{1,6})?)-(\d{1,9}(?:\.\d{1,6})?)(?:\s+(\S.{0,19}))?")
_SCALE = re.compile(r"scale\s+(\d{1,4})-(\d{1,4})(?:\s*\((.+)\))?")
_LONGEST_SCALE = 20
_IF = re.compile(r"if\s+([a-z][a-z0-9_]*)\s+is\s+(.+)")


def _question(line: str) -> Question:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise ValueError(f'"{line}" is no question; write: key | What is asked | number 0-60.')
    plain = _of_kind(parts[1], parts[2], parts[4])
    return _when(replace(plain, optional=bool(parts[3])), parts[5] or "")


def _of_kind(key: str, text: str, kind: str) -> Question:
    number, scale = _NUMBER.fullmatch(kind), _SCALE.fullmatch(kind)
    if number is not None and float(number[1]) < float(number[2]):
        low, high, decimals = float(number[1]), float(number[2]), "." in number[1] + number[2]
        return Question(key, text, QuestionKind.NUMBER, low, high, decimals, unit=number[3] or "")
    if scale is not None and int(scale[1]) < int(scale[2]):
        low, high, words = int(scale[1]), int(scale[2]), _listed(scale[3] or "")
        if high - low > _LONGEST_SCALE:
            raise ValueError(f'"{kind}" has too many steps; write a number instead.')
        if words and len(words) != high - low + 1:
            raise ValueError(f'"{kind}" has {len(words)} words for {high - low + 1} steps.')
        return Question(key, text, QuestionKind.SCALE, low, high, words=words)
    if kind == "yes/no":
        return Question(key, text, QuestionKind.YES_NO, choices=("yes", "no"))
    if kind == "text":
        return Question(key, text)
    for word in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
        choices = _listed(kind.removeprefix(f"{word} "))
        if kind.startswith(f"{word} ") and len(choices) > 1:
            if len(set(choices)) < len(choices) or any(";" in choice for choice in choices):
                raise ValueError(f'"{kind}": every answer stands there once, and without a semicolon.')
            return Question(key, text, word, choices=choices)
    raise ValueError(f'"{kind}" is no kind of question; it may be {KINDS}.')


def _when(question: Question, told: str) -> Question:
    for word in _listed(told):
        condition = _IF.fullmatch(word)
        if condition is not None:
            question = replace(question, only_if=(condition[1], condition[2]))
        elif word in ("aided", "unaided"):
            question = replace(question, arm=word)
        else:
            raise ValueError(f'"{word}" is no time to ask; write aided, unaided, or if KEY is ANSWER.')
    return question


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
