"""Puts what was fetched from a PACS into a reader study."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.progress import NoProgress, Progress
from app.wording import counted
from app.workflows.pacs.fetch import Fetched
from app.workflows.study.add import add_to_study


def folder_beside(study: Path) -> Path:
    """Where scans for a study are kept when no folder is named: beside it, not in what readers open."""
    return study.absolute().with_name(f"{study.absolute().name}-scans")


def check_study(study: Path) -> None:
    """Raise AppError when the folder is no study, before anything is fetched for it."""
    if not (study / "protocol.toml").is_file():
        raise AppError(f"{study.name} is no study.", "Choose a study's folder, or make the study first.")


def put_into_study(
    study: Path, fetched: Fetched, no_burned_in_text: bool = False, progress: Progress | None = None
) -> str:
    """Add the new files to the study and say so; what it has already is not added again.

    Raises AppError when none of them is a scan, and Cancelled.
    """
    check_study(study)
    made = add_to_study(
        study, scans=fetched.files, progress=progress or NoProgress(), no_burned_in_text=no_burned_in_text
    )
    left = f", {counted(len(made.unused), 'file was', 'files were')} not used" if made.unused else ""
    return " ".join((f"The study has {counted(made.cases, 'case')} now{left}.", *made.told))
