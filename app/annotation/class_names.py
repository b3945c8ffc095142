"""What other programs, languages and people call a class, as the name that the class table has for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from app import paths
from app.annotation.classes import ClassTable, own_table, read_toml
from app.errors import AppError

FILE_NAME = "class_names.toml"
"""The user's own names in the settings folder."""
_WHAT = "map of class names"


def word_key(text: str) -> str:
    """A name without what people write differently: case, plural, accents, widths, blanks and dashes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = unicodedata.normalize("NFC", "".join(each for each in plain if not unicodedata.combining(each)))
    return " ".join(_singular(word) for word in re.split(r"[\W_]+", bare) if word)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ses"):
        return f"{word[:-3]}sis"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "siu" else word


@dataclass(frozen=True)
class ClassNames:
    """The names of a class table, and those that somebody gave; `given`: class by `word_key`."""

    table: ClassTable
    given: Mapping[str, str] = field(default_factory=dict)

    def of(self, label: str) -> str:
        """The name of the class that a label means, the label itself without blanks where none does."""
        key = word_key(label)
        return self.given.get(key) or self._told.get(key) or label.strip()

    @cached_property
    def _told(self) -> dict[str, str]:
        told = {word_key(name): each.name for each in self.table.classes for name in (*each.also, *each.was)}
        return told | {word_key(each.name): each.name for each in self.table.classes}

    def is_spelling(self, label: str) -> bool:
        """Whether a label is the name of its class, or was it, but for case, plural and blanks."""
        each = self.table.of(self.of(label))
        return word_key(label) in {word_key(name) for name in (self.of(label), *each.was)}

    def on(self, table: ClassTable) -> ClassNames:
        """The same names for another table."""
        new = ClassNames(table)
        return ClassNames(table, {key: new.of(name) for key, name in self.given.items()})


def class_names(file: Path | None = None, kept: ClassTable | None = None) -> ClassNames:
    """The names that hold: those of the class table, of the settings folder, and of a file given for once.

    `kept`: the table of a folder, which holds instead of the user's own. Raises AppError for a table or file
    that cannot be used.
    """
    table, own = own_table(), paths.user_config() / FILE_NAME
    given = read_names(own, table) if own.is_file() else {}
    names = ClassNames(table, given | (read_names(file, table) if file is not None else {}))
    return names if kept is None else names.on(kept)


def read_names(file: Path, table: ClassTable) -> dict[str, str]:
    """Names out of a TOML file, `"their name" = "class"` or `class = ["their name", …]`; class by `word_key`.

    Raises AppError for another content, and for a class that the table does not have.
    """
    content = read_toml(file, _WHAT)
    inside = content.get("classes", content)
    names: dict[str, str] = {}
    for key, value in inside.items() if isinstance(inside, dict) else ():
        pairs = [(key, value)] if isinstance(value, str) else [(each, key) for each in _words(value)]
        if not pairs:
            raise _unusable(file, f"“{key}” has neither a class nor a list of names")
        for theirs, ours in pairs:
            known = ClassNames(table).of(ours)
            if not table.unknown([known]):
                names[word_key(theirs)] = known
                continue
            classes = ", ".join(each.name for each in table.classes)
            raise _unusable(file, f"“{ours}” is no class; the classes are {classes}")
    if not names:
        raise _unusable(file, 'it has no line such as "hot spot" = "equivocal"')
    return names


def keep_names(names: Mapping[str, str]) -> None:
    """Add names to those of the settings folder, their label to our class; raises AppError."""
    from app.files import write_whole

    own = paths.user_config() / FILE_NAME
    table = own_table()
    kept = read_names(own, table) if own.is_file() else {}
    kept |= {word_key(label): name for label, name in names.items()}
    lines = "".join(f"{quoted(key)} = {quoted(name)}\n" for key, name in kept.items())
    write_whole(own, f"# What others call the classes of the table.\n{lines}".encode())


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _words(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _unusable(file: Path, reason: str) -> AppError:
    return AppError(f"The {_WHAT} {file.name} cannot be used: {reason}.", "Correct or remove the file.")
