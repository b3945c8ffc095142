"""A simulated scan with its true bone regions, made once for all tests that ask for it."""

from __future__ import annotations

from functools import cache

import numpy as np

from app.quantification.bsi import BoneMap
from app.scan.scan import Scan, View, ViewName
from app.simulator.body import CaseSeed
from app.simulator.difficulty import preset
from app.simulator.simulate import simulate

SPACING = (2.26, 2.26)


@cache
def ill_patient() -> tuple[Scan, dict[ViewName, BoneMap]]:
    """A scan with metastases, and its bone regions."""
    made = simulate(CaseSeed(77, 3, True, preset("trial"), 0))
    views = [
        View(view, made.counts[place].astype(np.float32), SPACING) for place, view in enumerate(ViewName)
    ]
    return Scan("ill", *views, simulated=True), dict(zip(ViewName, made.labels.region, strict=True))
