"""The regions of the skeleton, their codes in label maps, their share of its mass and their report region."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.simulator.tables import rows


@dataclass(frozen=True)
class BoneRegion:
    """One region of the skeleton; `side` is "left", "right" or "" on the midline."""

    code: int
    name: str
    side: str
    sct: str
    """SNOMED CT code of the structure, without side; empty where the table has none."""
    mass_percent: float
    """Share of the skeletal mass (Imbriaco 1998, Clin Cancer Res 4:1765; spine split by us)."""
    report: str
    """Region of the report of Liu S et al.: spine, pelvis, scapula, rib, femur or other."""

    @property
    def title(self) -> str:
        """The region with its side, as it stands in tables and label codes."""
        return f"{self.name} {self.side}".strip()


@cache
def bone_regions() -> tuple[BoneRegion, ...]:
    """All regions in the order of their codes, which count from 1."""
    return tuple(
        BoneRegion(
            code=int(row["code"]),
            name=row["name"],
            side=row["side"],
            sct=row["sct"],
            mass_percent=float(row["mass_percent"]),
            report=row["report"],
        )
        for row in rows("regions.csv")
    )


@cache
def region_code(name: str, side: str = "") -> int:
    """Code of the region of that name and side."""
    return next(region.code for region in bone_regions() if (region.name, region.side) == (name, side))


def region_of(code: int) -> BoneRegion:
    """The region with that code."""
    return bone_regions()[code - 1]


@cache
def codes_named(name: str) -> tuple[int, ...]:
    """Codes of both sides of the region of that name."""
    return tuple(region.code for region in bone_regions() if region.name == name)
