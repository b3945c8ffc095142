"""COCO's run-length masks: column by column, starting with what is outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.annotation.geometry import Mask
from app.annotation.label_set import NOT_TOLD, Size
from app.errors import AppError


def mask_of(encoded: dict[str, Any], size: Size) -> Mask:
    """The mask, bool (rows, cols), of a plain or compressed run-length code; raises AppError."""
    rows, columns = (int(each) for each in encoded["size"])
    if size == NOT_TOLD:
        raise AppError("its image has no size, which a run-length mask needs")
    if (columns, rows) != size:
        raise AppError(f"its mask is {columns} × {rows}, its image {size[0]} × {size[1]} pixels")
    counts = encoded["counts"]
    runs = _decompressed(counts) if isinstance(counts, str) else [int(each) for each in counts]
    if min(runs, default=0) < 0 or sum(runs) != rows * columns:
        raise AppError("its runs do not fill the image")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(columns, rows).T.copy()


def _decompressed(text: str) -> list[int]:
    """Runs out of COCO's text: five bits a character from 48 on, each run less the one before the last."""
    runs: list[int] = []
    value = shift = 0
    for character in text.encode("ascii"):
        bits = character - 48
        value |= (bits & 0x1F) << shift
        shift += 5
        if not bits & 0x20:
            if bits & 0x10:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    return runs
