"""Makes the atlas of bone regions out of simulated scans, and measures on others how often it is right.

python -m benchmarks.bone_atlas COHORT            measures the shipped atlas on a cohort of `simulate`
python -m benchmarks.bone_atlas COHORT --write    makes it anew from that cohort
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from app import paths
from app.annotation.formats import simulator_labels
from app.annotation.label_set import LabelSet
from app.quantification.bone_atlas import COLS, ROWS, places, suggest
from app.quantification.bones import bone_table
from app.quantification.lesion_statistics import ViewReference
from app.scan.read import read_scan
from app.scan.scan import ViewName
from benchmarks.table import Row, print_table

REACH = 4
"""Cells of the atlas around bone that are filled with the nearest one."""


def cases(cohort: Path, scans: int | None = None) -> Iterator[tuple[LabelSet, dict[ViewName, ViewReference]]]:
    """Labels and references of the first scans of a cohort, or of all."""
    for case, files in islice(simulator_labels.cases(cohort / "labels").items(), scans):
        scan = read_scan(cohort / "scans" / f"{case}.dcm")
        yield simulator_labels.read(case, files), {view.name: ViewReference(view) for view in scan.views}


def make(cohort: Path, scans: int | None) -> np.ndarray:
    """The most frequent region of each cell, uint8 (2, ROWS, COLS)."""
    size = max(bone.code for bone in bone_table().bones) + 1
    votes = np.zeros((2, ROWS, COLS, size), np.int64)
    for labels, references in cases(cohort, scans):
        for number, view in enumerate(ViewName):
            y, x = np.nonzero(labels.bones[view])
            cell = places(references[view].body, references[view].axis, x + 0.5, y + 0.5)
            if cell is not None:
                np.add.at(votes[number], (*cell, labels.bones[view][y, x]), 1)
    best = votes.argmax(axis=3).astype(np.uint8)
    for view in best:
        far, (row, col) = ndimage.distance_transform_edt(view == 0, return_indices=True)
        view[:] = np.where(far <= REACH, view[row, col], 0)
    return best


def measure(cohort: Path, scans: int | None) -> list[Row]:
    """How often the suggestion for a lesion's middle is the region with most of its pixels."""
    right, near, number = 0, 0, 0
    for labels, references in cases(cohort, scans):
        for region in labels.annotation.regions:
            if region.label not in ("metastasis", "degenerative", "fracture", "other benign", "equivocal"):
                continue
            x, y = region.vertices.mean(axis=0)
            truth = int(labels.bones[region.view][int(y), int(x)])
            if not truth:
                continue
            reference = references[region.view]
            said = suggest(region.view, reference.body, reference.axis, x, y)
            bone = bone_table().of(truth)
            number += 1
            right += said is not None and said.code == truth
            near += said is not None and said.report == bone.report
    return [
        Row("Bone suggested from position, 27 regions", f"{right / number:.1%} of {number} findings"),
        Row("the same, six report regions", f"{near / number:.1%}"),
    ]


def main() -> None:
    """Make or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--scans", type=int, help="the first so many, not all")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.write:
        target = paths.resources() / "bone_atlas.png"
        Image.fromarray(make(chosen.cohort, chosen.scans).reshape(-1, COLS)).save(target, optimize=True)
        print(f"{target.name}: {target.stat().st_size} bytes")
    else:
        print_table(measure(chosen.cohort, chosen.scans))


if __name__ == "__main__":
    main()
