"""The codes of label maps, as simulated cohorts have them and training reads them; 0 is none of them."""

from __future__ import annotations

from enum import IntEnum


class _Code(IntEnum):
    @property
    def title(self) -> str:
        """As it stands in tables."""
        return self.name.lower().replace("_", " ")


class FindingCode(_Code):
    """What a focal finding is."""

    METASTASIS = 1
    DEGENERATIVE = 2
    FRACTURE = 3
    OTHER_BENIGN = 4
    EQUIVOCAL = 5
    """Small and benign, but nobody could tell."""
    ARTEFACT = 6
    """A prosthesis."""


class OrganCode(_Code):
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
