"""The table of protocol fields leaves nothing out and changes one field at a time."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from app.gui.pages.study.field_table import FIELDS, GROUPS
from app.gui.pages.study.fields import Kind, value_of, with_value
from app.study.protocol import Allocation, Mode, Protocol


def leaves(part: object, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for entry in fields(part):  # type: ignore[arg-type]
        value = getattr(part, entry.name)
        path = f"{prefix}{entry.name}"
        found |= leaves(value, f"{path}.") if is_dataclass(value) else {path}
    return found


PROTOCOL = Protocol(title="A study", code="A")


def test_every_field_of_the_protocol_has_exactly_one_row() -> None:
    paths = [row.path for row in FIELDS]
    assert sorted(paths) == sorted(leaves(PROTOCOL))


def test_every_row_has_a_plain_label_and_an_explanation() -> None:
    assert [row.path for row in FIELDS if not row.label or not row.meaning.endswith(".")] == []
    assert len({row.label for row in FIELDS}) == len(FIELDS)


def test_each_group_is_in_one_piece() -> None:
    order = [row.group for row in FIELDS]
    assert [group for index, group in enumerate(order) if index == 0 or order[index - 1] != group] == list(
        GROUPS
    )


@pytest.mark.parametrize("row", [row for row in FIELDS if row.kind is Kind.CHOICE], ids=lambda row: row.path)
def test_a_choice_offers_every_value_with_its_meaning(row) -> None:
    kind = type(value_of(PROTOCOL, row.path))
    assert set(row.choices) == set(kind)
    assert all(row.choices.values())


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.path)
def test_changing_a_field_changes_that_field_only(row) -> None:
    new = {
        Kind.TEXT: "x",
        Kind.LONG_TEXT: "two\nlines",
        Kind.WHOLE: 7,
        Kind.DECIMAL: 0.25,
        Kind.LIST: ("a", "b"),
        Kind.LINES: ("a, b", "c"),
        Kind.SHOWN: 3,
    }.get(row.kind)
    if row.kind is Kind.YES_NO:
        new = not value_of(PROTOCOL, row.path)
    if row.kind is Kind.CHOICE:
        new = list(row.choices)[-1]
    changed = with_value(PROTOCOL, row.path, new)
    assert value_of(changed, row.path) == new
    others = [other.path for other in FIELDS if other.path != row.path]
    assert all(value_of(changed, path) == value_of(PROTOCOL, path) for path in others)


def test_fields_that_do_not_matter_in_a_mode_are_left_out() -> None:
    def shown(protocol: Protocol) -> set[str]:
        return {row.path for row in FIELDS if row.matters(protocol)}

    unaided = shown(PROTOCOL)
    assert not {"washout_days", "washout", "ai.model", "split_plot_groups", "repeat_distance"} & unaided
    crossover = shown(with_value(PROTOCOL, "mode", Mode.CROSSOVER))
    assert {"washout_days", "washout", "ai.model", "ai.wrong_cases"} <= crossover
    assert "split_plot_groups" in shown(with_value(PROTOCOL, "allocation", Allocation.SPLIT_PLOT))
