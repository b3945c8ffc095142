"""The indices of burden that are one number for a whole scan, a row each.

A new one is a file with its formula and a row here. It then stands in `quantification.csv`, its JSON and the
lines of the command, in the report, its document and its DICOM SR, and in the follow-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.annotation.geometry import Mask
from app.quantification.bsi import BoneMap, BoneScanIndex
from app.quantification.bsla import bsla_cm2, bslai
from app.quantification.normaliser import Normaliser
from app.quantification.pabs import pabs_percent
from app.scan.scan import View, ViewName


@dataclass(frozen=True)
class Marked:
    """What an index is computed from, by view: lesions bool (rows, cols), bones uint8 (rows, cols).

    `bones` is empty and `bsi` None without region maps, `normalisers` empty where pixels are no counts.
    """

    views: Mapping[ViewName, View]
    lesions: Mapping[ViewName, Mask]
    bones: Mapping[ViewName, BoneMap]
    normalisers: Mapping[ViewName, Normaliser]
    bsi: BoneScanIndex | None


@dataclass(frozen=True)
class BurdenIndex:
    """One index: what it is called everywhere, and how it is computed."""

    key: str
    """In tables and JSON."""
    name: str
    unit: str
    """%, cm² or nothing."""
    of: Callable[[Marked], float | None]
    """None where the scan or the masks do not give it."""
    definition: str = ""
    """In the report; an index without one is left out there."""
    code: tuple[str, str] | None = None
    """Its own code and meaning in DICOM SR, up to 16 and 64 characters; left out there without one."""

    @property
    def title(self) -> str:
        """Name and unit, as on an axis."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


INDICES = (
    BurdenIndex(
        "bsi_percent", "BSI", "%", lambda marked: marked.bsi.percent if marked.bsi else None,
        "no bone regions", ("atlas-area-bsi", "Atlas-area BSI"),
    ),
    BurdenIndex(
        "pabs_percent", "PABS", "%", lambda marked: pabs_percent(marked.lesions, marked.bones),
        "lesion area over skeleton area", ("pabs", "Positive area of the bone surface"),
    ),
    BurdenIndex(
        "bsla_cm2", "BSLA", "cm²", lambda marked: bsla_cm2(marked.views, marked.lesions),
        "lesion area on both views", ("bsla", "Bone scan lesion area"),
    ),
    BurdenIndex("bslai", "BSLAI", "", lambda marked: bslai(marked.views, marked.lesions, marked.normalisers)),
)  # fmt: skip
