"""What the report of a bone scan is made of: plain values that go into its document and come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.annotation.report_regions import REPORT_REGIONS

UNPLACED = "unplaced"
"""Where a lesion is put whose bone is not known."""
LETTERS: Mapping[str, str] = {
    "spine": "S", "pelvis": "P", "scapula": "C", "rib": "R", "femur": "F", "other": "O", UNPLACED: "U",
}  # fmt: skip
"""Of the lesions of each region, on images and in tables."""

Polygon = tuple[tuple[float, float], ...]
"""An outline in image pixels, (x, y); one point alone is a mark without an outline."""


@dataclass(frozen=True)
class ModelFacts:
    """Which model made the lesions, and on what it was trained."""

    name: str
    version: str = ""
    threshold: float | None = None
    training_data: str = ""
    """Such as "simulated scans only"."""


@dataclass(frozen=True)
class Procedure:
    """How the scan was made, as far as its file says; empty and None stand for "not recorded"."""

    views: tuple[str, ...] = ()
    agent: str = ""
    activity_mbq: float | None = None
    hours: float | None = None
    """From injection to imaging."""
    velocity_mm_s: float | None = None
    camera: str = ""
    date: str = ""
    """Of the examination, YYYY-MM-DD."""
    counts: tuple[float, ...] = ()
    """Total of each view; empty where pixels are no counts."""
    file_format: str = ""


@dataclass(frozen=True)
class Sighting:
    """A lesion where one view shows it; counts in counts, None where the scan does not give a number."""

    view: str
    bones: tuple[str, ...]
    outlines: tuple[Polygon, ...]
    pixels: int | None = None
    area_cm2: float | None = None
    counts: float | None = None
    maximum: float | None = None
    mean: float | None = None
    ratio: float | None = None
    """Mean over that of the mirrored place, with its standard error."""
    ratio_error: float | None = None
    to_background: float | None = None


@dataclass(frozen=True)
class Lesion:
    """One lesion; `regions` are report regions and `bones` bone regions, the main one first."""

    name: str
    """Letter of the region and a number: "S2"."""
    key: str
    """What links it across views and to other files."""
    regions: tuple[str, ...]
    bones: tuple[str, ...]
    sightings: tuple[Sighting, ...]
    rating: float | None = None
    """Probability of metastasis, 0-100, when somebody gave one."""


@dataclass(frozen=True)
class Indices:
    """The burden of a scan; None where it is undefined, the validity notes say why."""

    bstbi_count: tuple[float | None, float | None, float | None]
    """Anterior, posterior, mean of the views."""
    bstbi_display: tuple[float | None, float | None, float | None]
    k: float
    bsi_percent: float | None
    bsi_weights: str
    pabs_percent: float | None
    bsla_cm2: float | None
    bslai: float | None
    eod: int
    lesions: int
    in_regions: Mapping[str, int] = field(default_factory=dict)
    """Lesions by report region."""
    more: Mapping[str, float | None] = field(default_factory=dict)
    """Indices that came after the first reports, by their keys."""

    def value(self, key: str) -> float | None:
        """An index of one number by its key; None also where the report was written before it came."""
        known: float | None = getattr(self, key, self.more.get(key))
        return known


@dataclass(frozen=True)
class Prior:
    """What an earlier report of the patient says; `at`: when it was written, `date`: of its scan."""

    case: str
    at: str
    date: str
    signed_by: str
    indices: Indices


@dataclass(frozen=True)
class ReportFacts:
    """Everything that a report is written from. No patient identity: `case` is a code."""

    case: str
    simulated: bool
    procedure: Procedure
    limits: tuple[str, ...]
    """What limits the images, in a few words each."""
    lesions: tuple[Lesion, ...]
    others: Mapping[str, int]
    """Marked uptake of other classes, by class."""
    indices: Indices
    levels: tuple[float, float]
    """Lower and upper level in counts at which the images are shown."""
    validity: tuple[str, ...]
    source: str
    """Who or what marked the lesions."""
    fingerprints: Mapping[str, str]
    """SHA-256 of the pixels of each view."""
    question: str = ""
    model: ModelFacts | None = None
    prior: Prior | None = None
    located: tuple[str, ...] = ()
    """Regions that a model has named in place of the bones under the lesions; empty where none was asked."""

    @property
    def regions(self) -> tuple[str, ...]:
        """The report regions with a lesion, in the fixed order, as the report names them."""
        return self.located or self.placed

    @property
    def placed(self) -> tuple[str, ...]:
        """The report regions that lesions lie on by the bones under them, in the fixed order."""
        found = {lesion.regions[0] for lesion in self.lesions}
        return tuple(region for region in (*REPORT_REGIONS, UNPLACED) if region in found)
