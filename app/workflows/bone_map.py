"""The bone regions of a scan that nobody has drawn them on."""

from __future__ import annotations

from app.quantification.registration.bone_fit import fit_bones
from app.quantification.registration.fitted import FittedBones
from app.scan.scan import Scan


def bones_of(scan: Scan) -> FittedBones:
    """Fit the bone regions to every view of a scan; notes say how well, and where no body was found."""
    return fit_bones(scan)
