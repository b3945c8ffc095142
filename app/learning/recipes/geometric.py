"""Pictures turned, shifted, sheared, zoomed and mirrored, each by its own draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Geometry:
    """The greatest changes, drawn evenly between minus and plus."""

    degrees: float = 0.0
    shift: float = 0.0
    """Part of the picture's side."""
    shear: float = 0.0
    """Degrees."""
    zoom: float = 0.0
    flip: bool = False
    """Half of the pictures are mirrored left to right."""


def moved(pictures: Tensor, geometry: Geometry, rng: torch.Generator) -> Tensor:
    """Pictures (n, channels, rows, cols), each moved by its own draw; what comes in from outside is air.

    rng: a generator of the processor, so that a seed means the same on every device.
    """
    import torch
    from torch.nn import functional

    count, _, rows, cols = pictures.shape

    def drawn(most: float) -> Tensor:
        return (2 * torch.rand(count, generator=rng) - 1) * most

    turn = drawn(math.radians(geometry.degrees))
    slant = torch.tan(drawn(math.radians(geometry.shear)))
    zoom = 1 + drawn(geometry.zoom)
    across, down = drawn(2 * geometry.shift), drawn(2 * geometry.shift)
    mirror = torch.where(torch.rand(count, generator=rng) < 0.5, -1.0, 1.0)
    mirror = mirror if geometry.flip else torch.ones(count)
    cosine, sine, form = torch.cos(turn), torch.sin(turn), rows / cols
    affine = torch.stack(
        [
            torch.stack([zoom * cosine * mirror, zoom * (slant - sine) * form, across], dim=1),
            torch.stack([zoom * sine / form * mirror, zoom * cosine, down], dim=1),
        ],
        dim=1,
    ).to(pictures.device)
    grid = functional.affine_grid(affine, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures.float(), grid, padding_mode="zeros", align_corners=False)
