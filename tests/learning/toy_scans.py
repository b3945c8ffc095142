"""A few toy scans with and without metastases, and batches of them, for trying recipes out."""

from __future__ import annotations

from functools import cache

import numpy as np

from app.learning.dataset import CohortFiles, PreparedCohort
from app.learning.recipe import Batch, LabelMaps, Recipe
from app.scan.scan import Scan, View, ViewName
from tests.scan.nm_files import toy_counts

SPOTS = ((230, 110), (300, 150), (620, 160))


@cache
def toy_scan(seed: int, ill: bool) -> Scan:
    """A body in counts, (1024, 256); the ill ones have three hot spots."""
    rng = np.random.default_rng(seed)
    pair = toy_counts(rng, SPOTS if ill else ())
    anterior, posterior = (
        View(name, counts.astype(np.float32), (2.26, 2.26))
        for name, counts in zip(ViewName, pair, strict=True)
    )
    return Scan(f"TOY-{seed}", anterior, posterior, simulated=True)


def toy_labels(ill: bool) -> LabelMaps:
    """The masks of a toy scan."""
    rows, cols = np.mgrid[0:1024, 0:256]
    lesion = {view: np.zeros((1024, 256), np.uint8) for view in ViewName}
    organ = {view: np.zeros((1024, 256), np.uint8) for view in ViewName}
    organ[ViewName.ANTERIOR][((rows - 500) / 24) ** 2 + ((cols - 128) / 18) ** 2 < 1] = 4
    for row, col in SPOTS if ill else ():
        lesion[ViewName.ANTERIOR][np.hypot(rows - row, cols - col) < 7] = 1
        lesion[ViewName.POSTERIOR][np.hypot(rows - row, cols - (255 - col)) < 7] = 1
    return LabelMaps(lesion, organ)


def toy_batch(recipe: Recipe, scans: int = 6) -> Batch:
    """Toy scans as the recipe sees them, every other one ill."""
    images, targets, truth = [], [], []
    for seed in range(scans):
        ill = seed % 2 == 1
        made = recipe.prepare(toy_scan(seed, ill))
        target = recipe.target(toy_labels(ill), made)
        images.append(made.image)
        truth.append(float(ill))
        if target is not None:
            targets.append(np.asarray(target, np.float32))
    import torch

    drawn = torch.from_numpy(np.stack(targets)) if targets else None
    return Batch(torch.from_numpy(np.stack(images)), torch.tensor(truth), drawn, torch.arange(scans))


def toy_prepared(recipe: Recipe, scans: int = 12, per_patient: int = 1) -> PreparedCohort:
    """Toy scans as a cohort that is ready for training; `per_patient` scans in a row are one patient's."""
    truth = [seed // per_patient % 2 == 1 for seed in range(scans)]
    made = [recipe.prepare(toy_scan(seed, ill)) for seed, ill in enumerate(truth)]
    images = np.stack([one.image for one in made])
    drawn = [
        recipe.target(toy_labels(ill), one) for ill, one in zip(truth, made, strict=True) if recipe.planes
    ]
    targets = [np.rint(one * 255).astype(np.uint8) for one in drawn if one is not None]
    scale = np.abs(images).max(axis=(1, 2, 3)) / 1000
    return PreparedCohort(
        recipe=recipe.name,
        cohort=CohortFiles("toys", (), simulated=True),
        images=(images / scale[:, None, None, None]).astype(np.float16),
        targets=np.stack(targets) if targets else None,
        scale=scale.astype(np.float32),
        truth=np.array(truth),
        cases=tuple(f"T{seed}" for seed in range(scans)),
        patients=tuple(f"P{seed // per_patient}" for seed in range(scans)),
    )
