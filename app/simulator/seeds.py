"""Independent random streams per purpose, so that changing one thing leaves all others as they were."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream is for. The body's streams know the patient, the others also the visit."""

    BODY = 1
    BONES = 2
    BENIGN = 3
    DISEASE = 4
    COURSE = 5
    POSE = 6
    TISSUE = 7
    CAMERA = 8
    SOURCES = 9
    ARTEFACTS = 10
    RECORD = 11
    NOISE = 12
    LESION_NOISE = 13
    TRUTH = 14


def stream(seed: int, patient: int, purpose: Purpose, visit: int = 0) -> np.random.Generator:
    """The generator of one patient for one purpose."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, patient, int(purpose), visit])))
