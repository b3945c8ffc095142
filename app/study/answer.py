"""What a reader says about a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.annotation.region import Region


@dataclass(frozen=True, eq=False)
class Answer:
    """A reader's answer, complete or not yet; `None` means not answered, there is no default.

    `call`: metastasis yes or no. `rating`: on the protocol's scale. `amendment_reason` is given when the
    reader changes an answer that was already submitted.
    """

    call: bool | None = None
    rating: int | None = None
    no_lesion: bool = False
    """The reader confirmed "I see no lesion"."""
    regions: tuple[Region, ...] = ()
    checklist: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    """What was said to the protocol's own questions, by key."""
    mark_answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The same of each lesion that was marked, by the regions' `lesion` and then by key."""
    comment: str = ""
    recognised: bool = False
    technical_problem: bool = False
    amendment_reason: str = ""


@dataclass(frozen=True)
class AnswerProblem:
    """Something about an answer that the reader is told.

    `field` names the part of the answer; a blocking problem keeps it from being submitted.
    """

    field: str
    text: str
    blocking: bool = True


@dataclass(frozen=True)
class DisplayState:
    """How the images stand on the screen: levels in counts, zoom in screen pixels per image pixel."""

    lower_level: float
    upper_level: float
    curve: str = "linear"
    palette: str = "grey"
    inverted: bool = True
    zoom: float = 1.0
    dual_intensity: bool = False
    cropped: bool = False
    """The films fit the patient; the air around lies outside."""


@dataclass(frozen=True)
class ScreenRecord:
    """The screen a session ran on."""

    name: str = ""
    width: int = 0
    height: int = 0
    device_pixel_ratio: float = 1.0
    physical_dpi: float = 0.0
    details: dict[str, str] = field(default_factory=dict)
