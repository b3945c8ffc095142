"""Optimisers and learning rates as a phase asks for them."""

from __future__ import annotations

import math

import torch
from torch import nn

from app.learning.recipe import Phase

_RISE = 0.3


def optimiser(phase: Phase, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimiser of a phase."""
    if phase.optimiser == "sgd":
        return torch.optim.SGD(
            parameters, phase.rate, momentum=phase.momentum, weight_decay=phase.weight_decay
        )
    kind = torch.optim.AdamW if phase.optimiser == "adamw" else torch.optim.Adam
    return kind(parameters, phase.rate, weight_decay=phase.weight_decay)


def rate_at(phase: Phase, fraction: float) -> float:
    """Learning rate after a `fraction` 0-1 of the phase.

    One cycle: from a twelfth of the peak up to twice `rate` in 30 % of the phase, then down to nothing, both
    along a cosine (Smith 2018, arXiv 1803.09820).
    """
    if not phase.one_cycle:
        return phase.rate
    peak = 2 * phase.rate
    if fraction < _RISE:
        return peak / 12 + (peak - peak / 12) * _half_cosine(fraction / _RISE)
    return peak * (1 - _half_cosine((fraction - _RISE) / (1 - _RISE))) + peak * 1e-4


def _half_cosine(fraction: float) -> float:
    return (1 - math.cos(math.pi * min(max(fraction, 0.0), 1.0))) / 2
