from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.learning import losses

SEEDS = st.integers(0, 10_000)


def contrastive_by_loops(z: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    """Equation 1 of Hsieh 2021 term by term, over the anchors that have a partner."""
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    total, anchors = 0.0, 0
    for i in range(len(z)):
        others = [a for a in range(len(z)) if a != i]
        partners = [p for p in others if labels[p] == labels[i]]
        if not partners:
            continue
        anchors += 1
        whole = sum(np.exp(z[i] @ z[a] / temperature) for a in others)
        total -= sum(np.log(np.exp(z[i] @ z[p] / temperature) / whole) for p in partners) / len(partners)
    return total / max(anchors, 1)


@given(SEEDS, st.integers(2, 9), st.sampled_from([0.07, 0.1, 0.5]))
def test_the_contrastive_loss_is_equation_1(seed: int, n: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    z, labels = rng.normal(size=(n, 5)), rng.integers(0, 2, n)
    embeddings = torch.tensor(z, dtype=torch.float32, requires_grad=True)
    found = losses.supervised_contrastive(embeddings, torch.tensor(labels), temperature)
    assert found.item() == pytest.approx(contrastive_by_loops(z, labels, temperature), rel=1e-4, abs=1e-5)
    found.backward()
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()


@given(SEEDS, st.sampled_from([0.0, 1.0, 2.0]))
def test_the_focal_loss_is_the_papers_with_labels_0_and_1(seed: int, gamma: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 3, (6, 2)), rng.integers(0, 2, (6, 2))
    logits = torch.tensor(x, dtype=torch.float32, requires_grad=True)
    found = losses.focal(logits, torch.tensor(y), gamma)
    p = 1 / (1 + np.exp(-x))
    expected = -y * (1 - p) ** gamma * np.log(p) - (1 - y) * p**gamma * np.log(1 - p)
    assert found.item() == pytest.approx(expected.mean(), rel=1e-4, abs=1e-7)
    found.backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


@given(SEEDS, st.booleans())
def test_dice_and_focal_tversky_are_their_formulas_inside_the_mask(seed: int, masked: bool) -> None:
    rng = np.random.default_rng(seed)
    shape = (2, 3, 4, 5)
    p, y, m = rng.random(shape), (rng.random(shape) > 0.6) * 1.0, (rng.random(shape) > 0.3) * 1.0
    mask = m if masked else np.ones(shape)
    dice, tversky = [], []
    for n in range(shape[0]):
        for plane in range(shape[1]):
            inside = mask[n, plane] > 0
            a, b = p[n, plane][inside], y[n, plane][inside]
            both, wrong, missed = (a * b).sum(), (a * (1 - b)).sum(), ((1 - a) * b).sum()
            dice.append(1 - (2 * both + 1) / (a.sum() + b.sum() + 1))
            tversky.append((1 - (both + 1) / (both + 0.3 * wrong + 0.7 * missed + 1)) ** 0.75)
    drawn = torch.tensor(p, dtype=torch.float32, requires_grad=True)
    where = torch.tensor(m, dtype=torch.float32) if masked else None
    found = losses.soft_dice(drawn, torch.tensor(y), where)
    focal = losses.focal_tversky(drawn, torch.tensor(y), where)
    assert found.item() == pytest.approx(np.mean(dice), rel=1e-4)
    assert focal.item() == pytest.approx(np.mean(tversky), rel=1e-4)
    (found + focal).backward()
    assert drawn.grad is not None
    assert torch.isfinite(drawn.grad).all()
    assert (drawn.grad[torch.tensor(mask) == 0] == 0).all()


def test_losses_of_perfect_answers_are_nothing_and_have_finite_slopes() -> None:
    target = torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]])
    drawn = target.clone().requires_grad_()
    logits = torch.tensor([60.0, -60.0], requires_grad=True)
    together = losses.soft_dice(drawn, target) + losses.focal_tversky(drawn, target)
    together = together + losses.focal(logits, torch.tensor([1.0, 0.0]))
    assert together.item() == pytest.approx(0, abs=1e-4)
    together.backward()
    assert drawn.grad is not None
    assert logits.grad is not None
    assert torch.isfinite(drawn.grad).all()
    assert torch.isfinite(logits.grad).all()


def test_a_batch_of_strangers_has_no_contrastive_loss() -> None:
    z = torch.randn(2, 4, requires_grad=True)
    found = losses.supervised_contrastive(z, torch.tensor([0, 1]))
    found.backward()
    assert found.item() == 0
    assert z.grad is not None
    assert torch.isfinite(z.grad).all()
