"""What the protocol of an annotated folder asks for before a case is done: `annotations/protocol.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app.annotation.checks import CheckKind
from app.annotation.classes import read_toml
from app.errors import AppError
from app.study.question import Question, read_questions

FILE = "protocol.toml"
_MOST_FIELDS = 6


class CheckRule(StrEnum):
    """What a check does."""

    BLOCK = "block"
    """The case is not done as long as there is something."""
    ASK = "ask"
    """It is shown, and the case is done when that is said again."""
    SHOW = "show"
    """It stands in the list of checks alone."""
    OFF = "off"


@dataclass(frozen=True)
class DeskProtocol:
    """The rule of each check; what a folder says nothing of is asked about, a bladder only shown."""

    checks: Mapping[CheckKind, CheckRule] = field(default_factory=dict)
    fields: tuple[Question, ...] = ()
    """What is asked of each lesion."""

    @property
    def needed(self) -> dict[str, str]:
        """What every lesion must have an answer to, by key."""
        return {each.key: each.text for each in self.fields if not each.optional}

    def rule(self, kind: CheckKind) -> CheckRule:
        """What a check does in this folder."""
        return self.checks.get(kind, CheckRule.SHOW if kind is CheckKind.BLADDER else CheckRule.ASK)


def read_desk_protocol(folder: Path) -> DeskProtocol:
    """The protocol in the folder of the annotations; raises AppError naming the key and what it may be."""
    file = folder / FILE
    if not file.is_file():
        return DeskProtocol()
    table = read_toml(file, "protocol of the annotations")
    checks = table.get("checks", {})
    if not isinstance(checks, dict):
        raise _unusable("“checks” is no table")
    rules: dict[CheckKind, CheckRule] = {}
    for key, value in checks.items():
        if key not in set(CheckKind):
            raise _unusable(f"“{key}” is no check; there are {', '.join(CheckKind)}")
        if value not in set(CheckRule):
            raise _unusable(f"“{key}” may be {', '.join(CheckRule)}")
        rules[CheckKind(key)] = CheckRule(value)
    return DeskProtocol(rules, _fields(table.get("lesion", {})))


def _fields(told: object) -> tuple[Question, ...]:
    lines = told.get("fields", []) if isinstance(told, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise _unusable("“lesion” has no list of lines as “fields”")
    try:
        fields = read_questions(lines)
    except ValueError as error:
        raise _unusable(str(error).rstrip(".")) from error
    if any(each.arm or each.only_if for each in fields):
        raise _unusable("a field of a lesion is asked always")
    if len(fields) > _MOST_FIELDS:
        raise _unusable(f"there are more than {_MOST_FIELDS} fields")
    return fields


def _unusable(reason: str) -> AppError:
    return AppError(
        f"The protocol of the annotations {FILE} cannot be used: {reason}.",
        "Correct the file and open the folder again; until then no check blocks.",
    )
