"""What a file offers before its sides are settled: facts from the header now, pixels when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.scan.scan import SURE, Acquisition, Counts, ViewEvidence, ViewName


@dataclass(frozen=True)
class Claim:
    """A side that something in a file names; `by` says what, for a warning."""

    side: ViewName
    evidence: ViewEvidence
    by: str = ""


@dataclass(frozen=True)
class Frame:
    """One image in a file with everything that names its side, the strongest first."""

    index: int
    claims: tuple[Claim, ...] = ()

    @property
    def view(self) -> ViewName | None:
        """The side that the strongest claim names, None while nothing names one."""
        return self.claims[0].side if self.claims else None

    @property
    def evidence(self) -> ViewEvidence | None:
        """What the strongest claim rests on, None while nothing names a side."""
        return self.claims[0].evidence if self.claims else None

    @property
    def surely(self) -> ViewName | None:
        """The side when a code, a name of the view or a person says it, else None."""
        return self.view if self.evidence in (*SURE, ViewEvidence.PERSON) else None

    def said_by(self, evidence: ViewEvidence) -> ViewName | None:
        """The side by one rung of the ladder alone."""
        return next((claim.side for claim in self.claims if claim.evidence is evidence), None)


@dataclass(frozen=True, eq=False)
class ScanSource:
    """One readable file, header only.

    `load(warnings)` gives the pixels of `frames` in their order, float32 (frames, rows, columns), adds what
    is doubtful about them to the list, and raises AppError when they cannot be decoded. `examination` is an
    opaque key shared by the files of one examination, empty when the file does not say; `place` (series,
    instance number) orders files within it; `instance` is an opaque key of this very object, shared by its
    copies.
    """

    path: Path
    rows: int
    columns: int
    frames: tuple[Frame, ...]
    load: Callable[[list[str]], Counts]
    spacing_mm: tuple[float, float] | None = None
    counts_accumulated: int | None = None
    acquisition: Acquisition = field(default_factory=Acquisition)
    warnings: tuple[str, ...] = ()
    lossy: bool = False
    display_only: bool = False
    simulated: bool = False
    examination: str = ""
    instance: str = ""
    place: tuple[int, int] = (0, 0)
    date: str = ""
    """Of the examination, YYYY-MM-DD."""
    left: ViewName | None = None
    """The view that stands left where a picture shows both, when a person said so."""
