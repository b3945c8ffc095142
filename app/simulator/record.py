"""The paperwork of one examination: dates, dose, speed. Drawn without looking at the disease."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from app.simulator.camera import Camera
from app.simulator.field import PIXEL_CM, ROWS

_EPOCH = datetime(2019, 1, 7, 8, 0, 0)


@dataclass(frozen=True)
class Record:
    """When and how the scan was made."""

    started: datetime
    injected: datetime
    activity_mbq: float
    velocity_mm_s: float
    first_visit: datetime
    """The day of the patient's first scan, from which the age counts."""

    @property
    def days(self) -> int:
        """Days since the patient's first scan."""
        return (self.injected - self.first_visit).days

    @property
    def scan_length_mm(self) -> float:
        """The length of the field."""
        return ROWS * PIXEL_CM * 10

    @property
    def duration_ms(self) -> int:
        """Time that one pass of the field took."""
        return round(1000 * self.scan_length_mm / self.velocity_mm_s)


def sample_record(camera: Camera, months: float, rng: np.random.Generator) -> Record:
    """Draw the paperwork; a faster table or a smaller dose goes with fewer counts.

    2.2 million counts belong to 740 MBq and 10 cm/min, within 8-20 cm/min (EANM 2016: 300-740 MBq; elsewhere
    more).
    """
    activity = float(rng.uniform(450, 900))
    speed = 10.0 * (2.2e6 / camera.counts) * (activity / 740) * np.exp(rng.normal(0, 0.15))
    first = _EPOCH + timedelta(days=int(rng.integers(0, 1400)), minutes=int(rng.integers(0, 480)))
    day = first + timedelta(days=int(30.4 * months))
    delay = timedelta(minutes=int(rng.uniform(130, 250)))
    return Record(
        started=day + delay,
        injected=day,
        activity_mbq=round(activity, 1),
        velocity_mm_s=round(float(np.clip(speed, 8, 20)) / 6.0, 4),
        first_visit=first,
    )


def uid(*parts: object) -> str:
    """A DICOM UID that depends on nothing but `parts`: 2.25 and a 128-bit number (PS3.5 B.2)."""
    digest = hashlib.sha256("|".join(str(part) for part in parts).encode()).digest()[:16]
    return f"2.25.{int.from_bytes(digest, 'big')}"
