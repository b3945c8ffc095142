"""The lines of the library: scans, and files that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.scan.class_words import untelling_one
from app.scan.scan import ASSUMED, ViewEvidence, ViewName
from app.scan.told_sides import NOTHING_TOLD, ToldSides


@dataclass(frozen=True)
class ScanRow:
    """One line of the library: a scan, or a file that cannot be used and why.

    `views` and `evidence` go together; empty before decoding where only the picture can tell. `hashes` are
    the fingerprints of the views that are not blank, empty when nothing was decoded. `confirmed` is a
    person's word on assumed sides.
    """

    case: str
    files: tuple[Path, ...]
    views: tuple[ViewName, ...] = ()
    evidence: tuple[ViewEvidence, ...] = ()
    hashes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    duplicate_of: str = ""
    confirmed: bool | None = None
    lossy: bool = False
    display_only: bool = False
    simulated: bool = False
    told: ToldSides = NOTHING_TOLD
    """What a person said of the pictures of its folder."""

    @property
    def code(self) -> str:
        """What the case is called on the screen: words that tell the class are left out."""
        return untelling_one(self.case)

    @property
    def usable(self) -> bool:
        """Whether it is a scan that can be read."""
        return not self.reason

    @property
    def needs_confirmation(self) -> bool:
        """Whether a person has to confirm which view is which."""
        return self.usable and self.confirmed is None and any(each in ASSUMED for each in self.evidence)


@dataclass(frozen=True)
class ScanTable:
    """The rows of a search, in the order of their files."""

    rows: tuple[ScanRow, ...] = ()

    @property
    def usable(self) -> tuple[ScanRow, ...]:
        """Scans that can be read, each with a case code of its own."""
        return tuple(row for row in self.rows if row.usable)

    @property
    def unusable(self) -> tuple[ScanRow, ...]:
        """Files that cannot be used, each with its reason."""
        return tuple(row for row in self.rows if not row.usable)
