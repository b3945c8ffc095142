"""A scan and its views, as everything above sees them: frozen, with pixels, without Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.language import for_later

if TYPE_CHECKING:  # the library names views before it needs a number
    import numpy as np
    from numpy.typing import NDArray

Counts: TypeAlias = "NDArray[np.float32]"


class ViewName(StrEnum):
    """From which side the camera looked."""

    ANTERIOR = for_later("anterior")
    POSTERIOR = for_later("posterior")

    @property
    def opposite(self) -> ViewName:
        """The other side."""
        return ViewName.POSTERIOR if self is ViewName.ANTERIOR else ViewName.ANTERIOR


class ViewEvidence(StrEnum):
    """Which rung of the decision ladder named the view, the strongest first; below TEXT it is assumed."""

    CODE = "view code"
    TEXT = "text in the file"
    DETECTOR = "detector number"
    WORD = "words of two meanings"
    NUMBER = "numbers in the file names"
    LAYOUT = "position in the picture"
    IMAGE = "image content"
    PERSON = "a person"


SURE = (ViewEvidence.CODE, ViewEvidence.TEXT)
ASSUMED = frozenset(ViewEvidence) - {*SURE, ViewEvidence.PERSON}


@dataclass(frozen=True)
class Placed:
    """Where a view lies in the picture that it was cut out of, in pixels of that picture upright.

    `left`, `top`: of the view's first pixel; beside the picture where the view was widened with air.
    `columns`, `rows`: the size of the picture.
    """

    left: int
    top: int
    columns: int
    rows: int


@dataclass(frozen=True)
class Origin:
    """Where a view came from. `frame`: its place in a DICOM object, from 0; None in a picture, or a part of
    one. `date`: of the examination, YYYY-MM-DD, empty where the file does not say. `placed`: in a picture."""

    path: Path
    frame: int | None = None
    date: str = ""
    placed: Placed | None = None


@dataclass(frozen=True, eq=False)
class View:
    """One image of a scan.

    `counts` is float32 (rows, cols), head at the top, read-only. The anterior view has the patient's
    right on image left; the posterior view is seen from behind, so the patient's left is on image left.
    `spacing_mm` is (row, column) spacing in mm, or None when the file does not say.
    """

    name: ViewName
    counts: Counts
    spacing_mm: tuple[float, float] | None = None
    evidence: ViewEvidence = ViewEvidence.PERSON
    counts_accumulated: int | None = None
    """Counts Accumulated (0018,0070) of this view, when the file gives it."""
    origin: Origin | None = None
    """None for a view that was made here, not read."""

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or self.counts.dtype.name != "float32":
            raise ValueError("counts must be float32 (rows, cols)")
        self.counts.setflags(write=False)

    @property
    def assumed(self) -> bool:
        """Whether the side was guessed and a person has to confirm it."""
        return self.evidence in ASSUMED


@dataclass(frozen=True)
class Acquisition:
    """What the file says of how the scan was made; every field may be unknown. No patient identity."""

    manufacturer: str = ""
    model: str = ""
    duration_s: float | None = None
    velocity_mm_s: float | None = None
    radiopharmaceutical: str = ""
    activity_mbq: float | None = None
    injected_to_scan_h: float | None = None
    transfer_syntax: str = ""
    file_format: str = ""
    counts_accumulated: int | None = None
    """Counts Accumulated (0018,0070) over all views, as the file gives it."""


@dataclass(frozen=True, eq=False)
class Scan:
    """One patient's examination: an anterior and a posterior view, either of which may be missing.

    `lossy`: the pixels went through lossy compression, counts are approximate. `display_only`: grey
    values, not counts. Either blocks quantification. `simulated`: made by a simulator, says so wherever
    it appears.
    """

    case: str
    anterior: View | None = None
    posterior: View | None = None
    files: tuple[Path, ...] = ()
    acquisition: Acquisition = field(default_factory=Acquisition)
    warnings: tuple[str, ...] = ()
    lossy: bool = False
    display_only: bool = False
    simulated: bool = False

    @property
    def views(self) -> tuple[View, ...]:
        """The views there are, anterior first."""
        return tuple(view for view in (self.anterior, self.posterior) if view is not None)

    @property
    def date(self) -> str:
        """When it was made, YYYY-MM-DD; empty where no file says it."""
        return next((view.origin.date for view in self.views if view.origin and view.origin.date), "")

    def days_after(self, prior: Scan) -> int | None:
        """Days since another scan by the dates in their files; None where either has none."""
        if not prior.date or not self.date:
            return None
        return (date.fromisoformat(self.date) - date.fromisoformat(prior.date)).days

    def view(self, name: ViewName) -> View | None:
        """The view of that name, or None."""
        return self.anterior if name is ViewName.ANTERIOR else self.posterior

    @property
    def missing_view(self) -> ViewName | None:
        """The one view that is missing; None when both are there, or neither."""
        if len(self.views) != 1:
            return None
        return ViewName.ANTERIOR if self.anterior is None else ViewName.POSTERIOR

    @property
    def quantifiable(self) -> bool:
        """Whether the numbers are counts that may be measured."""
        return not (self.lossy or self.display_only)

    @property
    def needs_confirmation(self) -> bool:
        """Whether a person has to confirm which view is which."""
        return any(view.assumed for view in self.views)
