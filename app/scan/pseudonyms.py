"""Codes, UIDs and date shifts that stand for a patient's own: the same whenever the same key is used."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

LARGEST_SHIFT_DAYS = 3650


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

    def shifted(self, identity: str, date: str) -> str:
        """A DICOM date (YYYYMMDD) moved by the patient's shift; empty when it is no date."""
        try:
            moved = datetime.strptime(date.strip(), "%Y%m%d") + timedelta(days=self.shift_days(identity))
        except (ValueError, OverflowError):
            return ""
        return moved.strftime("%Y%m%d")
