"""The user's settings: one frozen dataclass, one table of rows for the settings page, one JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.bounded import json_in
from app.errors import AppError
from app.files import moved, refusal, whole
from app.language import LANGUAGES, for_later

RECENT_STUDIES = 12


@dataclass(frozen=True)
class Settings:
    """Everything a user can choose; the defaults are the program's recommendation."""

    language: str = ""
    """A code of `LANGUAGES`; empty: the system's."""
    theme: str = "dark"
    scale_percent: int = 100
    levels: str = "automatic"
    curve: str = "linear"
    smooth_pixels: bool = True
    thumbnails: bool = True
    second_copy_folder: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action id → its keys, only where they differ from the defaults."""
    recent_studies: tuple[str, ...] = ()
    """Study folders, the latest first."""
    pacs_nodes: tuple[str, ...] = ()
    """One line of JSON for each PACS; never a password."""
    research_use_acknowledged: str = ""
    """Version and date of the acknowledgement, empty before it."""


class SettingKind(StrEnum):
    """How a setting is shown and checked."""

    CHOICE = "choice"
    PERCENT = "percent"
    FLAG = "flag"
    FOLDER = "folder"
    KEYS = "keys"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True)
class Row:
    """One setting: where it stands on the settings page (`group` empty: nowhere) and what it may be."""

    key: str
    label: str
    group: str
    kind: SettingKind
    choices: tuple[tuple[str, str], ...] = ()
    """Value and its words, for a choice."""
    bounds: tuple[int, int, int] = (0, 0, 1)
    """Lowest, highest and step, for a percentage."""
    explanation: str = ""

    @property
    def default(self) -> Any:  # the kinds differ by row
        """The value before anybody chose."""
        return getattr(Settings(), self.key)

    def accepts(self, value: object) -> bool:
        """Whether `value` may stand in this row."""
        match self.kind:
            case SettingKind.CHOICE:
                return any(value == word for word, _ in self.choices)
            case SettingKind.PERCENT:
                low, high, _ = self.bounds
                return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
            case SettingKind.FLAG:
                return isinstance(value, bool)
            case SettingKind.FOLDER | SettingKind.TEXT:
                return isinstance(value, str)
            case SettingKind.LIST:
                return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
            case SettingKind.KEYS:
                return isinstance(value, Mapping) and all(
                    isinstance(name, str)
                    and isinstance(keys, tuple)
                    and all(isinstance(one, str) for one in keys)
                    for name, keys in value.items()
                )


ROWS: tuple[Row, ...] = (
    Row(
        "language",
        for_later("Language"),
        for_later("Appearance"),
        SettingKind.CHOICE,
        (("", for_later("As the system")), *LANGUAGES.items()),
        explanation=for_later("What readers see; what is stored and exported is the same in every language."),
    ),
    Row(
        "theme",
        for_later("Theme"),
        for_later("Appearance"),
        SettingKind.CHOICE,
        (("dark", for_later("Dark room")), ("light", for_later("Light"))),
    ),
    Row(
        "scale_percent",
        for_later("Size of text and controls"),
        for_later("Appearance"),
        SettingKind.PERCENT,
        bounds=(100, 200, 10),
        explanation=for_later("Images keep their size; everything around them grows."),
    ),
    Row(
        "levels",
        for_later("Levels of a newly opened scan"),
        for_later("Images"),
        SettingKind.CHOICE,
        (
            ("automatic", for_later("Automatic: body without bladder")),
            ("full", for_later("Whole range of counts")),
        ),
        explanation=for_later("In a reader study the protocol decides."),
    ),
    Row(
        "curve",
        for_later("Display curve"),
        for_later("Images"),
        SettingKind.CHOICE,
        (
            ("linear", for_later("Linear")),
            ("square root", for_later("Square root")),
            ("log", for_later("Logarithmic")),
            ("gamma 0.50", for_later("Gamma 0.5")),
        ),
    ),
    Row("smooth_pixels", for_later("Smooth pixels when enlarged"), for_later("Images"), SettingKind.FLAG),
    Row("thumbnails", for_later("Thumbnails in the library"), for_later("Library"), SettingKind.FLAG),
    Row(
        "second_copy_folder",
        for_later("Second copy of all results"),
        for_later("Studies"),
        SettingKind.FOLDER,
        explanation=for_later("A folder on another disk; every submitted answer is written there as well."),
    ),
    Row("keys", for_later("Keys"), for_later("Keys"), SettingKind.KEYS),
    Row("recent_studies", "Recent studies", "", SettingKind.LIST),
    Row("pacs_nodes", "PACS", "", SettingKind.LIST),
    Row("research_use_acknowledged", "Research use acknowledged", "", SettingKind.TEXT),
)


def _from_json(value: object) -> object:
    """JSON knows no tuples: lists become tuples again, also inside the table of keys."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {name: _from_json(inner) for name, inner in value.items()}
    return value


def read_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings in `path` and what was wrong with them, in sentences; what is wrong gets its default.

    A damaged file is kept beside itself with the ending `.bad`, so that the next save destroys nothing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, UnicodeDecodeError):
        return Settings(), (_keep_bad(path, "The settings file cannot be read"),)
    try:
        stored = json_in(text)
    except ValueError:
        return Settings(), (_keep_bad(path, "The settings file is damaged"),)
    if not isinstance(stored, dict):
        return Settings(), (_keep_bad(path, "The settings file is damaged"),)
    good: dict[str, Any] = {}  # checked row by row
    bad: list[str] = []
    for row in ROWS:
        if row.key not in stored:
            continue
        value = _from_json(stored[row.key])
        if row.accepts(value):
            good[row.key] = value
        else:
            bad.append(row.label)
    problems: tuple[str, ...] = ()
    if bad:
        problems = (_keep_bad(path, f"Settings that are not valid: {', '.join(bad)}"),)
    return Settings(**good), problems


def _keep_bad(path: Path, sentence: str) -> str:
    kept = path.with_name(path.name + ".bad")
    try:
        moved(path, kept)
    except OSError:
        return f"{sentence}; the defaults are in use."
    return f"{sentence}; the defaults are in use and the old file is kept as {kept.name}."


def _write(path: Path, settings: Settings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(json.dumps(asdict(settings), indent=2, ensure_ascii=False).encode())


class SettingsStore:
    """The settings in use and the file they live in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listeners: list[Callable[[Settings], None]] = []
        self.current, self.problems = read_settings(path)
        if self.problems:
            try:
                _write(path, self.current)
            except OSError as error:
                self.problems += (f"The settings cannot be saved: {refusal(error)}.",)

    def change(self, **values: object) -> Settings:
        """Take over new values, save them, tell everybody; the old values stay when they cannot be saved.

        Raises: AppError when a value is not valid or the file cannot be written.
        """
        rows = {row.key: row for row in ROWS}
        for key, value in values.items():
            if not rows[key].accepts(value):
                raise AppError(f"{rows[key].label}: {value!r} is not possible.", "Choose another value.")
        changed = replace(self.current, **values)  # type: ignore[arg-type]  # checked by the rows above
        try:
            _write(self._path, changed)
        except OSError as error:
            raise AppError(
                f"The settings could not be saved: {refusal(error)}.",
                "Check that the folder of your settings is writable and the disk is not full.",
            ) from error
        self.current = changed
        for listener in tuple(self._listeners):
            listener(changed)
        return changed

    def on_change(self, listener: Callable[[Settings], None]) -> None:
        """Call `listener` with the new settings after every change."""
        self._listeners.append(listener)

    def remember_study(self, folder: Path) -> None:
        """Put a study on top of the recent ones, by its whole path: it must be found from any folder.

        Raises: AppError when the file cannot be written.
        """
        name = str(folder.absolute())
        others = tuple(known for known in self.current.recent_studies if known != name)
        self.change(recent_studies=((name, *others)[:RECENT_STUDIES]))


assert {row.key for row in ROWS} == {item.name for item in fields(Settings)}, "a setting without a row"
