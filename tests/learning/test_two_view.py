"""Our own recipe: what its input and its net promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.errors import AppError
from app.learning.architectures.count_aware import CountAware
from app.learning.recipe import Batch, LabelMaps
from app.learning.recipes.scintiread import RECIPE, ScintiRead
from app.learning.recipes.two_view_input import COLS, MARGIN, ROWS, two_view_input
from app.scan.scan import Scan, View, ViewName
from app.simulator.body import CaseSeed
from app.simulator.difficulty import Difficulty
from app.simulator.simulate import simulate

SHOWN = simulate(CaseSeed(8, 3, True, Difficulty(), density=0.2))


def scan(spacing: float | None = 2.26, factor: int = 1) -> Scan:
    counts = SHOWN.counts.astype(np.float32)
    if factor > 1:
        n, rows, cols = counts.shape
        counts = counts.reshape(n, rows // factor, factor, cols // factor, factor).sum(axis=(2, 4))
    pixel = None if spacing is None else (spacing * factor, spacing * factor)
    return Scan("A", *(View(name, plane, pixel) for name, plane in zip(ViewName, counts, strict=True)))


def test_both_views_lie_on_each_other_with_the_vertex_at_the_same_height() -> None:
    image = two_view_input(scan()).image
    assert image.shape == (2, ROWS, COLS)
    rows = image.sum(axis=2) > 0.05 * image.sum(axis=2).max()
    tops = rows.argmax(axis=1)
    assert np.abs(tops - MARGIN).max() <= 3
    body = [plane.sum(axis=0) > 0.2 * plane.sum(axis=0).max() for plane in image]
    assert (body[0] & body[1]).sum() / (body[0] | body[1]).sum() > 0.8


def test_no_count_is_lost_on_the_way_in() -> None:
    assert two_view_input(scan()).image.sum() == pytest.approx(SHOWN.counts.sum(), rel=0.01)


def test_a_matrix_of_other_size_gives_nearly_the_same_input() -> None:
    fine, coarse = two_view_input(scan()).image, two_view_input(scan(factor=2)).image
    assert np.corrcoef(fine.ravel(), coarse.ravel())[0, 1] > 0.97


def test_a_scan_without_pixel_spacing_is_taken_for_a_person_of_usual_height() -> None:
    image = two_view_input(scan(spacing=None)).image
    length = np.flatnonzero(image[0].sum(axis=1) > 0.03 * np.percentile(image[0].sum(axis=1), 90))
    assert 330 <= length[-1] - length[0] <= 400


def test_one_view_alone_is_refused_by_name() -> None:
    with pytest.raises(AppError, match="posterior"):
        two_view_input(replace(scan(), posterior=None))


def test_targets_come_back_to_the_pixels_they_were_drawn_on() -> None:
    made = two_view_input(scan())
    maps = dict(zip(ViewName, SHOWN.labels.lesion, strict=True))
    target = RECIPE.target(LabelMaps(maps, {}), made)
    assert target is not None
    for place, name in enumerate(ViewName):
        back = made.frames[place].back(target[place]) > 0.5
        truth = maps[name] == 1
        assert 2 * (back & truth).sum() / (back.sum() + truth.sum()) > 0.75


def test_brightness_does_not_depend_on_the_dose_but_significance_does() -> None:
    look = CountAware()
    counts = torch.from_numpy(two_view_input(scan()).image)[None]
    once, four = look(counts), look(4 * counts)
    assert torch.allclose(once[:, :2], four[:, :2], atol=1e-3)
    bone = (once[:, 2:].abs() > 0.5) & (once[:, 2:].abs() < 3)
    ratio = (four[:, 2:][bone] / once[:, 2:][bone]).median()
    assert 1.6 < float(ratio) <= 2.1


def test_the_net_answers_for_the_patient_and_draws_six_planes() -> None:
    net = ScintiRead(widths=(8, 12, 16, 24)).build().eval()
    with torch.inference_mode():
        answer, drawn = net(torch.from_numpy(two_view_input(scan()).image)[None])
    assert answer.shape == (1,)
    assert drawn.shape == (1, 6, ROWS, COLS)
    assert float(drawn.sigmoid().mean()) < 0.1


def test_training_changes_keep_counts_and_drawing_together() -> None:
    made = two_view_input(scan())
    images = torch.from_numpy(np.stack([made.image] * 4))
    mask = (images > images.mean(dim=(2, 3), keepdim=True) * 8).float()
    targets = torch.cat([mask, mask, mask], dim=1)
    batch = Batch(images, torch.ones(4), targets, torch.arange(4))
    changed = RECIPE.augment(batch, torch.Generator().manual_seed(3))
    assert changed.targets is not None
    assert float(changed.images.min()) >= 0
    for place in range(4):
        inside = changed.targets[place, :2] > 0.5
        brighter = changed.images[place][inside].mean() / changed.images[place][~inside].mean()
        assert float(brighter) > 5
