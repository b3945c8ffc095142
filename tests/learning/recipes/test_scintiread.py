"""The mirrored recipe: what its input, its net, its training changes and its loss promise."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.errors import AppError
from app.learning.export import export_net
from app.learning.onnx_engine import OnnxEngine
from app.learning.recipe import Batch, LabelMaps
from app.learning.recipes.mirrored_augment import augmented
from app.learning.recipes.mirrored_input import COLS, PLANES, ROWS, body_axis, mirrored_input
from app.learning.recipes.mirrored_loss import mirrored_loss
from app.learning.recipes.mirrored_moves import window
from app.learning.recipes.scintiread import RECIPE, ScintiRead
from app.learning.torch_engine import TorchEngine
from app.scan.scan import Scan, View, ViewName
from app.simulator.body import CaseSeed
from app.simulator.difficulty import Difficulty
from app.simulator.simulate import simulate

A, P = ViewName.ANTERIOR, ViewName.POSTERIOR
SMALL = ScintiRead(widths=(8, 12, 16, 24))
MIDDLE = COLS // 2


@cache
def shown() -> tuple[np.ndarray, LabelMaps]:
    """Counts of a patient with metastases, (2, rows, cols), and the labels."""
    made = simulate(CaseSeed(8, 3, True, Difficulty(), density=0.2))
    lesion, organ = (
        dict(zip(ViewName, maps, strict=True)) for maps in (made.labels.lesion, made.labels.organ)
    )
    return made.counts.astype(np.float32), LabelMaps(lesion, organ)


def scan(factor: float = 1.0) -> Scan:
    return Scan("A", *(View(name, shown()[0][k] * factor, (2.26, 2.26)) for k, name in enumerate(ViewName)))


def image() -> Tensor:
    return torch.from_numpy(mirrored_input(scan()).image)[None]


@cache
def net() -> nn.Module:
    """A net whose random drawing differs between places, so that what is compared is not one value."""
    torch.manual_seed(3)
    made = SMALL.build()
    with torch.no_grad():
        made.get_parameter("draw.weight").mul_(300)
    return made.eval()


def answers(images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    used = net()
    with torch.inference_mode():
        logit, drawn, features = used(images)
    return logit, drawn, features


def test_the_patient_is_answered_for_with_planes_of_both_views_and_features() -> None:
    logit, drawn, features = answers(image())
    assert logit.shape == (1,)
    assert drawn.shape == (1, 2 * len(PLANES), ROWS, COLS)
    assert features.shape == (1, 24)
    assert float(drawn.std()) > 0.3


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_greys_are_no_counts_a_multiple_of_them_changes_no_answer(factor: float) -> None:
    """Views are scaled one by one too: files stretch each to its own greys."""
    for factors in ((factor, factor), (factor, 1.0)):
        other = image() * torch.tensor(factors)[None, :, None, None]
        for once, again in zip(answers(image()), answers(other), strict=True):
            assert torch.allclose(once, again, atol=1e-3)


def test_a_mirrored_patient_gets_the_same_answer_with_everything_drawn_in_the_mirror() -> None:
    logit, drawn, features = answers(image())
    mirrored, drawing, others = answers(image().flip(-1))
    assert torch.allclose(logit, mirrored, atol=1e-4)
    assert torch.allclose(drawn.flip(-1), drawing, atol=1e-3)
    assert torch.allclose(features, others, atol=1e-4)


@pytest.mark.parametrize("missing", [A, P])
def test_one_view_alone_is_taken_from_either_side(missing: ViewName) -> None:
    made = mirrored_input(replace(scan(), **{missing.value: None}))
    kept, gone = (1, 0) if missing is A else (0, 1)
    assert [(frame.view, frame.plane) for frame in made.frames] == [(list(ViewName)[kept], kept)]
    assert not made.image[gone].any()
    assert np.array_equal(made.image[kept], mirrored_input(scan()).image[kept])
    target = RECIPE.target(shown()[1], made)
    assert target is not None
    drawn = target.reshape(len(PLANES), 2, ROWS, COLS)
    assert drawn[0, kept].any()
    assert not drawn[:, gone].any()


def test_what_is_drawn_on_a_missing_view_does_not_answer_for_the_patient() -> None:
    alone = image()
    alone[:, 1] = 0
    before = answers(alone)[0]
    bias = net().get_parameter("draw.bias")
    with torch.no_grad():
        bias[4:8] += 13.0  # four pixels of each place: metastasis, posterior
        after, both = answers(alone)[0], answers(image())[0]
        bias[4:8] -= 13.0
    assert torch.allclose(before, after)
    assert float(both) > float(after) + 3


def test_a_scan_without_a_view_is_refused() -> None:
    with pytest.raises(AppError, match="no view of a known side"):
        mirrored_input(replace(scan(), anterior=None, posterior=None))


def test_the_middle_of_the_input_is_the_middle_of_the_body_wherever_it_lies() -> None:
    counts = shown()[0][0]
    middle = body_axis(counts, 128.0, 40.0)
    away = np.roll(counts, 17, axis=1)
    assert body_axis(away, 140.0, 40.0) == pytest.approx(middle + 17, abs=0.5)
    assert body_axis(counts[:, ::-1], 128.0, 40.0) == pytest.approx(256 - middle, abs=0.5)
    hot = counts.copy()
    hot[300:330, 200:220] = counts.max() * 5  # an injection into one arm
    assert body_axis(hot, 128.0, 40.0) == pytest.approx(middle, abs=1.0)


def test_targets_come_back_to_the_pixels_they_were_drawn_on() -> None:
    made, labels = mirrored_input(scan()), shown()[1]
    target = RECIPE.target(labels, made)
    assert target is not None
    for frame in made.frames:
        back = made.frames[frame.plane].back(target[frame.plane]) > 0.5
        truth = labels.lesion[frame.view] == 1
        assert 2 * (back & truth).sum() / (back.sum() + truth.sum()) > 0.75


def spots(*places: tuple[int, int, int], size: int = 4) -> tuple[Tensor, Tensor]:
    """A body with a spine and hot squares at (view, row, column), and targets that call them metastases."""
    rows, cols = torch.arange(ROWS)[:, None], torch.arange(COLS)[None, :]
    body = (((cols - MIDDLE).abs() < 26) & (rows > 14) & (rows < 380)).float() * 20
    spine = (((cols - MIDDLE).abs() < 5) & (rows > 60) & (rows < 210)).float() * 80
    images, targets = (body + spine).repeat(1, 2, 1, 1), torch.zeros(1, 2 * len(PLANES), ROWS, COLS)
    for view, row, col in places:
        images[0, view, row : row + size, col : col + size] = 400
        targets[0, view, row : row + size, col : col + size] = 1
    return images, targets


def test_training_changes_keep_lesions_under_their_drawing() -> None:
    one, drawn = spots((0, 150, 50), (1, 150, 50), size=6)
    images, targets = one.repeat(24, 1, 1, 1), drawn.repeat(24, 1, 1, 1)
    batch = Batch(images, torch.ones(24), targets, torch.arange(24))
    changed = RECIPE.augment(batch, torch.Generator().manual_seed(3))
    assert changed.targets is not None
    assert float(changed.images.min()) >= 0
    lit = 0
    for seen, target in zip(changed.images.flatten(0, 1), changed.targets[:, :2].flatten(0, 1), strict=True):
        inside = target > 0.9
        if inside.any():
            lit += int(seen[inside].mean() > 1.5 * seen[(target < 0.01) & (seen > 0)].mean())
    assert lit >= 0.9 * int((changed.targets[:, :2].flatten(2).amax(dim=2) > 0.9).sum()) > 20


def test_every_change_is_drawn_from_the_given_generator_and_some_scans_stay_as_they_are() -> None:
    images, targets = (part.repeat(40, 1, 1, 1) for part in spots((0, 150, 50)))
    once = augmented(images, targets, torch.ones(40), torch.Generator().manual_seed(5))
    again = augmented(images, targets, torch.ones(40), torch.Generator().manual_seed(5))
    for one, other in zip(once, again, strict=True):
        assert one is not None
        assert other is not None
        assert torch.equal(one, other)
    same = [
        any(torch.allclose(seen, way, atol=1e-3) for way in (images[0], images[0].flip(-1)))
        for seen in once[0]
    ]
    assert 1 <= sum(same) <= 12


def test_a_view_is_missing_from_either_side_and_never_both() -> None:
    keep = torch.ones(400, dtype=torch.bool)
    there = window(torch.ones(400, 2, 8, 8), keep, torch.Generator().manual_seed(2)).amax(dim=(2, 3))
    assert bool((there.sum(dim=1) >= 1).all())
    assert 40 < int((there[:, 0] == 0).sum()) < 95
    assert 40 < int((there[:, 1] == 0).sum()) < 95


def test_what_is_cut_off_in_training_is_0_to_the_edge_and_some_scans_end_where_the_body_does() -> None:
    images, _ = (part.repeat(200, 1, 1, 1) for part in spots())
    keep = torch.zeros(200, dtype=torch.bool)
    there = window(images + 0.1, keep, torch.Generator().manual_seed(4)).amax(dim=1)
    assert set(there.unique().tolist()) == {0.0, 1.0}
    rows, cols = there.amax(dim=2), there.amax(dim=1)
    assert torch.equal(there, rows[:, :, None] * cols[:, None, :])  # a rectangle
    tight = (
        (rows[:, 14] == 0) & (rows[:, 15] == 1) & (cols[:, MIDDLE - 26] == 0) & (cols[:, MIDDLE - 25] == 1)
    )
    assert 20 < int(tight.sum()) < 80
    assert int((rows[:, 379] == 0).sum()) > 20


def test_a_patient_whose_only_metastasis_is_out_of_sight_is_not_called_ill() -> None:
    images, targets = (part.repeat(60, 1, 1, 1) for part in spots((1, 330, 50)))  # below the knee, behind
    _, left, truth = augmented(images, targets, torch.ones(60), torch.Generator().manual_seed(7))
    assert left is not None
    still = left[:, :2].sum(dim=(1, 2, 3)) >= 1
    assert torch.equal(truth > 0.5, still)
    assert 5 < int((~still).sum()) < 40


def test_without_masks_the_patients_truth_stays() -> None:
    images, targets = (part.repeat(30, 1, 1, 1) for part in spots((1, 330, 50)))
    rng = torch.Generator().manual_seed(7)
    assert bool((augmented(images, None, torch.ones(30), rng)[2] == 1).all())
    assert bool((augmented(images, targets * 0, torch.ones(30), rng)[2] == 1).all())


def test_the_only_view_of_a_training_scan_is_not_taken_away() -> None:
    images, targets = spots((0, 150, 50))
    images[:, 1], targets[:, 1] = 0, 0
    shown_, _, _ = augmented(
        images.repeat(60, 1, 1, 1),
        targets.repeat(60, 1, 1, 1),
        torch.ones(60),
        torch.Generator().manual_seed(1),
    )
    assert bool((shown_[:, 0].amax(dim=(1, 2)) > 0).all())
    assert not bool(shown_[:, 1].any())


def cost(target: Tensor, drawn: Tensor, images: Tensor, truth: float = 1.0) -> Tensor:
    batch = Batch(images, torch.tensor([truth]), target, torch.arange(1))
    return mirrored_loss((torch.zeros(1), drawn), batch, 0.02)


def test_a_small_lesion_that_is_overlooked_costs_nearly_as_much_as_a_large_one() -> None:
    images, small = spots((0, 150, 50), size=3)
    _, large = spots((0, 300, 70), size=15)
    target = small + large
    all_found = float(cost(target, target * 12 - 6, images))
    overlooked = [float(cost(target, kept * 12 - 6, images)) - all_found for kept in (large, small)]
    assert 0.3 < overlooked[0] / overlooked[1] < 1.2  # the area is 1 to 25


def test_what_is_drawn_where_there_is_no_view_is_not_judged() -> None:
    images, target = spots((0, 150, 50))
    images[:, 1] = 0
    drawn = torch.zeros_like(target, requires_grad=True)
    cost(target, drawn, images).backward()
    assert drawn.grad is not None
    slopes = drawn.grad.reshape(len(PLANES), 2, -1).abs().sum(dim=2)
    assert bool((slopes[:, 0] > 0).all())
    assert not bool(slopes[:, 1].any())


def test_a_false_focus_costs_more_on_the_suspicious_plane_than_on_any_other() -> None:
    images, target = spots()
    costs = []
    for plane in range(len(PLANES)):
        drawn = torch.full_like(target, -6.0)
        drawn[:, 2 * plane, 200:210, 60:70] = 4.0
        costs.append(float(cost(target, drawn, images, 0.0)))
    assert costs[0] > max(costs[1:]) + 0.1


def test_the_exported_graph_and_torch_give_the_same_features(tmp_path: Path) -> None:
    example = np.concatenate([image().numpy(), image().numpy()])
    example[1, 0] = 0
    exported = export_net(SMALL, net(), example, tmp_path, half=True)
    graph = OnnxEngine(exported.graph).run(example, attention=False, planes=True)
    torched = TorchEngine(SMALL, exported.weights).run(example, attention=False, planes=True)
    assert graph.features is not None
    assert torched.features is not None
    assert graph.features.shape == (2, 24)
    assert graph.features.dtype == np.float32
    assert np.allclose(graph.features, torched.features, atol=1e-3)
    assert np.allclose(graph.probability, torched.probability, atol=1e-4)


def test_the_net_learns_two_patients_by_heart_in_whole_and_in_mixed_precision() -> None:
    ill, drawn = spots((0, 150, 50), (1, 150, 50))
    well, nothing = spots()
    batch = Batch(
        torch.cat([ill, well] * 2),
        torch.tensor([1.0, 0.0] * 2),
        torch.cat([drawn, nothing] * 2),
        torch.arange(4),
    )
    for mixed in (False, True):
        torch.manual_seed(1)
        fresh = SMALL.build().train()
        optimiser = torch.optim.Adam(fresh.parameters(), 1e-2)
        losses = []
        for _ in range(25):
            optimiser.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
                loss = SMALL.loss(fresh, batch, SMALL.phases[0])
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        with torch.no_grad():
            score = SMALL.score(fresh(batch.images))
        assert losses[-1] < 0.6 * losses[0]
        assert float(score[0]) > float(score[1]) + 0.3
