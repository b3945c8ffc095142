"""Which bits of a stored word are the count: those of the header, unless the counts speak against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Bits:
    """Where a value lies in its word: `stored` of `allocated` bits from `lowest`, with a sign or not."""

    allocated: int
    stored: int
    lowest: int = 0
    signed: bool = False

    @classmethod
    def of_header(cls, allocated: int, stored: int, high: int, signed: bool) -> Bits:
        """Bits Stored, High Bit and Pixel Representation; a High Bit that cannot be is none."""
        lowest = high + 1 - stored
        return cls(allocated, stored, lowest if 0 <= lowest <= allocated - stored else 0, signed)

    def values(self, words: NDArray[Any]) -> NDArray[Any]:
        """The values in `words`, unsigned integers of any shape, without the bits around them."""
        width = 8 * words.dtype.itemsize
        plain = words.view(f"{'i' if self.signed else 'u'}{words.dtype.itemsize}")
        return np.asarray((plain << (width - self.stored - self.lowest)) >> (width - self.stored))


Fits = Callable[[NDArray[Any]], bool]


def values_of(
    words: NDArray[Any], header: Bits, fits: Fits | None, original: bool, warnings: list[str]
) -> NDArray[Any]:
    """The values in stored words, unsigned integers of any shape; integers of the same shape.

    `fits` tells whether values sum to Counts Accumulated, None where the file does not give it. What the
    header says is taken when it fits. Otherwise another reading that does is; without any, a header that the
    values contradict is left as well: a High Bit above bits that are empty, and a sign in an `original`
    image, whose counts cannot lie far below zero. `warnings` says what was not taken from the header.
    """
    said = header.values(words)
    if fits is not None:
        if fits(said):
            return said
        for other, reason in _others(header):
            values = other.values(words)
            if fits(values):
                warnings.append(f"{reason}: only so do the pixels sum to Counts Accumulated.")
                return values
    below = (1 << header.lowest) - 1
    if header.lowest and not (words >> header.stored).any() and (words & below).any():
        header = replace(header, lowest=0)
        said = header.values(words)
        warnings.append(f"{LOW}: bits are empty above, and set below.")
    elif header.stored < header.allocated and _around(words, header).any():
        warnings.append("Bits outside Bits Stored are set, by old overlays perhaps; they are left out.")
    if header.signed and (lowest := int(said.min())) < 0:
        if original and lowest <= -(2 ** (header.stored - 2)):
            warnings.append(f"{UNSIGNED}: no original image counts {lowest:,} in a pixel.")
            return replace(header, signed=False).values(words)
        warnings.append(
            f"Some values are negative, down to {lowest:,}; only the header says that they have a sign."
        )
    return said


LOW = "The values are taken from the lowest bits and not from below High Bit"
WHOLE = "The values are taken from all bits allocated and not from Bits Stored"
UNSIGNED = "The values are taken without the sign that Pixel Representation gives them"


def _others(header: Bits) -> Iterator[tuple[Bits, str]]:
    """Other readings of the words than the header's, the likelier ones first."""
    if header.signed:
        yield replace(header, signed=False), UNSIGNED
    if header.lowest:
        yield replace(header, lowest=0), LOW
        yield replace(header, lowest=0, signed=False), LOW
    if header.stored < header.allocated:
        yield replace(header, stored=header.allocated, lowest=0), WHOLE
        yield replace(header, stored=header.allocated, lowest=0, signed=False), WHOLE


def _around(words: NDArray[Any], header: Bits) -> NDArray[Any]:
    """The bits of the words outside the header's reading; copies of a sign above it are part of it."""
    inside = ((1 << header.stored) - 1) << header.lowest
    around = words & ~np.array(inside, words.dtype)
    if header.signed and not header.lowest:
        around = np.where(words == header.values(words).view(words.dtype), 0, around)
    return np.asarray(around)
