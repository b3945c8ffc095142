"""Which studies were made by the demo: nothing real is read in them."""

from __future__ import annotations

from pathlib import Path

MARKER = ".scintiread-demo"
"""The file that stands beside a demo's study."""


def is_demo(study: Path) -> bool:
    """Whether the study of this folder is a demo's."""
    return (study.parent / MARKER).is_file()
