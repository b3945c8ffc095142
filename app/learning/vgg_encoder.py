"""The convolutions of a published VGG19 as the encoder of the Double U-Net, which normalises batches."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from app.errors import AppError

_NORMALISED = ("weight", "bias", "running_mean", "running_var")


def as_encoder(tensors: Mapping[str, Tensor], encoder: nn.Module, file: str) -> dict[str, Tensor]:
    """The tensors by the encoder's names; what is no convolution of it or its norm keeps its own name.

    The encoder's convolutions have no bias. With normalised batches (vgg19_bn) it goes into the running mean,
    which takes it off again; without (vgg19, Keras') it becomes the shift behind the norm: either way the
    encoder answers as the published net. It may have another number of equal channels than three: the first
    kernel's sum is shared among them.

    Raises AppError for a file with another number of convolutions.
    """
    own = [name for name, part in encoder.named_modules() if isinstance(part, nn.Conv2d)]
    places = sorted(
        int(match[1])
        for name, value in tensors.items()
        if (match := re.fullmatch(r"features\.(\d+)\.weight", name)) and value.ndim == 4
    )
    if len(places) != len(own):
        raise AppError(
            f"{file} does not fit: it has {len(places)} convolutions, and VGG19 has {len(own)}.",
            "Get a file of VGG19.",
        )
    made: dict[str, Tensor] = {}
    used: set[str] = set()
    for place, name in zip(places, own, strict=True):
        kernel = tensors[f"features.{place}.weight"]
        channels = encoder.get_submodule(name).in_channels
        if place == places[0] and isinstance(channels, int) and kernel.shape[1] != channels:
            kernel = kernel.sum(dim=1, keepdim=True).expand(-1, channels, -1, -1) / channels
        bias = tensors.get(f"features.{place}.bias", torch.zeros(len(kernel)))
        norm = {kind: tensors.get(f"features.{place + 1}.{kind}") for kind in _NORMALISED}
        mean = norm["running_mean"]
        if mean is None:
            ones = torch.ones(len(kernel))
            norm = {
                "weight": ones,
                "bias": bias,
                "running_mean": torch.zeros(len(kernel)),
                "running_var": ones,
            }
        else:
            norm["running_mean"] = mean - bias
        behind = f"{name.rsplit('.', 1)[0]}.1"
        made[f"{name}.weight"] = kernel.contiguous()
        made |= {f"{behind}.{kind}": value for kind, value in norm.items() if value is not None}
        used |= {f"features.{place}.weight", f"features.{place}.bias"}
        used |= {f"features.{place + 1}.{kind}" for kind in (*_NORMALISED, "num_batches_tracked")}
    return made | {name: value for name, value in tensors.items() if name not in used}
