"""The fingerprint of a view's pixels, the same on every machine."""

from __future__ import annotations

import hashlib

from app.scan.scan import View


def view_hash(view: View) -> str:
    """SHA-256 over rows and columns (uint32) and the counts (float32), both little-endian, row by row."""
    digest = hashlib.sha256()
    for size in view.counts.shape:
        digest.update(size.to_bytes(4, "little"))
    digest.update(view.counts.astype("<f4", order="C").tobytes())
    return digest.hexdigest()
