"""The codes of the label maps by name, for the manifest of a cohort."""

from __future__ import annotations

from app.annotation.label_codes import FindingCode, OrganCode
from app.quantification.bones import bone_table


def label_codes() -> dict[str, dict[str, int]]:
    """Names and codes of the three label maps; 0 is none of them."""
    return {
        "lesion": {item.title: int(item) for item in FindingCode},
        "region": {region.title: region.code for region in bone_table().bones},
        "organ": {item.title: int(item) for item in OrganCode},
    }
