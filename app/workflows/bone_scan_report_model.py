"""The model that finds the lesions of a scan for its report, when one is installed."""

from __future__ import annotations

from app.errors import AppError
from app.report.bone_scan.facts import ModelFacts
from app.workflows.bone_scan_report import LesionFinder


def model_of(name: str | None) -> tuple[LesionFinder | None, ModelFacts | None]:
    """The finder of that name with its facts; without a name the installed one, or None when there is none.

    Raises AppError for a name that no installed model has.
    """
    if name:
        raise AppError(f"There is no model {name} for lesions.", "Install one, or give --masks LABELS.")
    return None, None


def installed_model() -> str:
    """What the installed model is called; empty when there is none."""
    return ""
