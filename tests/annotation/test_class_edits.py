"""Other classes for a folder: nothing loses its class, and what cannot be told apart is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.annotation.class_edits import ClassRow, edited_table, toml_of, translated
from app.annotation.class_names import ClassNames
from app.annotation.classes import ClassTable, class_table, read_classes
from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

SHIPPED = class_table()
NEW = ClassRow("", "rib uptake", "#123456", "", 1)


def rows(table: ClassTable = SHIPPED, **names: str) -> list[ClassRow]:
    """The rows of a table, some under another name."""
    return [
        ClassRow(each.name, names.get(each.name, each.name), each.colour, each.key, each.three)
        for each in table.classes
    ]


def test_a_class_under_another_name_keeps_number_and_code_and_its_old_name_means_it() -> None:
    table = edited_table(SHIPPED, rows(fracture="broken"), {"fracture": 3})
    was, now = SHIPPED.of("fracture"), table.of("broken")
    assert (now.number, now.code, now.was) == (was.number, was.code, ("fracture",))
    assert table.version == SHIPPED.version + 1
    assert ClassNames(table).of("Fracture") == "broken"
    assert ClassNames(table).is_spelling("fracture"), "without a word each time that it is read"
    back = edited_table(table, rows(table, broken="fracture"), {})
    assert back.of("fracture").was == ("broken",)
    assert edited_table(table, rows(table), {}) is table


def test_a_new_class_has_a_number_and_a_code_of_its_own() -> None:
    table = edited_table(SHIPPED, [*rows(), NEW], {})
    made = table.of("rib uptake")
    assert made.number == max(each.number for each in SHIPPED.classes) + 1
    assert made.code == ("own-11", "99SCINTIREAD", "rib uptake")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (rows()[1:], "“metastasis” is drawn on 2 cases and cannot be deleted"),
        ([*rows(), replace(NEW, name="Fractures")], "“Fractures” and “fracture” cannot be told apart"),
        ([*rows(), replace(NEW, name=" ")], "A class has no name"),
        ([*rows(), replace(NEW, key="3")], "Two classes have the key 3"),
        ([replace(each, three=1) for each in rows()], "No class counts as metastasis"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(wanted: list[ClassRow], said: str) -> None:
    with pytest.raises(AppError, match=said):
        edited_table(SHIPPED, wanted, {"metastasis": 2})


def test_a_new_class_is_not_called_what_another_was_called_before() -> None:
    table = edited_table(SHIPPED, rows(fracture="broken"), {})
    with pytest.raises(AppError, match="“fracture” is what “broken” was called before"):
        edited_table(table, [*rows(table), replace(NEW, name="fracture")], {})


def test_the_file_of_a_table_reads_back(tmp_path: Path) -> None:
    table = edited_table(SHIPPED, [*rows(fracture='a "broken" \x7f 骨折'), NEW], {})
    file = tmp_path / "lesion_classes.toml"
    file.write_text(toml_of(table), encoding="utf-8")
    assert read_classes(file) == table


def test_classes_count_elsewhere_as_what_they_count_here() -> None:
    wanted = [
        replace(row, three=2) if row.was == "equivocal" else row
        for row in rows(metastasis="lytic", fracture="broken")
    ]
    table = edited_table(SHIPPED, [*wanted, NEW, replace(NEW, name="stent", three=0)], {})
    drawn = [
        Region(ViewName.ANTERIOR, disc(50, 50, 5), label=label)
        for label in ("lytic", "equivocal", "broken", "rib uptake", "stent", "strange")
    ]
    there = [each.label for each in translated(drawn, table, SHIPPED)]
    assert there == ["metastasis", "metastasis", "fracture", "other benign", "physiological", "strange"]
    proposed = [replace(drawn[0], label=label) for label in ("metastasis", "fracture", "bladder")]
    assert [each.label for each in translated(proposed, SHIPPED, table)] == ["lytic", "broken", "bladder"]
