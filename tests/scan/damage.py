"""Seeded damage to a file's bytes, of the kinds that disks and networks do."""

from __future__ import annotations

import random

HEADER = 3000
"""Half of the damage falls on the first bytes, where it hurts most."""


def damaged(data: bytes, seed: int) -> bytes:
    """`data` with one to five flips, insertions or runs of zeros, or cut short."""
    rng = random.Random(seed)
    result = bytearray(data)
    kind = rng.choice(("flip", "cut", "insert", "zero"))
    reach = len(data) if rng.random() < 0.5 else min(HEADER, len(data))
    if kind == "cut":
        return data[: rng.randrange(reach)]
    for _ in range(rng.choice((1, 1, 2, 5))):
        place = rng.randrange(reach)
        if kind == "flip":
            result[place] ^= 1 << rng.randrange(8)
        elif kind == "insert":
            result[place:place] = rng.randbytes(rng.randrange(1, 16))
        else:
            length = min(rng.randrange(1, 200), len(result) - place)
            result[place : place + length] = bytes(length)
    return bytes(result)
