"""What the list of lesions says in each column, of a lesion and of its outlines; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.annotation.annotation import Annotation
from app.annotation.region import Region, RegionSource
from app.gui.canvas.panel import SHORT_NAME
from app.gui.pages.annotation.measures import Measures, ratio_text
from app.quantification.lesion_statistics import LesionStatistics, Ratio
from app.scan.scan import ViewName

NOTHING = "—"
_BY = {
    RegionSource.READER: "reader",
    RegionSource.AI: "AI, to judge",
    RegionSource.AI_ACCEPTED: "AI, accepted",
    RegionSource.AI_EDITED: "AI, edited",
}


@dataclass(eq=False)
class LesionRow:
    """A lesion of an annotation, with its number and its regions, the anterior ones first; never changed."""

    number: int
    regions: tuple[Region, ...]
    annotation: Annotation
    measures: Measures | None
    since: str = ""
    """What it is since the prior scan, where that is shown."""

    @property
    def lesion(self) -> str:
        """Its identity."""
        return self.regions[0].lesion

    @property
    def waiting(self) -> bool:
        """Whether it is proposed and nobody has judged it."""
        return any(region.source is RegionSource.AI for region in self.regions)

    @property
    def views(self) -> str:
        """The views that it is drawn on."""
        return " ".join(
            SHORT_NAME[view] for view in ViewName if any(region.view is view for region in self.regions)
        )

    def measured(self, region: Region) -> LesionStatistics | None:
        """The statistics of a region, None where there are none."""
        return self.measures.of(region, self.annotation) if self.measures is not None else None

    @cached_property
    def all_measured(self) -> tuple[LesionStatistics, ...]:
        """The statistics of its regions that have some."""
        return tuple(found for region in self.regions if (found := self.measured(region)) is not None)


def rows_of(
    annotation: Annotation, measures: Measures | None, since: Mapping[str, str] | None = None
) -> list[LesionRow]:
    """The lesions of an annotation in the order of their numbers; `since`: what each is since the prior."""
    by_lesion: dict[str, list[Region]] = {}
    for region in annotation.regions:
        by_lesion.setdefault(region.lesion, []).append(region)
    return [
        LesionRow(number, _in_order(drawn), annotation, measures, (since or {}).get(lesion, ""))
        for number, (lesion, drawn) in enumerate(by_lesion.items(), start=1)
    ]


def _in_order(drawn: list[Region]) -> tuple[Region, ...]:
    """The regions of a lesion, the anterior ones first."""
    if len(drawn) == 1:
        return (drawn[0],)
    return tuple(region for view in ViewName for region in drawn if region.view is view)


@dataclass(frozen=True)
class LesionColumn:
    """A column: what stands above it and what that means, its words for a lesion and for one outline of it.

    `key`: by what lesions are sorted; `number`: it stands to the right.
    """

    title: str
    help: str
    of_lesion: Callable[[LesionRow], str]
    of_region: Callable[[LesionRow, Region], str]
    key: Callable[[LesionRow], float | str]
    number: bool = False


def _empty(_row: LesionRow, _region: Region) -> str:
    return ""


def _most(row: LesionRow, value: Callable[[LesionStatistics], float | None]) -> float | None:
    return max((each for found in row.all_measured if (each := value(found)) is not None), default=None)


def _measure(
    title: str, help_: str, value: Callable[[LesionStatistics], float | None], digits: int
) -> LesionColumn:
    def said(number: float | None) -> str:
        return NOTHING if number is None else f"{number:.{digits}f}"

    def of_region(row: LesionRow, region: Region) -> str:
        found = row.measured(region)
        return said(value(found) if found is not None else None)

    def key(row: LesionRow) -> float:
        most = _most(row, value)
        return -1.0 if most is None else most

    return LesionColumn(title, help_, lambda row: said(_most(row, value)), of_region, key, number=True)


def _ratio(title: str, help_: str, value: Callable[[LesionStatistics], Ratio | None]) -> LesionColumn:
    def largest(row: LesionRow) -> Ratio | None:
        ratios = (ratio for found in row.all_measured if (ratio := value(found)) is not None)
        return max(ratios, key=lambda ratio: ratio.value, default=None)

    def of_region(row: LesionRow, region: Region) -> str:
        found = row.measured(region)
        return ratio_text(value(found) if found is not None else None)

    def key(row: LesionRow) -> float:
        most = largest(row)
        return -1.0 if most is None else most.value

    return LesionColumn(title, help_, lambda row: ratio_text(largest(row)), of_region, key, number=True)


def _score(row: LesionRow) -> float | None:
    by = (region.proposed_by for region in row.regions)
    return max((each.score for each in by if each is not None and each.score is not None), default=None)


def _scored(region: Region) -> str:
    by = region.proposed_by
    return "" if by is None or by.score is None else f"{by.score:.2f}"


def _by(regions: Iterable[Region]) -> str:
    words = (
        _BY[region.source] + (f" ({by.model} {by.version})" if (by := region.proposed_by) is not None else "")
        for region in regions
    )
    return ", ".join(dict.fromkeys(words))


def confidence_text(rating: float | None) -> str:
    """How sure somebody is, in per cent."""
    return NOTHING if rating is None else f"{rating:.0f} %"


_LARGER = "the larger of its views"
COLUMNS = (
    LesionColumn(
        "#",
        "Lesion; below it its outlines",
        lambda row: f"{row.number}{' ?' if row.waiting else ''}",
        lambda _row, region: SHORT_NAME[region.view],
        lambda row: row.number,
    ),
    LesionColumn(
        "Class", "Class", lambda row: row.regions[0].label, _empty, lambda row: row.regions[0].label
    ),
    LesionColumn(
        "Since", "Since the prior scan that is shown", lambda row: row.since, _empty, lambda row: row.since
    ),
    LesionColumn(
        "Bone",
        "Bone region",
        lambda row: row.regions[0].bone or NOTHING,
        _empty,
        lambda row: row.regions[0].bone,
    ),
    LesionColumn(
        "Views", "The views that it is outlined on", lambda row: row.views, _empty, lambda row: row.views
    ),
    _measure("cm²", f"Area, {_LARGER}", lambda found: found.area_cm2, 2),
    _measure("Max", f"Highest counts of a pixel, {_LARGER}", lambda found: found.maximum, 0),
    _ratio(
        "/ around",
        f"Mean over that of the tissue around, {_LARGER}, ± standard error (counting noise)",
        lambda found: found.to_background,
    ),
    _ratio(
        "/ other side",
        f"Mean over that of the mirrored place, {_LARGER}, ± standard error (counting noise)",
        lambda found: found.to_contralateral,
    ),
    LesionColumn(
        "Sure",
        "How sure the annotator is",
        lambda row: confidence_text(row.regions[0].rating),
        _empty,
        lambda row: -1.0 if row.regions[0].rating is None else row.regions[0].rating,
        number=True,
    ),
    LesionColumn(
        "Score",
        "How likely the model took it for a focus that drew it first, the highest of its views",
        lambda row: NOTHING if (score := _score(row)) is None else f"{score:.2f}",
        lambda _row, region: _scored(region),
        lambda row: -1.0 if (score := _score(row)) is None else score,
        number=True,
    ),
    _measure("Mean", f"Mean counts of a pixel, {_LARGER}", lambda found: found.mean, 1),
    _measure("Counts", f"Total counts, {_LARGER}", lambda found: found.counts, 0),
    LesionColumn(
        "By",
        "Who drew it; a proposal (number with ?) counts only once it is accepted",
        lambda row: _by(row.regions),
        lambda _row, region: _by((region,)),
        lambda row: _by(row.regions),
    ),
    LesionColumn(
        "Comment",
        "Comment",
        lambda row: row.regions[0].comment,
        _empty,
        lambda row: row.regions[0].comment,
    ),
)
"""In the order in which they are given room."""
CLASS_COLUMN, SINCE_COLUMN, BONE_COLUMN = 1, 2, 3
