"""Reading label files: every error is one sentence with the file's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.annotation.label_set import NOT_TOLD, Size
from app.bounded import json_in
from app.errors import AppError
from app.files import refused
from app.tables.decode import decoded

MOST_BYTES = 1 << 28
"""A label file above 256 MB is none."""
BAD_CONTENT = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, OSError)
"""What reading values of another kind than expected may lead to; `reason_of` says it in words."""


def read_whole(path: Path) -> bytes:
    """The bytes of a file; raises AppError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise AppError(f"{path.name} is too large for a label file.", "Choose another file.")
        return path.read_bytes()
    except OSError as error:
        raise refused(path, error, "Check the path.", "cannot be read") from error


def read_json(path: Path) -> dict[str, Any]:  # JSON of other programs: anything may stand in it
    """The object in a JSON file; raises AppError when it is damaged or no object."""
    whole = read_whole(path)
    try:
        content = json_in(decoded(path.name, whole))
    except (ValueError, AppError) as error:
        raise damaged(path, "it is no JSON, or cut off") from error
    if not isinstance(content, dict):
        raise damaged(path, "it holds no object")
    return content


def whole_number(value: object) -> int | None:
    """A number without a fraction however it is written (1024, 1024.0, "1024"), None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() else None


def image_size(width: object, height: object) -> Size:
    """Columns and rows as a file tells them, `NOT_TOLD` where it does not (VIA writes -1)."""
    columns, rows = whole_number(width), whole_number(height)
    return (columns, rows) if columns and rows and columns > 0 and rows > 0 else NOT_TOLD


def stem_of(name: object) -> str:
    """The stem of a file name as any system writes it; "" where there is none."""
    return Path(str(name or "").replace("\\", "/")).stem


def reason_of(error: Exception) -> str:
    """Why a part of a file could not be used, for people: no words of Python or its libraries."""
    if isinstance(error, AppError):
        return str(error)
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    return "its values are not of the kind that belongs there"


def json_bytes(content: object) -> bytes:
    """JSON with one shape per few lines, for people to compare; numbers as they are."""
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def damaged(path: Path, reason: str) -> AppError:
    """The error for a file that does not keep its own format."""
    return AppError(
        f"{path.name} cannot be used: {reason}.", "Export it again, or take it out of the folder."
    )


def files_under(path: Path, *endings: str) -> list[Path]:
    """The file itself, or all files of a folder with one of the endings, sorted; hidden ones left out."""
    if path.is_file():
        return [path] if path.name.lower().endswith(endings) else []
    if not path.is_dir():
        raise AppError(f"{path} does not exist.", "Check the path of the labels.")
    return sorted(
        each
        for each in path.rglob("*")
        if each.name.lower().endswith(endings) and not each.name.startswith(".") and each.is_file()
    )


def head_of(path: Path, size: int = 8192) -> bytes:
    """The first bytes of a file, empty when it cannot be read: it is then not recognised."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""
