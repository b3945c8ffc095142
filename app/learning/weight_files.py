"""Weights as plain numbers in safetensors files; a pickle, which could run anything, is never opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from app.errors import AppError
from app.files import refused, write_whole

_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How torch's own files begin: a zip archive with a pickle in it, or a bare pickle."""


def save_weights(net: nn.Module, path: Path, facts: Mapping[str, str], *, half: bool = False) -> str:
    """Write a net's weights whole or not at all, and return the file's sha256.

    With `half` kernels and matrices are kept as float16, and the net itself is rounded to them, so that what
    is exported later equals the file. Raises AppError when the disk refuses.
    """
    from safetensors.torch import save

    kept: dict[str, Tensor] = {}
    with torch.no_grad():
        for name, value in net.state_dict().items():
            small = value.detach().cpu().contiguous().clone()
            if half and small.is_floating_point() and small.ndim > 1 and bool(small.abs().max() < 6e4):
                small = small.to(torch.float16)
                value.copy_(small.to(value.dtype))
            kept[name] = small
    told = {"scintiread": json.dumps(dict(facts), sort_keys=True)}  # one key: several come in any order
    content = save(kept, metadata=told)
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file; raises AppError for anything else, a pickle first of all."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        with path.open("rb") as file:
            head = file.read(9)
    except OSError as error:
        raise refused(path, error, "Check the path.", "cannot be read") from error
    # safetensors begin with the length of their header, which may look like a pickle, and the header's brace
    if head.startswith(_PICKLES) and head[8:] != b"{":
        raise AppError(
            f"{path.name} is a pickle, which could run any program when it is opened; it is not opened.",
            "Save the weights as safetensors.",
        )
    try:
        return {name: value.float() for name, value in load_file(path).items()}
    except (SafetensorError, ValueError, KeyError, OSError) as error:
        raise AppError(
            f"{path.name} is no safetensors file, or it is damaged.", "Copy it again, or train again."
        ) from error


def weights_into(net: nn.Module, path: Path) -> nn.Module:
    """The net with the weights of a file; raises AppError when they are another net's."""
    weights = read_weights(path)
    whole = net.state_dict()
    wrong = [
        name for name, value in whole.items() if weights.get(name, value.new_empty(0)).shape != value.shape
    ]
    wrong += [name for name in weights if name not in whole]
    if wrong:
        raise AppError(
            f"{path.name} holds the weights of another net: {wrong[0]} does not fit.",
            "Use the recipe that it was trained with.",
        )
    net.load_state_dict({name: weights[name].to(value.dtype) for name, value in whole.items()})
    return net


def first_weights(net: nn.Module, path: Path) -> tuple[str, ...]:
    """Begin a training with the weights of another one; nothing is to be known of them but their file."""
    weights_into(net, path)
    return ()
