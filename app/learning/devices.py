"""On what a net is trained: the processor, one accelerator, or several processes together."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import torch
from torch import nn

from app.errors import AppError
from app.learning.batches import Share
from app.wording import DEVICES

_PATIENCE = timedelta(hours=12)


@dataclass(frozen=True)
class Place:
    """Where this process computes, and its share of the work."""

    device: torch.device
    share: Share = field(default_factory=Share)

    @property
    def first(self) -> bool:
        """Whether this process writes the files."""
        return self.share.rank == 0

    def agreed(self, value: float) -> float:
        """The first process's number, in every process."""
        if self.share.world == 1:
            return value
        told = torch.tensor([value], dtype=torch.float64, device=self.device)
        torch.distributed.broadcast(told, 0)
        return float(told)

    def mean(self, value: float) -> float:
        """The mean of the processes' numbers, in every process."""
        if self.share.world == 1:
            return value
        told = torch.tensor([value], dtype=torch.float64, device=self.device)
        torch.distributed.all_reduce(told)
        return float(told) / self.share.world

    def alike(self, net: nn.Module) -> bool:
        """Whether every process has the first one's net, to the last bit."""
        if self.share.world == 1:
            return True
        told = hashlib.sha256()
        for value in net.state_dict().values():
            told.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        own = float(int.from_bytes(told.digest()[:6]))  # 48 bits: exact in the number that is sent
        return self.mean(float(self.agreed(own) == own)) == 1

    def in_step(self, net: nn.Module) -> None:
        """Give every process the first one's running means, which gradients do not carry."""
        if self.share.world > 1:
            for buffer in net.buffers():
                torch.distributed.broadcast(buffer, 0)


def device_named(name: str) -> torch.device:
    """`auto` takes an accelerator where there is one; raises AppError for one that is not there."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise AppError("There is no CUDA device.", "Use --device cpu, or install torch for your GPU.")
    if name == "mps" and not torch.backends.mps.is_available():
        raise AppError("There is no Apple GPU.", "Use --device cpu.")
    if name not in DEVICES:
        raise AppError(f"{name} is no device.", f"Choose one of {', '.join(DEVICES)}.")
    return torch.device(name)


@contextmanager
def place_of(device: str) -> Iterator[Place]:
    """This process's place; inside a `torchrun` it joins the others, and leaves them at the end.

    Within another such place it is the same one. The others wait for one that is at work, e.g. prepares; one
    that fails ends the launch.
    """
    chosen = device_named(device)
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        yield Place(chosen)
        return
    rank = int(os.environ["RANK"])
    if chosen.type == "cuda":
        chosen = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(chosen)
    if torch.distributed.is_initialized():
        yield Place(chosen, Share(rank, world))
        return
    torch.distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=_PATIENCE)
    try:
        yield Place(chosen, Share(rank, world))
    finally:
        torch.distributed.destroy_process_group()


class NoRoom(Exception):  # noqa: N818  (a fact, and dealt with)
    """Not even two scans at once fit on the accelerator."""


def out_of_memory(error: RuntimeError) -> bool:
    """Whether the accelerator had no room."""
    return isinstance(error, torch.cuda.OutOfMemoryError) or "out of memory" in str(error).lower()
