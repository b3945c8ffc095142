"""Makes the templates of the fitted bone map, and measures on other simulated scans how well it fits.

python -m benchmarks.bone_map COHORT [COHORT …]    measures the shipped templates on cohorts of `simulate`
python -m benchmarks.bone_map COHORT --write       makes them anew from the scans without metastases
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app import paths
from app.annotation.classes import METASTASIS
from app.annotation.formats import simulator_labels
from app.annotation.label_set import LabelSet
from app.annotation.masks import union
from app.annotation.region import Region
from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.quantification.lesion_statistics import main_bone
from app.quantification.registration.bone_fit import fit_bones
from app.quantification.registration.frame import COLS, ROWS, body_of, frames_of
from app.quantification.registration.picture import blocks, framed
from app.quantification.registration.templates import FINE, packed
from app.scan.read import read_scan
from app.scan.scan import Scan, ViewName
from benchmarks.table import Row, print_table

POOL, NUMBER = 400, 64
"""Scans to choose from, and templates to choose."""
VERSION = 1
"""Of the templates; every result names it."""
Arrays = tuple[NDArray[np.float32], NDArray[np.uint8]]


def cases(cohort: Path, *, ill: bool) -> list[str]:
    """Names of the ill, or of the healthy, of a cohort."""
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        return [row["case"] for row in csv.DictReader(file) if (row["truth"] == "1") == ill]


def opened(cohort: Path, case: str) -> tuple[Scan, LabelSet]:
    """A scan with its labels."""
    labels = simulator_labels.read(case, (cohort / "labels" / f"{case}.npz",))
    return read_scan(cohort / "scans" / f"{case}.dcm"), labels


def in_frame_of(cohort: Path, case: str) -> Arrays:
    """`in_frame` of a case of a cohort."""
    scan, labels = opened(cohort, case)
    return in_frame(scan, labels.bones)


def in_frame(scan: Scan, bones: Mapping[ViewName, BoneMap]) -> Arrays:
    """Pictures float32 (2, ROWS, COLS) and labels uint8 (2, 2 ROWS, 2 COLS) of a whole scan."""
    pictures, labels = [], []
    for view in scan.views:
        body = body_of(view)
        assert body is not None
        _, frame = next(frames_of(view, body))
        pictures.append(framed(view.counts, body.mask, frame).picture)
        y, x = (np.rint(each).astype(int) for each in frame.places(ROWS * FINE, COLS * FINE, 1 / FINE))
        codes = bones[view.name]
        inside = (y >= 0) & (y < codes.shape[0]) & (x >= 0) & (x < codes.shape[1])
        labels.append(
            np.where(inside, codes[y.clip(0, codes.shape[0] - 1), x.clip(0, codes.shape[1] - 1)], 0)
        )
    return np.stack(pictures), np.stack(labels).astype(np.uint8)


def spread_out(features: NDArray[np.float32], number: int) -> list[int]:
    """As different rows as possible: those nearest the centres of k-means, seeded far apart."""
    rng = np.random.default_rng(0)
    centres = [features[0]]
    for _ in range(number - 1):
        away = np.min([((features - centre) ** 2).sum(axis=1) for centre in centres], axis=0)
        centres.append(features[rng.choice(len(features), p=away / away.sum())])
    middle = np.array(centres)
    for _ in range(15):
        mine = np.array([((middle - row) ** 2).sum(axis=1).argmin() for row in features])
        middle = np.array(
            [features[mine == k].mean(axis=0) if (mine == k).any() else middle[k] for k in range(number)]
        )
    return sorted({int(((features - centre) ** 2).sum(axis=1).argmin()) for centre in middle})


def write(cohort: Path) -> None:
    """Choose templates among the healthy of a cohort and write the file."""
    healthy = cases(cohort, ill=False)[:POOL]
    with ProcessPoolExecutor() as workers:
        pool = list(workers.map(in_frame_of, [cohort] * len(healthy), healthy, chunksize=8))
    features = np.array([[blocks(view).ravel() for view in pictures] for pictures, _ in pool])
    chosen = spread_out(features.reshape(len(pool), -1), NUMBER)
    made = json.loads((cohort / "cohort.json").read_text(encoding="utf-8"))
    target = paths.resources() / "bone_templates.npz"
    np.savez_compressed(
        target,
        title=np.array(f"{len(chosen)} simulated templates, version {VERSION}"),
        source=np.array(
            f"preset {made['preset']}, seed {made['seed']}, simulator {made['simulator_version']}"
        ),
        pictures=packed(np.stack([pool[number][0] for number in chosen])),
        labels=np.stack([pool[number][1] for number in chosen]),
    )
    print(f"{target.name}: {len(chosen)} templates, {target.stat().st_size} bytes")


@dataclass
class Tally:
    """What is counted over a cohort."""

    dice: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    area: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    quality: list[tuple[float, float]] = field(default_factory=list)
    """Quality that the fit says, and the mean Dice of the view."""
    seconds: list[float] = field(default_factory=list)
    lesions: list[tuple[int, int, ViewName]] = field(default_factory=list)
    """True and fitted code of each metastasis on each view."""


def measure(cohorts: list[Path], number: int | None) -> Tally:
    """Fit the first ill scans of each cohort, or all, and compare with the true regions.

    Only regions that count on the view are compared.
    """
    tally = Tally()
    for cohort in cohorts:
        for case in cases(cohort, ill=True)[:number]:
            scan, labels = opened(cohort, case)
            truth = labels.bones
            started = time.perf_counter()
            fitted = fit_bones(scan)
            tally.seconds.append(time.perf_counter() - started)
            for view, codes in fitted.maps.items():
                _compare(tally, view, codes, truth[view], fitted.quality[view])
                _place(tally, view, codes, truth[view], labels)
    return tally


def _compare(tally: Tally, view: ViewName, found: BoneMap, truth: BoneMap, quality: float) -> None:
    overlaps = []
    for bone in bone_table().bones:
        ours, theirs = found == bone.code, truth == bone.code
        if view in bone.views and theirs.any():
            both = int(ours.sum()) + int(theirs.sum())
            overlaps.append(2 * int((ours & theirs).sum()) / both)
            tally.dice[bone.code].append(overlaps[-1])
            tally.area[bone.code].append(int(ours.sum()) / int(theirs.sum()))
    tally.quality.append((quality, float(np.mean(overlaps))))


def _place(tally: Tally, view: ViewName, found: BoneMap, truth: BoneMap, labels: LabelSet) -> None:
    groups: dict[str, list[Region]] = defaultdict(list)
    for region in labels.annotation.on(view):
        if region.label == METASTASIS:
            groups[region.lesion].append(region)
    for regions in groups.values():
        mask = union(regions, found.shape)
        true, ours = (main_bone(mask, codes) for codes in (truth, found))
        if true:
            tally.lesions.append((true, ours, view))


def rows(tally: Tally) -> list[Row]:
    """The table."""
    bones = bone_table().bones
    said = []
    for name in dict.fromkeys(bone.name for bone in bones):
        codes = [bone.code for bone in bones if bone.name == name]
        dice = np.concatenate([tally.dice[code] for code in codes])
        area = np.concatenate([tally.area[code] for code in codes])
        said.append(Row(f"{name}: Dice, area over true area", f"{dice.mean():.2f}, {area.mean():.2f}"))
    report = {bone.code: bone.report for bone in bones} | {0: "none"}
    right = [true == ours for true, ours, _ in tally.lesions]
    for part in ("spine", "pelvis", "scapula", "rib", "femur", "other"):
        mine = [report[ours] == part for true, ours, _ in tally.lesions if report[true] == part]
        if mine:
            said.append(Row(f"metastases in {part} placed in {part}", f"{np.mean(mine):.1%} of {len(mine)}"))
    near = [report[true] == report[ours] for true, ours, _ in tally.lesions]
    quality, dice = np.array(tally.quality).T
    return [
        *said,
        Row("metastases placed in the right one of 27 regions", f"{np.mean(right):.1%} of {len(right)}"),
        Row("the same, six report regions", f"{np.mean(near):.1%}", "90 %"),
        Row("likeness: median, least", f"{np.median(quality):.2f}, {quality.min():.2f}"),
        Row("likeness and mean Dice of a view, correlation", f"r = {np.corrcoef(quality, dice)[0, 1]:.2f}"),
        Row(
            "seconds a scan: median, 95th percentile",
            f"{np.median(tally.seconds):.2f}, {np.percentile(tally.seconds, 95):.2f}",
            "0.5",
        ),
    ]


def main() -> None:
    """Make or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohorts", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--scans", type=int, help="measure on so many of the ill of each cohort, not on all")
    chosen = parser.parse_args()
    if chosen.write:
        write(chosen.cohorts[0])
    else:
        print_table(rows(measure(chosen.cohorts, chosen.scans)))


if __name__ == "__main__":
    main()
