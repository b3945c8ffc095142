"""The installed model that finds the lesions of a scan for its report, when there is one."""

from __future__ import annotations

from app.errors import AppError
from app.learning.segment import drawing_model
from app.workflows.models.lesions import lesions_by
from app.workflows.reports.bone_scan import LesionFinder


def installed_model() -> str:
    """Name and version of the model that reports are written with; empty when none draws lesions."""
    try:
        model = drawing_model()
    except AppError:
        return ""
    return f"{model.name} {model.version}"


def finder_of(name: str = "", device: str = "auto") -> LesionFinder | None:
    """What finds the lesions: the model of that name, else the installed one, or None when there is none.

    Raises AppError for a name that no installed model has, and for a model that draws nothing.
    """
    return lesions_by(name, device) if name or installed_model() else None
