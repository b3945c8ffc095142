"""A small scan with lesions as files, for every test of reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.scan.scan import ViewName
from tests.annotation.conftest import disc
from tests.scan.nm_files import code, toy_counts, write_nm

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SPINE, PELVIS, SKULL, FEMUR = "thoracic spine", "hemipelvis left", "skull", "femur right"


def scan_file(folder: Path, name: str = "case-7", **tags: object) -> Path:
    """A whole-body object of a toy patient, injected 3 h before with 600 MBq."""
    return write_nm(folder / f"{name}.dcm", *toy_counts(np.random.default_rng(5)), **{**injected(), **tags})


def injected() -> dict[str, object]:
    """The elements that say how the tracer was given."""
    from pydicom.dataset import Dataset

    agent = Dataset()
    agent.Radiopharmaceutical = "Tc-99m MDP"
    agent.RadionuclideTotalDose, agent.RadiopharmaceuticalStartTime = "600", "071500"
    agent.RadionuclideCodeSequence = [code("72454006", "SCT", "^99m^Technetium")]
    return {
        "RadiopharmaceuticalInformationSequence": [agent],
        "AcquisitionDate": "20200102",
        "AcquisitionTime": "101500",
    }


def lesion(name: str, x: float, y: float, bone: str = SPINE, **more: object) -> tuple[Region, Region]:
    """A lesion on both views."""
    front = Region(ANT, disc(x, y, 6), lesion=name, bone=bone, **more)  # type: ignore[arg-type]
    back = Region(POST, disc(256 - x, y, 6), lesion=name, bone=bone, **more)  # type: ignore[arg-type]
    return front, back


def labels_file(folder: Path, regions: Sequence[Region], case: str = "case-7") -> Path:
    """These regions as the annotation of R1."""
    labels = LabelSet(Annotation(case, "R1", tuple(regions)), dict.fromkeys(ViewName, (256, 1024)))
    return native.write(folder, labels)[0]
