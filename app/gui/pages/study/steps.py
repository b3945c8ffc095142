"""The four steps of a study on the coordinator's page."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """One step, from design to export."""

    DESIGN = "design"
    PREFLIGHT = "preflight"
    PROGRESS = "progress"
    EXPORT = "export"
