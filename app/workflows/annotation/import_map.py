"""How labels from elsewhere and pictures are meant in an annotated folder: `annotations/import.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.annotation.class_names import ClassNames, quoted, word_key
from app.annotation.classes import ClassTable, read_toml
from app.errors import AppError
from app.files import write_whole
from app.scan.scan import ViewName
from app.scan.told_sides import NOTHING_TOLD, ToldSides

FILE = "import.toml"


@dataclass(frozen=True)
class ImportMap:
    """`sides`: which half or file is which view; `numbers`: classes of numbers in masks; `names`: our class
    by the name that others have for it.
    """

    sides: ToldSides = NOTHING_TOLD
    numbers: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def on(self, names: ClassNames) -> ClassNames:
        """Names of classes with those of the folder, which go before."""
        mine = {word_key(theirs): names.of(ours) for theirs, ours in self.names.items()}
        return ClassNames(names.table, {**names.given, **mine})

    def with_more(self, other: ImportMap) -> ImportMap:
        """This one, and what another says beside or instead."""
        words = {side: word for word, side in (*self.sides.words, *other.sides.words)}
        sides = ToldSides(
            other.sides.left or self.sides.left, tuple((word, side) for side, word in words.items() if word)
        )
        return ImportMap(sides, {**self.numbers, **other.numbers}, {**self.names, **other.names})


def read_import_map(annotations: Path) -> ImportMap:
    """What was kept with a folder's annotations, nothing where nothing was; AppError for a damaged file."""
    file = annotations / FILE
    if not file.is_file():
        return ImportMap()
    content = read_toml(file, "map of imports")
    views, numbers, names = (_texts(content, key) for key in ("views", "numbers", "classes"))
    left = views.get("left", "")
    if left and left not in set(ViewName):
        raise _unusable("“left” is anterior or posterior")
    if wrong := [number for number in numbers if not number.isdecimal()]:
        raise _unusable(f"“{wrong[0]}” is no number of a mask")
    words = tuple((views[side], side) for side in ViewName if views.get(side))
    sides = ToldSides(ViewName(left) if left else None, words)
    return ImportMap(sides, {int(number): name for number, name in numbers.items()}, names)


def keep_import_map(annotations: Path, kept: ImportMap) -> None:
    """Keep it with a folder's annotations, for all annotators; raises AppError."""
    views = {"left": kept.sides.left or "", **{side.value: word for word, side in kept.sides.words}}
    tables = {
        "views": {key: value for key, value in views.items() if value},
        "numbers": {str(number): name for number, name in sorted(kept.numbers.items())},
        "classes": kept.names,
    }
    lines = ["# How pictures and labels from elsewhere are meant in this folder.\n"]
    for title, table in tables.items():
        if table:
            lines.append(f"[{title}]\n")
            lines += [f"{quoted(key)} = {quoted(value)}\n" for key, value in table.items()]
    write_whole(annotations / FILE, "".join(lines))


def check_classes(kept: ImportMap, table: ClassTable) -> None:
    """Raise AppError where a number or name is to mean a class that the table does not have."""
    meant = [ClassNames(table).of(name) for name in (*kept.numbers.values(), *kept.names.values())]
    if strange := table.unknown(meant):
        classes = ", ".join(each.name for each in table.classes)
        raise AppError(f"The table has no class {strange}.", f"The classes are {classes}.")


def _texts(content: Mapping[str, object], key: str) -> dict[str, str]:
    table = content.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise _unusable(f"“{key}” is no table of texts")
    return {str(name): str(value) for name, value in table.items()}


def _unusable(reason: str) -> AppError:
    return AppError(f"The map of imports {FILE} cannot be used: {reason}.", "Correct or remove the file.")
