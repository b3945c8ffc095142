"""The codes of the label maps: what kind of finding, which organ."""

from __future__ import annotations

from enum import IntEnum

from app.simulator.regions import bone_regions


class LesionClass(IntEnum):
    """What a focal finding is."""

    METASTASIS = 1
    DEGENERATIVE = 2
    FRACTURE = 3
    OTHER_BENIGN = 4
    EQUIVOCAL = 5
    """Small and benign, but nobody could tell."""
    ARTEFACT = 6
    """A prosthesis."""

    @property
    def title(self) -> str:
        """As it stands in tables."""
        return self.name.lower().replace("_", " ")


class Organ(IntEnum):
    """What is not bone."""

    SOFT_TISSUE = 1
    KIDNEY_RIGHT = 2
    KIDNEY_LEFT = 3
    BLADDER = 4
    INJECTION_SITE = 5
    URINE = 6
    OTHER_UPTAKE = 7
    """Lymph node, thyroid cartilage, ureter, catheter bag."""
    ARTEFACT = 8
    """Metal in front of the body."""

    @property
    def title(self) -> str:
        """As it stands in tables."""
        return self.name.lower().replace("_", " ")


def label_codes() -> dict[str, dict[str, int]]:
    """Names and codes of the three label maps; 0 is none of them."""
    return {
        "lesion": {item.title: int(item) for item in LesionClass},
        "region": {region.title: region.code for region in bone_regions()},
        "organ": {item.title: int(item) for item in Organ},
    }
