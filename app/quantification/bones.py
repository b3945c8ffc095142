"""The regions of the skeleton and their share of its mass, from one versioned table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app import paths
from app.bounded import toml_in
from app.errors import AppError
from app.scan.scan import ViewName


@dataclass(frozen=True)
class Bone:
    """One region of the skeleton; `side` is "left", "right" or "" on the midline."""

    code: int
    """Its value in region maps, from 1."""
    name: str
    side: str
    sct: str
    """SNOMED CT code of the structure, empty where the table has none."""
    mass_percent: float
    """Share of the skeletal mass in per cent."""
    views: frozenset[ViewName]
    """The views in which it is seen well enough to be measured."""
    report: str
    """Region of the report: spine, pelvis, scapula, rib, femur or other."""

    @property
    def title(self) -> str:
        """The region with its side."""
        return f"{self.name} {self.side}".strip()


@dataclass(frozen=True)
class BoneTable:
    """All regions in the order of their codes, and the name by which results cite the weights."""

    name: str
    version: int
    bones: tuple[Bone, ...]

    @property
    def title(self) -> str:
        """Name and version, as it stands in every result."""
        return f"{self.name}, table version {self.version}"

    def of(self, code: int) -> Bone:
        """The region with that code; raises KeyError for an unknown one."""
        for bone in self.bones:
            if bone.code == code:
                return bone
        raise KeyError(code)


@cache
def bone_table() -> BoneTable:
    """The shipped table; weights after Imbriaco 1998, Clin Cancer Res 4:1765. Raises AppError if damaged."""
    file = paths.resources() / "bone_weights.toml"
    try:
        table = toml_in(file.read_text(encoding="utf-8"))
        bones = tuple(
            Bone(
                code=int(row["code"]),
                name=str(row["name"]),
                side=str(row["side"]),
                sct=str(row["sct"]),
                mass_percent=float(row["mass_percent"]),
                views=frozenset(ViewName(view) for view in row["views"]),
                report=str(row["report"]),
            )
            for row in table["region"]
        )
        return BoneTable(str(table["name"]), int(table["version"]), bones)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise AppError(
            f"The table of bone weights ({file.name}) cannot be used: {error}.", "Install the program again."
        ) from error
