"""VGG16 and VGG19 as Keras names and lays out their weights, in torchvision's names and layout."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

_END = r"[/_.](kernel|bias|W|b)(?:_\d+)?(?::0)?$"
"""`block1_conv1/kernel`, `block1_conv1/kernel:0`, and as Keras 1 wrote it, `block1_conv1_W_1:0`."""
_CONVOLUTION = re.compile(r"(?:.*/)?block([1-5])_conv([1-4])" + _END)
_DENSE = re.compile(r"(?:.*/)?((?:fc|dense|predictions)\w*?)" + _END)
DENSE = "dense."
"""What dense layers are called here, before their name in the file."""


def as_torchvision(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors as torchvision has them; those of a file that is none of Keras' VGGs as they are.

    Kernels of convolutions go from (rows, cols, in, out) to (out, in, rows, cols), of dense layers from
    (in, out) to (out, in).
    """
    found = {name: match for name in tensors if (match := _CONVOLUTION.match(name))}
    if not found:
        return dict(tensors)
    last = {
        block: max(int(one[2]) for one in found.values() if int(one[1]) == block) for block in _blocks(found)
    }
    made: dict[str, Tensor] = {}
    for name, value in tensors.items():
        if name in found:
            block, place, kind = int(found[name][1]), int(found[name][2]), found[name][3]
            # each convolution is followed by its ReLU, each block by its pooling
            before = sum(2 * last[each] + 1 for each in last if each < block) + 2 * (place - 1)
            made[f"features.{before}.{_kind(kind)}"] = _turned(value)
        elif dense := _DENSE.match(name):
            made[f"{DENSE}{dense[1]}.{_kind(dense[2])}"] = _turned(value)
        else:
            made[name] = value
    return made


def _blocks(found: Mapping[str, re.Match[str]]) -> list[int]:
    return sorted({int(one[1]) for one in found.values()})


def _kind(kind: str) -> str:
    return "weight" if kind in ("kernel", "W") else "bias"


def _turned(value: Tensor) -> Tensor:
    if value.ndim == 4:
        return value.permute(3, 2, 0, 1).contiguous()
    return value.T.contiguous() if value.ndim == 2 else value
