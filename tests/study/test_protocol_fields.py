"""The table of protocol fields leaves nothing out and changes one field at a time."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from app.study.protocol import Allocation, Mode, Protocol
from app.study.protocol_fields import DEFAULTS, FIELDS, GROUPS, FieldKind, ProtocolField, value_of, with_value
from app.study.protocol_problems import protocol_problems

NUMBERS = [row for row in FIELDS if type(value_of(DEFAULTS, row.path)) in (int, float)]
DOCS = Path(__file__).parents[2] / "docs" / "study.md"


def leaves(part: object, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for entry in fields(part):  # type: ignore[arg-type]
        value = getattr(part, entry.name)
        path = f"{prefix}{entry.name}"
        found |= leaves(value, f"{path}.") if is_dataclass(value) else {path}
    return found


def test_every_field_of_the_protocol_has_exactly_one_row() -> None:
    paths = [row.path for row in FIELDS]
    assert sorted(paths) == sorted(leaves(DEFAULTS))


def test_every_row_has_a_plain_label_and_an_explanation() -> None:
    assert [row.path for row in FIELDS if not row.label or not row.meaning.endswith(".")] == []
    assert len({row.label for row in FIELDS}) == len(FIELDS)


def doc_lines() -> list[str]:
    """The table of the protocol in docs/study.md, as it follows from the fields."""
    lines = []
    for group, rows in GROUPS.items():
        lines.append(f"| **{group}** | | |")
        for row in rows:
            choices = [f"`{value}`: {words.rpartition(': ')[2]}" for value, words in row.choices.items()]
            listed = f" {'; '.join(choices)}." if choices else ""
            bounds = f" {row.bounds[0]:g} to {row.bounds[1]:.16g}." if row in NUMBERS else ""
            default = json.dumps(value_of(DEFAULTS, row.path))
            meaning = row.meaning.replace("|", "\\|")
            lines.append(f"| `{row.path}` | `{default}` | {row.label}. {meaning}{listed}{bounds} |")
    return lines


def test_the_documents_say_of_each_field_what_the_form_says() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [line for line in doc_lines() if line not in text] == []


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.path)
def test_a_number_out_of_its_bounds_is_a_problem_of_its_field(row: ProtocolField) -> None:
    for value in (row.bounds[0] - 1, row.bounds[1] + 1):
        found = protocol_problems(with_value(Protocol("A study", "A"), row.path, value))
        assert row.path in {problem.path for problem in found}


@pytest.mark.parametrize(
    "row", [row for row in FIELDS if row.kind is FieldKind.CHOICE], ids=lambda row: row.path
)
def test_a_choice_offers_every_value_with_its_meaning(row) -> None:
    kind = type(value_of(DEFAULTS, row.path))
    assert set(row.choices) == set(kind)
    assert all(row.choices.values())


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.path)
def test_changing_a_field_changes_that_field_only(row) -> None:
    new = {
        FieldKind.TEXT: "x",
        FieldKind.LONG_TEXT: "two\nlines",
        FieldKind.WHOLE: 7,
        FieldKind.DECIMAL: 0.25,
        FieldKind.LIST: ("a", "b"),
        FieldKind.LINES: ("a, b", "c"),
        FieldKind.SHOWN: 3,
    }.get(row.kind)
    if row.kind is FieldKind.YES_NO:
        new = not value_of(DEFAULTS, row.path)
    if row.kind is FieldKind.CHOICE:
        new = list(row.choices)[-1]
    changed = with_value(DEFAULTS, row.path, new)
    assert value_of(changed, row.path) == new
    others = [other.path for other in FIELDS if other.path != row.path]
    assert all(value_of(changed, path) == value_of(DEFAULTS, path) for path in others)


def test_fields_that_do_not_matter_in_a_mode_are_left_out() -> None:
    def shown(protocol: Protocol) -> set[str]:
        return {row.path for row in FIELDS if row.matters(protocol)}

    unaided = shown(DEFAULTS)
    assert not {"washout_days", "washout", "ai.model", "split_plot_groups", "repeat_distance"} & unaided
    crossover = shown(with_value(DEFAULTS, "mode", Mode.CROSSOVER))
    assert {"washout_days", "washout", "ai.model", "ai.wrong_cases"} <= crossover
    assert "split_plot_groups" in shown(with_value(DEFAULTS, "allocation", Allocation.SPLIT_PLOT))
