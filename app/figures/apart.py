"""Labels beside values, moved apart so that none lies on another."""

from __future__ import annotations

from collections.abc import Sequence


def apart(values: Sequence[float], gap: float) -> list[float]:
    """The places nearest to the values that lie at least `gap` from each other, in the values' order.

    Labels that touch become one block, centred on its values (pool adjacent violators).
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    blocks: list[tuple[float, int]] = []  # sum of where its first label would be, labels
    for rank, place in enumerate(order):
        total, count = values[place] - gap * rank, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before, labels = blocks.pop()
            total, count = total + before, count + labels
        blocks.append((total, count))
    starts = [total / count for total, count in blocks for _ in range(count)]
    placed = [0.0] * len(values)
    for rank, (place, start) in enumerate(zip(order, starts, strict=True)):
        placed[place] = start + gap * rank
    return placed
