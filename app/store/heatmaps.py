"""Heat maps as they are kept: one byte a pixel, no finer than they need to be, compressed.

The maps of a net are far coarser than the image; what is smooth between their grid points is
not kept.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np

from app.bounded import json_in
from app.scan.scan import ViewName
from app.study.ai_result import AiResult, Attention

FINENESS = (8, 4, 2)
"""Image pixels along the side of a kept pixel, the coarsest that is good enough."""
TOLERANCE = 0.02
"""Largest difference, of 1, that a coarser map may make anywhere."""
_MOST = 1 << 26
"""Bytes of one unpacked map; more is damage."""


def packed(heatmaps: Mapping[ViewName, Attention]) -> bytes:
    """Maps float32 (rows, cols), 0-1, as bytes; empty for none."""
    if not heatmaps:
        return b""
    head, body = [], b""
    for view, heat in heatmaps.items():
        kept = _coarse(np.clip(np.nan_to_num(heat), 0, 1).astype(np.float32))
        head.append([view.value, *heat.shape, *kept.shape])
        body += np.round(kept * 255).astype(np.uint8).tobytes()
    return json.dumps(head).encode() + b"\n" + zlib.compress(body, 6)


def result_with(words: Mapping[str, Any], content: bytes) -> AiResult:
    """A result of its words and its packed maps, which it names by their hash unless the words do; raises
    ValueError and TypeError for what is none."""
    result = AiResult.from_words(words, unpacked(content))
    if result.heatmaps_sha256 or not result.heatmaps:
        return result
    return replace(result, heatmaps_sha256=sha256(content).hexdigest())


def unpacked(content: bytes) -> dict[ViewName, Attention]:
    """The maps again, float32 (rows, cols), 0-1; raises ValueError for anything else."""
    if not content:
        return {}
    try:
        line, _, rest = content.partition(b"\n")
        head = json_in(line)
        body = zlib.decompressobj().decompress(rest, _MOST)
        maps, start = {}, 0
        for view, rows, cols, kept_rows, kept_cols in head:
            size = kept_rows * kept_cols
            kept = np.frombuffer(body, np.uint8, size, start).reshape(kept_rows, kept_cols) / np.float32(255)
            maps[ViewName(view)] = _fine(kept.astype(np.float32), rows, cols)
            start += size
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise ValueError("it is no heat map") from error
    return maps


def _coarse(heat: Attention) -> Attention:
    rows, cols = heat.shape
    for step in FINENESS:
        if rows % step or cols % step:
            continue
        kept = heat.reshape(rows // step, step, cols // step, step).mean(axis=(1, 3))
        if np.abs(_fine(kept, rows, cols) - heat).max() <= TOLERANCE:
            return np.asarray(kept, dtype=np.float32)
    return heat


def _fine(kept: Attention, rows: int, cols: int) -> Attention:
    """Bilinear between the middles of the kept pixels."""
    if kept.shape == (rows, cols):
        return kept
    return np.asarray(_weights(kept.shape[0], rows) @ kept @ _weights(kept.shape[1], cols).T, np.float32)


def _weights(kept: int, length: int) -> Attention:
    """Weights (length, kept) of the kept samples at each pixel's middle."""
    at = np.clip((np.arange(length) + 0.5) * kept / length - 0.5, 0, kept - 1)
    low = np.minimum(at.astype(np.int64), max(kept - 2, 0))
    share = (at - low).astype(np.float32)
    weights = np.zeros((length, kept), np.float32)
    index = np.arange(length)
    weights[index, low] = 1 - share
    weights[index, np.minimum(low + 1, kept - 1)] += share
    return weights
