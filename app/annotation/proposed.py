"""What a machine proposes to a person; importing it loads nothing."""

from __future__ import annotations

from dataclasses import dataclass

from app.annotation.model_map import ModelMap
from app.annotation.region import Region


@dataclass(frozen=True, eq=False)
class Proposed:
    """Regions that a person has yet to judge, who made them in one line, and what should be known of it."""

    regions: tuple[Region, ...]
    by: str
    notes: tuple[str, ...] = ()
    of_prior: bool = False
    """They were drawn on an earlier scan of the patient."""
    model_map: ModelMap | None = None
    """What the model saw everywhere, where it was one."""
