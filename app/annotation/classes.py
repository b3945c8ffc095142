"""The classes of what is drawn, with their colours, keys and codes, from one versioned table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app import paths
from app.bounded import toml_in
from app.errors import AppError
from app.files import refusal

FILE_NAME = "lesion_classes.toml"
METASTASIS, BLADDER = "metastasis", "bladder"
METASTATIC = 2
"""The level of classes that count as metastasis."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class LesionClass:
    """One class of region."""

    name: str
    number: int
    """Its value in PNG masks, 1-255."""
    three: int
    """Its level in three-class masks: 0 nothing, 1 not metastatic, 2 metastatic."""
    colour: str
    """Of its outline, as #rrggbb."""
    key: str
    code: tuple[str, str, str]
    """Value, scheme and meaning in DICOM."""
    also: tuple[str, ...] = ()
    """What other programs, languages and people call it."""
    was: tuple[str, ...] = ()
    """What it was called before: regions of that name are of this class."""

    @property
    def metastatic(self) -> bool:
        """Whether it counts as metastasis."""
        return self.three == METASTATIC

    @property
    def in_bone(self) -> bool:
        """Whether it is a finding of the skeleton, and not an organ, urine or a fault of the image."""
        return self.three > 0 or self is UNKNOWN

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Its colour as three numbers, 0-255."""
        red, green, blue = bytes.fromhex(self.colour[1:])
        return red, green, blue


UNKNOWN = LesionClass("unknown", 255, 0, "#57606a", "", ("unknown", "99SCINTIREAD", "Not in the table"))
"""What a region is shown as whose label the table does not have; the label itself stays as it is."""


@dataclass(frozen=True)
class ClassTable:
    """All classes in their order, and the version of the table."""

    version: int
    classes: tuple[LesionClass, ...]

    def of(self, name: str) -> LesionClass:
        """The class of that name, `UNKNOWN` for a label that is not in the table."""
        return next((each for each in self.classes if each.name == name), UNKNOWN)

    def numbered(self, number: int) -> LesionClass:
        """The class with that number in masks, `UNKNOWN` when there is none."""
        return next((each for each in self.classes if each.number == number), UNKNOWN)

    def coded(self, value: str, scheme: str) -> LesionClass:
        """The class with that DICOM code, `UNKNOWN` when there is none."""
        return next((each for each in self.classes if each.code[:2] == (value, scheme)), UNKNOWN)

    def unknown(self, labels: Iterable[str]) -> str:
        """The labels that are no class of the table, each with its number: “hot spot” (2); "" for none."""
        names = {each.name for each in self.classes}
        numbers = Counter(label for label in labels if label not in names)
        return ", ".join(f"“{label}” ({number})" for label, number in numbers.items())


@cache
def class_table() -> ClassTable:
    """The shipped table."""
    return read_classes(paths.resources() / FILE_NAME)


def own_table() -> ClassTable:
    """The user's own table from the settings folder, the shipped one where there is none.

    Raises AppError when the user's table cannot be used; `class_table` still can.
    """
    own = paths.user_config() / FILE_NAME
    return read_classes(own) if own.is_file() else class_table()


def read_classes(file: Path) -> ClassTable:
    """A table from its file; raises AppError that names the row which cannot be used."""
    table = read_toml(file, "class table")
    version, rows = table.get("version"), table.get("class")
    if not isinstance(version, int) or not isinstance(rows, list) or not rows:
        raise _unusable(file, "it has no version or no classes")
    classes = tuple(_row(file, place, row) for place, row in enumerate(rows, start=1))
    for what in ("name", "number", "key"):
        values = [value for each in classes if (value := getattr(each, what)) != ""]
        twice = sorted({str(value) for value in values if values.count(value) > 1})
        if twice:
            raise _unusable(file, f"{what} {', '.join(twice)} stands twice")
    return ClassTable(version, classes)


def _row(file: Path, place: int, row: object) -> LesionClass:
    try:
        if not isinstance(row, dict):
            raise ValueError("is no table")
        value, scheme, meaning = (str(part) for part in row["code"])
        made = LesionClass(
            name=str(row["name"]).strip(),
            number=int(row["number"]),
            three=int(row["three"]),
            colour=str(row["colour"]),
            key=str(row.get("key", "")),
            code=(value, scheme, meaning),
            also=tuple(str(name) for name in row.get("also", ())),
            was=tuple(str(name) for name in row.get("was", ())),
        )
    except KeyError as error:
        raise _unusable(file, f"class {place} has no {error.args[0]}") from error
    except (TypeError, ValueError) as error:
        raise _unusable(file, f"class {place} has a value of another kind than the shipped table") from error
    if not made.name or not 1 <= made.number <= 254 or made.three not in (0, 1, 2):
        raise _unusable(file, f"class {place} needs a name, a number 1-254 and a level 0-2")
    if not _COLOUR.fullmatch(made.colour):
        raise _unusable(file, f"class {place}: {made.colour} is no colour like #d1242f")
    return made


def read_toml(file: Path, what: str) -> dict[str, object]:
    """The content of a TOML file of the user; raises AppError that calls it `what` and names the line."""
    try:
        return toml_in(file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise _unusable(file, "it is not saved as UTF-8", what) from error
    except ValueError as error:
        place = re.search(r"line \d+", str(error))
        raise _unusable(file, f"{place.group() if place else 'its end'} is no TOML", what) from error
    except OSError as error:
        raise _unusable(file, refusal(error), what) from error


def _unusable(file: Path, reason: str, what: str = "class table") -> AppError:
    return AppError(f"The {what} {file.name} cannot be used: {reason}.", "Correct or remove the file.")
