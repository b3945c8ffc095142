"""The anatomy tables in `resources/skeleton`, read once."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from app import paths
from app.bounded import toml_in


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one CSV table as dictionaries of text."""
    with (paths.resources() / "skeleton" / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def document(name: str) -> dict[str, Any]:
    """One TOML table; Any because TOML mixes numbers, texts and lists."""
    return toml_in((paths.resources() / "skeleton" / name).read_text(encoding="utf-8"))
