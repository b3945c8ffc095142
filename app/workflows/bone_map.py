"""The bone regions of a scan that nobody has drawn them on."""

from __future__ import annotations

import numpy as np

from app.quantification.bone_atlas import atlas, places
from app.quantification.bsi import BoneMap
from app.quantification.reference import midline
from app.quantification.registration.fitted import FittedBones
from app.scan.scan import Scan, View, ViewName
from app.scan.window import body_mask

_NOTE = "bone regions fitted to the scan, not drawn: from the place in the body alone"


def bones_of(scan: Scan) -> FittedBones:
    """Fit the bone regions to every view of a scan; no maps and a note where there is no body to be seen."""
    maps = {view.name: codes for view in scan.views if (codes := _placed(view)) is not None}
    missing = [view.name for view in scan.views if view.name not in maps]
    notes = [_NOTE] if maps else []
    notes += [f"no bone regions on the {name.value} view: no body was found on it" for name in missing]
    return FittedBones(maps, dict.fromkeys(maps, 0.5), tuple(notes))


def _placed(view: View) -> BoneMap | None:
    body = body_mask(view.counts)
    y, x = np.nonzero(body)
    cells = places(body, midline(view.counts, body), x + 0.5, y + 0.5)
    if cells is None:
        return None
    codes = np.zeros(view.counts.shape, np.uint8)
    codes[y, x] = atlas()[list(ViewName).index(view.name)][cells]
    return codes
