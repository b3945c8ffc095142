"""Codes, UIDs and date shifts that stand for a patient's own: the same whenever the same key is used."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

LARGEST_SHIFT_DAYS = 3650
SECONDS_OF_A_DAY = 86_400
SOME_DAY = datetime(2000, 1, 2)


@dataclass(frozen=True)
class Pseudonyms:
    """Keyed hashes (HMAC-SHA-256): without `key`, at least 16 random bytes, nothing leads back."""

    key: bytes

    def _hash(self, kind: str, value: str) -> bytes:
        return hmac.new(self.key, f"{kind}\n{value}".encode(), sha256).digest()

    def patient(self, identity: str) -> str:
        """A code such as P-3F9A2C714B for a patient."""
        return "P-" + self._hash("patient", identity).hex()[:10].upper()

    def file(self, instance: str) -> str:
        """Eight hexadecimal digits that name an object's file."""
        return self._hash("file", instance).hex()[:8].upper()

    def uid(self, original: str) -> str:
        """A UID derived from a UUID, as PS3.5 B.2 has it: 2.25 and the UUID as a number."""
        return f"2.25.{UUID(bytes=self._hash('uid', original)[:16], version=4).int}"

    def shift_days(self, identity: str) -> int:
        """Days by which all dates of a patient move into the past: 1 to ten years."""
        return -(1 + int.from_bytes(self._hash("shift", identity)[:8], "big") % LARGEST_SHIFT_DAYS)

    def shift_seconds(self, identity: str) -> int:
        """Seconds by which all times of day of a patient move on top of the days: none to one day."""
        return -(int.from_bytes(self._hash("time shift", identity)[:8], "big") % SECONDS_OF_A_DAY)

    def shifted(self, identity: str, date: str, time: str = "") -> tuple[str, str]:
        """A DICOM date (YYYYMMDD) and time (HHMM, HHMMSS, fractions stay) moved by the patient's shift.

        Both together move as one moment, so that all intervals stay; a time alone goes round the clock.
        Either is empty when it is none.
        """
        day, clock = _day(date.strip()), _clock(time.strip())
        try:
            if day is not None:
                day += timedelta(days=self.shift_days(identity))
            if clock is not None:
                moment = (day or SOME_DAY) + clock + timedelta(seconds=self.shift_seconds(identity))
                return moment.strftime("%Y%m%d") if day else "", f"{moment:%H%M%S}{_fraction(time)}"
        except OverflowError:
            return "", ""
        return day.strftime("%Y%m%d") if day else "", ""


def _day(date: str) -> datetime | None:
    try:
        return datetime.strptime(date, "%Y%m%d")
    except ValueError:
        return None


def _clock(time: str) -> timedelta | None:
    """Time since midnight of a DICOM time; a leap second is the next minute's first."""
    parts = re.fullmatch(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)?(\.\d+)?", time)
    if parts is None:
        return None
    return timedelta(hours=int(parts[1]), minutes=int(parts[2]), seconds=int(parts[3] or 0))


def _fraction(time: str) -> str:
    return "." + time.strip().split(".", 1)[1] if "." in time else ""
