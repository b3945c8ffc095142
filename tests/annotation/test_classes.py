from __future__ import annotations

from pathlib import Path

import pytest

from app import paths
from app.annotation.classes import FILE_NAME, UNKNOWN, class_table, own_table, read_classes
from app.errors import AppError

ROW = """[[class]]
name = "{name}"
number = {number}
three = 1
colour = "{colour}"
key = "1"
code = ["a", "b", "c"]
"""


def table(folder: Path, *rows: str, head: str = "version = 2\n") -> Path:
    file = folder / FILE_NAME
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(head + "".join(rows))
    return file


def row(name: str = "x", number: int = 1, colour: str = "#102030") -> str:
    return ROW.format(name=name, number=number, colour=colour)


def test_the_shipped_table_has_the_classes_of_the_field() -> None:
    names = [each.name for each in class_table().classes]
    assert names == [
        "metastasis", "degenerative", "fracture", "other benign", "equivocal", "physiological", "bladder",
        "kidney", "injection site", "artefact",
    ]  # fmt: skip
    assert class_table().of("metastasis").three == 2
    assert len({each.colour for each in class_table().classes}) == len(names)


def test_a_label_that_is_not_in_the_table_is_shown_as_unknown() -> None:
    assert class_table().of("Hot spot?") is UNKNOWN


def test_a_table_of_one_s_own_replaces_the_shipped_one() -> None:
    assert own_table() is class_table()
    table(paths.user_config(), row("hot"))
    assert [each.name for each in own_table().classes] == ["hot"]
    assert own_table().classes[0].rgb == (16, 32, 48)


@pytest.mark.parametrize(
    ("rows", "head", "reason"),
    [
        ((row(), row("y")), "version = 2\n", "number 1"),
        ((row(), row("x", 2)), "version = 2\n", "name x"),
        ((row(colour="red"),), "version = 2\n", "no colour"),
        ((row(number=300),), "version = 2\n", "number 1-254"),
        (('[[class]]\nname = "x"\n',), "version = 2\n", "has no code"),
        ((), "version = 2\n", "no classes"),
        ((row(),), "version = \n", "cannot be used"),
    ],
)
def test_a_table_edited_badly_is_refused_with_its_row(
    rows: tuple[str, ...], head: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(AppError, match=reason):
        read_classes(table(tmp_path, *rows, head=head))
