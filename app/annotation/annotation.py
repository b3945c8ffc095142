"""All regions of one person on one scan."""

from __future__ import annotations

from dataclasses import dataclass

from app.annotation.region import Region
from app.scan.scan import ViewName


@dataclass(frozen=True, eq=False)
class Annotation:
    """The regions that one reader drew on one case, in the order they were drawn.

    `rejected`: what a machine proposed and the reader took away, so that it is not proposed again.
    """

    case: str = ""
    reader: str = ""
    regions: tuple[Region, ...] = ()
    rejected: tuple[Region, ...] = ()

    def region(self, uuid: str) -> Region:
        """The region of that identity; raises KeyError when there is none."""
        for region in self.regions:
            if region.uuid == uuid:
                return region
        raise KeyError(uuid)

    def __contains__(self, uuid: str) -> bool:
        return any(region.uuid == uuid for region in self.regions)

    def on(self, view: ViewName) -> tuple[Region, ...]:
        """The regions on one view."""
        return tuple(region for region in self.regions if region.view is view)

    @property
    def lesion_numbers(self) -> dict[str, int]:
        """The number each lesion is called by, from 1 in the order of its first region."""
        lesions = dict.fromkeys(region.lesion for region in self.regions)
        return {lesion: number for number, lesion in enumerate(lesions, start=1)}
