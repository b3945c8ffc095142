"""One polygon drawn on one view of a scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from app.scan.scan import ViewName

Vertices = NDArray[np.float64]


class RegionSource(StrEnum):
    """Who made the region."""

    READER = "reader"
    AI = "ai"
    """Nobody has looked at it yet."""
    AI_ACCEPTED = "ai accepted"
    AI_EDITED = "ai edited"


@dataclass(frozen=True)
class ProposedBy:
    """The model that drew a region first, and how likely it took it for a focus.

    `score`: the highest probability inside the outline, 0-1, None where it gives none.
    """

    model: str
    version: str = ""
    score: float | None = None

    @property
    def said(self) -> str:
        """In a few words."""
        score = "" if self.score is None else f", score {self.score:.2f}"
        return f"{self.model} {self.version}".strip() + score


def proposed_row(by: ProposedBy | None) -> dict[str, object]:
    """A model as JSON of a region knows it, nothing where there was none."""
    if by is None:
        return {}
    return {"proposed_by": {"model": by.model, "version": by.version, "score": by.score}}


def fields_from(row: object) -> dict[str, str]:
    """Answers by key from the JSON of a region; none where a file tells them in another way."""
    if not isinstance(row, dict):
        return {}
    return {str(key): value for key, value in row.items() if isinstance(value, str) and value}


def proposed_from(row: object) -> ProposedBy | None:
    """The model from its JSON; None where a file tells none, or tells it in another way."""
    if not isinstance(row, dict) or not isinstance(row.get("model"), str):
        return None
    score = row.get("score")
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        score = None
    return ProposedBy(row["model"], str(row.get("version", "")), score)


@dataclass(frozen=True, eq=False)
class Region:
    """A lesion mark: a polygon (n ≥ 3), or a point (n = 1), in image pixels of one view.

    `vertices` is float64 (n, 2), each row (x, y), x along columns; the first pixel's centre is (0.5, 0.5).
    `lesion` links regions of one finding across views. `rating` is 0-100 for this mark, None when not given.
    `bone_suggested`: nobody but the program has said that it lies on `bone`. `comment`: a person's words.
    `proposed_by`: the model that drew it first, whatever became of it since. `fields`: what its folder asks
    of each lesion, an answer by key.
    """

    view: ViewName
    vertices: Vertices
    label: str = "metastasis"
    rating: float | None = None
    lesion: str = field(default_factory=lambda: uuid4().hex)
    uuid: str = field(default_factory=lambda: uuid4().hex)
    bone: str = ""
    source: RegionSource = RegionSource.READER
    bone_suggested: bool = False
    comment: str = ""
    proposed_by: ProposedBy | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        vertices = np.array(self.vertices, dtype=np.float64)
        if vertices.ndim != 2 or vertices.shape[1] != 2 or not len(vertices):
            raise ValueError("vertices must be (n, 2)")
        if not np.isfinite(vertices).all():
            raise ValueError("vertices must be finite")
        vertices.setflags(write=False)
        object.__setattr__(self, "vertices", vertices)

    @property
    def is_point(self) -> bool:
        """Whether it is a click rather than an outline."""
        return len(self.vertices) == 1
