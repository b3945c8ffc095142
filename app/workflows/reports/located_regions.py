"""The regions of a report as an installed model names them, with what is to be said of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.annotation.classes import METASTASIS
from app.annotation.label_set import LabelSet
from app.annotation.masks import label_mask
from app.learning.location import Locator, location_model
from app.scan.scan import Scan

NAMED_FROM = 0.5


@dataclass(frozen=True)
class Located:
    """Regions in the order of reports, who named them in words, and how sure it is."""

    regions: tuple[str, ...]
    by: str
    note: str


RegionNamer = Callable[[Scan, LabelSet], Located]


def regions_by_model() -> RegionNamer:
    """What names the regions: the newest installed model that does; AppError without one."""
    locator = Locator(location_model())

    def name(scan: Scan, labels: LabelSet) -> Located:
        """The regions that hold metastases from a half on, else the likeliest: drawn they are somewhere."""
        masks = {
            view.name: label_mask(labels.annotation, view.name, METASTASIS, view.counts.shape)
            for view in scan.views
        }
        found = locator(scan, masks)
        named = tuple(region for region, share in found.items() if share >= NAMED_FROM)
        model = locator.model
        shares = ", ".join(f"{region} {share:.2f}" for region, share in found.items())
        by = f"the model {model.name} {model.version}"
        note = f"regions named by {by}, trained on {model.training_data}, not by the bones ({shares})"
        if not named:
            named = (max(found, key=lambda region: found[region]),)
            note += f"; none reaches {NAMED_FROM:g}, the likeliest is named"
        return Located(named, by, note)

    return name
