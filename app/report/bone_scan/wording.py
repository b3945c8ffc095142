"""The sentences of a report, from one versioned file that a user may replace by an own copy."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app import paths
from app.bounded import toml_in
from app.errors import AppError

FILE_NAME = "bone_scan.toml"
SECTIONS = ("question", "procedure", "findings", "comparison", "interpretation")
"""The parts of a report, in their order (EANM 2016)."""


@dataclass(frozen=True)
class Wording:
    """Sentences by table and key, and the name that reports cite them by."""

    file: str
    name: str
    version: int
    tables: Mapping[str, Mapping[str, str]]

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name}, version {self.version}"

    def say(self, table: str, key: str, **slots: object) -> str:
        """A sentence with its slots filled; raises AppError for one that has a slot nobody fills."""
        try:
            return self.tables[table][key].format_map(slots)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise _unusable(self.file, f"“{key}” in [{table}] has an unknown {{name}}") from error


def shipped_wording() -> Wording:
    """The sentences that come with the program."""
    return read_wording(paths.resources() / "report" / FILE_NAME)


def own_wording() -> Wording:
    """The user's own sentences from the settings folder, the shipped ones where there are none.

    Raises AppError when the user's file cannot be used.
    """
    own = paths.user_config() / "report" / FILE_NAME
    return read_wording(own, shipped_wording()) if own.is_file() else shipped_wording()


def read_wording(file: Path, pattern: Wording | None = None) -> Wording:
    """Sentences from a file; raises AppError that names what is missing beside `pattern`, or wrong."""
    try:
        content = toml_in(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(file.name, str(error)) from error
    name, version = content.pop("name", ""), content.pop("version", None)
    if not isinstance(name, str) or not name or not isinstance(version, int):
        raise _unusable(file.name, "it has no name or no version")
    tables: dict[str, dict[str, str]] = {}
    for table, rows in content.items():
        if not isinstance(rows, dict):
            raise _unusable(file.name, f"“{table}” stands outside a table")
        tables[table] = {key: _sentence(file.name, table, key, text) for key, text in rows.items()}
    for table, rows in (pattern.tables if pattern else {}).items():
        for key in rows:
            if key not in tables.get(table, {}):
                raise _unusable(file.name, f"“{key}” is missing in [{table}]")
    return Wording(file.name, name, version, tables)


def _sentence(file: str, table: str, key: str, text: object) -> str:
    """A sentence whose slots are plain names: no attribute, no index, no conversion."""
    if not isinstance(text, str):
        raise _unusable(file, f"“{key}” in [{table}] is no text")
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise _unusable(file, f"“{key}” in [{table}]: {error}") from error
    for _, slot, form, conversion in parts:
        if slot is not None and (not slot.isidentifier() or form or conversion):
            raise _unusable(file, f"“{key}” in [{table}] has a slot that is no plain name: {{{slot}}}")
    return text


def _unusable(file: str, reason: str) -> AppError:
    return AppError(f"The report wording {file} cannot be used: {reason}.", "Correct or remove the file.")
