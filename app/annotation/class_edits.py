"""Another table of classes out of one that is in use: nothing that was drawn loses its class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.annotation.class_names import ClassNames, quoted, word_key
from app.annotation.classes import METASTASIS, METASTATIC, UNKNOWN, ClassTable, LesionClass
from app.annotation.region import Region
from app.errors import AppError
from app.wording import counted

_OWN_SCHEME = "99SCINTIREAD"
_LAST = 254
_MOST_LETTERS = 40
_ANY = {METASTATIC: METASTASIS, 1: "other benign", 0: "physiological"}
"""What a class of a level is where a table does not have it."""


@dataclass(frozen=True)
class ClassRow:
    """A class as a person wants it; `was`: its name in the table before, "" for a new one."""

    was: str
    name: str
    colour: str
    key: str
    three: int


def edited_table(before: ClassTable, rows: Sequence[ClassRow], used: Mapping[str, int]) -> ClassTable:
    """The table with these rows, a version later; the same where nothing is different.

    A class keeps its number and code under another name, and its old name means it. `used`: cases on which
    somebody drew a class. Raises AppError for a used class that is gone, and for what cannot be told apart.
    """
    check_unused(before, {row.was for row in rows}, used)
    classes: list[LesionClass] = []
    numbers = [each.number for each in before.classes]
    for row in rows:
        if row.was:
            classes.append(_changed(before.of(row.was), row))
            continue
        number = max(numbers) + 1 if max(numbers) < _LAST else _free(numbers)
        numbers.append(number)
        code = (f"own-{number}", _OWN_SCHEME, row.name.strip()[:64])
        classes.append(LesionClass(row.name.strip(), number, row.three, row.colour, row.key, code))
    _check(classes)
    if tuple(classes) == before.classes:
        return before
    return ClassTable(before.version + 1, tuple(classes))


def check_unused(before: ClassTable, kept: Iterable[str], used: Mapping[str, int]) -> None:
    """Raise AppError where a class of the table that somebody drew is not among those that are kept."""
    stay = set(kept)
    for each in before.classes:
        if each.name not in stay and (cases := used.get(each.name, 0)):
            raise AppError(
                f"“{each.name}” is drawn on {counted(cases, 'case')} and cannot be deleted.",
                "Give those lesions another class first, or rename the class.",
            )


def translated(regions: Iterable[Region], theirs: ClassTable, ours: ClassTable) -> tuple[Region, ...]:
    """Regions of one table's classes by the names of another's; unknown labels stay.

    What counts as metastasis there is metastasis here, where the table has that class.
    """
    if theirs is ours and all(each.metastatic is (each.name == METASTASIS) for each in ours.classes):
        return tuple(regions)
    names = {each.name: _counterpart(each, ours) for each in theirs.classes}
    return tuple(replace(region, label=names.get(region.label, region.label)) for region in regions)


def toml_of(table: ClassTable) -> str:
    """The file of a table, as `read_classes` reads it."""
    lines = [f"# The classes of this folder, for all annotators.\nversion = {table.version}\n"]
    for each in table.classes:
        lines.append(
            f"\n[[class]]\nname = {quoted(each.name)}\nnumber = {each.number}\nthree = {each.three}\n"
            f"colour = {quoted(each.colour)}\nkey = {quoted(each.key)}\n"
            f"code = [{', '.join(map(quoted, each.code))}]\n"
        )
        for field, words in (("also", each.also), ("was", each.was)):
            if words:
                lines.append(f"{field} = [{', '.join(map(quoted, words))}]\n")
    return "".join(lines)


def _changed(before: LesionClass, row: ClassRow) -> LesionClass:
    name = row.name.strip()
    was = before.was
    if name != before.name:
        was = tuple(dict.fromkeys((*(each for each in before.was if each != name), before.name)))
    return replace(before, name=name, colour=row.colour, key=row.key, three=row.three, was=was)


def _check(classes: Sequence[LesionClass]) -> None:
    names: dict[str, str] = {}
    for each in classes:
        key = word_key(each.name)
        if not key or len(each.name) > _MOST_LETTERS:
            raise AppError("A class has no name, or one that is too long.", "Use 1 to 40 letters.")
        if key in names:
            raise AppError(f"“{each.name}” and “{names[key]}” cannot be told apart.", "Rename one of them.")
        names[key] = each.name
    for each in classes:
        for name in each.was:
            other = names.get(word_key(name), each.name)
            if other != each.name:
                raise AppError(
                    f"“{other}” is what “{each.name}” was called before: lesions of that name are of it.",
                    "Choose another name.",
                )
    keys = [each.key for each in classes if each.key]
    twice = next((key for key in keys if keys.count(key) > 1), "")
    if twice:
        raise AppError(f"Two classes have the key {twice}.", "Choose another one, or none.")
    if not any(each.metastatic for each in classes):
        raise AppError("No class counts as metastasis.", "Let at least one count as metastasis.")


def _counterpart(each: LesionClass, table: ClassTable) -> str:
    if each.metastatic and table.of(METASTASIS).metastatic:
        return METASTASIS
    same = table.coded(*each.code[:2])
    if same is UNKNOWN:
        same = table.of(ClassNames(table).of(each.name))
    if same is not UNKNOWN and same.three == each.three:
        return same.name
    usual = table.of(_ANY[each.three])
    alike = (other for other in (usual, *table.classes) if other is not UNKNOWN and other.three == each.three)
    return next((other.name for other in alike), each.name)


def _free(numbers: Sequence[int]) -> int:
    free = next((number for number in range(1, _LAST + 1) if number not in numbers), 0)
    if not free:
        raise AppError(f"A table has no more than {_LAST} classes.", "Delete some that nobody uses.")
    return free
