"""Where a training is, on disk: plain tensors and JSON, replaced as a whole after every epoch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from app.bounded import json_in
from app.errors import AppError
from app.files import flush, put_in_place, refused

WEIGHTS = "weights.safetensors"
CHECKPOINT = "checkpoint.safetensors"
_STATE = "checkpoint"


def save_weights(net: nn.Module, path: Path, facts: Mapping[str, str] | None = None) -> None:
    """Write a net's weights; the file is whole or not there."""
    _write(dict(net.state_dict()), path, facts)


def load_weights(net: nn.Module, path: Path) -> None:
    """Read a net's weights; raises AppError for a damaged file, or one of another net."""
    try:
        net.load_state_dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise AppError(f"{path.name} holds no weights.", "Copy it again, or train again.") from error
    except RuntimeError as error:
        raise AppError(f"{path.name} holds the weights of another net.", "Choose its own recipe.") from error


def save_checkpoint(
    folder: Path,
    net: nn.Module,
    optimiser: torch.optim.Optimizer,
    facts: Mapping[str, Any],
) -> None:
    """Keep everything that the next epoch depends on; its random numbers follow from seed and epoch alone."""
    tensors = {f"net.{name}": value for name, value in net.state_dict().items()}
    scalars: dict[str, float] = {}
    for place, state in optimiser.state_dict()["state"].items():
        for name, value in state.items():
            if isinstance(value, Tensor):
                tensors[f"optimiser.{place}.{name}"] = value
            elif value is not None:
                scalars[f"{place}.{name}"] = value
    told = {_STATE: json.dumps({"facts": dict(facts), "scalars": scalars})}
    _write(tensors, folder / CHECKPOINT, told)


def checkpoint_facts(folder: Path) -> dict[str, Any] | None:
    """What the checkpoint says of itself, or None without one; raises AppError for a damaged one."""
    path = folder / CHECKPOINT
    if not path.is_file():
        return None
    facts: dict[str, Any] = json_in(_told(path)[_STATE])["facts"]
    return facts


def load_checkpoint(folder: Path, net: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """Go back to where the training was."""
    path = folder / CHECKPOINT
    scalars = json_in(_told(path)[_STATE])["scalars"]
    tensors = load_file(path)
    net.load_state_dict({name[4:]: value for name, value in tensors.items() if name.startswith("net.")})
    state: dict[int, dict[str, Any]] = {}
    for name, value in tensors.items():
        if name.startswith("optimiser."):
            _, place, key = name.split(".", 2)
            state.setdefault(int(place), {})[key] = value
    for name, number in scalars.items():
        place, key = name.split(".", 1)
        state.setdefault(int(place), {})[key] = number
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def _told(path: Path) -> dict[str, str]:
    from safetensors import safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return dict(file.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise AppError(f"{path.name} is damaged.", "Delete it and train from the beginning.") from error


def _write(tensors: dict[str, Tensor], path: Path, facts: Mapping[str, str] | None) -> None:
    beside = path.with_suffix(".part")
    # copies: nets with deep supervision know some tensors by two names, which the format does not allow
    kept = {name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}
    try:
        save_file(kept, beside, metadata=dict(facts) if facts else None)
        with beside.open("rb+") as file:
            flush(file)
        put_in_place(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise refused(path, error, "Make room, resume.") from error
