"""The losses of the published methods, each as its paper writes it."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_TINY = 1e-7


def supervised_contrastive(embeddings: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """Equation 1 of Hsieh 2021 (J Pers Med 11:1248; L_out of Khosla 2020, arXiv 2004.11362).

    Sum over anchors i of -1/|P(i)| sum over p in P(i) of log(exp(z_i z_p / t) / sum over a != i of
    exp(z_i z_a / t)), divided by the number of anchors so that the batch does not set the pace.
    P(i): the others with i's label; an anchor without any adds nothing.

    embeddings: float32 (n, features), brought to length 1 here; labels: (n,). 0 when no two share a label.
    """
    z = functional.normalize(embeddings.float(), dim=1)
    similar = z @ z.T / temperature
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    log_share = similar - torch.logsumexp(similar.masked_fill(itself, -torch.inf), dim=1, keepdim=True)
    partner = (labels[:, None] == labels[None, :]) & ~itself
    count = partner.sum(dim=1)
    anchors = count > 0
    mean = (log_share * partner).sum(dim=1) / count.clamp(min=1)
    return -(mean * anchors).sum() / anchors.sum().clamp(min=1)


def focal(logits: Tensor, truth: Tensor, gamma: float = 1.0) -> Tensor:
    """-y (1 - y')^g log y' - (1 - y) y'^g log(1 - y'), the mean over all entries (Liu 2022; Lin 2017).

    Liu et al. print y in {-1, +1}, with which the formula would not be a loss: y is in {0, 1}.

    logits: float32, y' = sigmoid(logits); truth: 0 or 1, of the same shape.
    """
    logits, truth = logits.float(), truth.float()
    cross_entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    # 1 - p of the true class, through the logits: exact where the probability rounds to 0 or 1
    missing = torch.sigmoid(logits * (1 - 2 * truth))
    return (missing.clamp(min=_TINY) ** gamma * cross_entropy).mean()


def soft_dice(drawn: Tensor, target: Tensor, mask: Tensor | None = None, smooth: float = 1.0) -> Tensor:
    """1 - (2 sum(y p) + s) / (sum y + sum p + s), per scan and plane, then the mean (Milletari 2016).

    With s > 0 an empty plane left empty costs nothing.

    drawn, target: 0-1 (n, planes, rows, cols); mask: broadcast to their shape, 0 where nothing counts.
    """
    drawn, target = _masked(drawn, target, mask)
    both = (drawn * target).sum(dim=(-2, -1))
    total = drawn.sum(dim=(-2, -1)) + target.sum(dim=(-2, -1))
    return (1 - (2 * both + smooth) / (total + smooth)).mean()


def focal_tversky(
    drawn: Tensor,
    target: Tensor,
    mask: Tensor | None = None,
    gamma: float = 0.75,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1.0,
) -> Tensor:
    """(1 - (sum(y p) + s) / (sum(y p) + a sum((1 - y) p) + b sum(y (1 - p)) + s))^g, per scan and plane.

    Abraham & Khan 2019 (arXiv 1810.07842) with the values of Diagnostics 2023;13:3042: a weighs false
    positives, b false negatives. The mask leaves air out, as there: no loss and no gradient from background.

    drawn, target: 0-1 (n, planes, rows, cols); mask: broadcast to their shape, 0 where nothing counts.
    """
    drawn, target = _masked(drawn, target, mask)
    both = (drawn * target).sum(dim=(-2, -1))
    false_positive = drawn.sum(dim=(-2, -1)) - both
    false_negative = target.sum(dim=(-2, -1)) - both
    index = (both + smooth) / (both + alpha * false_positive + beta * false_negative + smooth)
    return ((1 - index).clamp(min=_TINY) ** gamma).mean()  # the slope of x^0.75 at 0 is infinite


def _masked(drawn: Tensor, target: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    drawn, target = drawn.float(), target.float()
    return (drawn, target) if mask is None else (drawn * mask, target * mask)
