"""What a fit of the bone regions to a scan gives, and in which words it has to be taken with care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.quantification.bsi import BoneMap
from app.scan.scan import ViewName


@dataclass(frozen=True, eq=False)
class FittedBones:
    """The bone regions of a scan, fitted and not drawn.

    `maps`: region codes of each view, uint8 (rows, cols). `quality`: how alike each view is
    to what was fitted, a correlation up to 1. `notes`: what a result made with them has
    to say, a sentence each.
    """

    maps: Mapping[ViewName, BoneMap]
    quality: Mapping[ViewName, float]
    notes: tuple[str, ...] = ()
