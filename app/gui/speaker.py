"""How presenters speak to the person; no Qt."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.errors import AppError


class Speaker(Protocol):
    """A page says things over itself; the latest of its words takes the place of those before."""

    def info(self, text: str, hint: str = "") -> None:
        """Something good to know."""

    def warn(self, text: str, hint: str = "") -> None:
        """Something to look at."""

    def error(self, text: AppError | str, hint: str = "") -> None:
        """Something that did not work."""

    def wrote(self, text: str, folder: Path) -> None:
        """Something was written; the folder can be opened."""
