"""Real beside simulated scans in inverse grey, degraded alike, for looking; never stored with the project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.beside_real.degraded import Grey, Pair
from benchmarks.realism_pictures import grey

GAP, CAPTION = 8, 18


def looked_at(pair: Pair) -> Grey:
    """Both views with one upper level; uint8 (rows, cols)."""
    both = np.concatenate(
        [np.pad(view, ((0, 0), (0, GAP))) for view in (pair.anterior, pair.posterior)], axis=1
    )
    upper = float(np.percentile(both[both > 0], 99.0))
    return grey(both, upper)


def write(path: Path, real: Sequence[Pair], simulated: Sequence[Pair], each_row: int = 4) -> None:
    """Rows of real scans above rows of simulated ones, as a PNG."""
    rows = []
    for title, pairs in (("real", real), ("simulated", simulated)):
        for start in range(0, len(pairs), each_row):
            rows += [(title, [looked_at(pair) for pair in pairs[start : start + each_row]])]
    widest = max(sum(picture.shape[1] + GAP for picture in pictures) for _, pictures in rows)
    heights = [CAPTION + max(picture.shape[0] for picture in pictures) for _, pictures in rows]
    canvas = Image.new("L", (widest, sum(heights)), 255)
    draw, y = ImageDraw.Draw(canvas), 0
    for (title, pictures), height in zip(rows, heights, strict=True):
        x = 0
        draw.text((2, y + 2), title, fill=60)
        for picture in pictures:
            canvas.paste(Image.fromarray(picture), (x, y + CAPTION))
            x += picture.shape[1] + GAP
        y += height
    canvas.save(path)
