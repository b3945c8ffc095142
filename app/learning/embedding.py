"""What a net makes of a scan before it answers, and how those features lie to each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from app.errors import AppError
from app.learning.batches import batch_of
from app.learning.dataset import PreparedCohort
from app.learning.splits import Indices

FEWEST = 10
"""Scans that a map of neighbours needs."""


def check_mapped(net: nn.Module, scans: int) -> None:
    """Raise AppError where the features of so many scans could not be mapped, whatever the net learns."""
    _pool_of(net)
    _check_many(scans)
    _umap()


@torch.inference_mode()
def features(
    net: nn.Module, prepared: PreparedCohort, index: Indices, device: torch.device, batch: int = 8
) -> NDArray[np.float32]:
    """What comes out of the net's `pool`, before any classifier: float32 (n, width).

    Raises AppError for a net without one.
    """
    seen: list[Tensor] = []
    hook = _pool_of(net).register_forward_hook(lambda _m, _i, made: seen.append(made.float().cpu()))
    net.eval()
    try:
        for start in range(0, len(index), batch):
            net(batch_of(prepared, index[start : start + batch], device).images)
    finally:
        hook.remove()
    return torch.cat(seen).numpy()


def umap_of(found: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    """Features (n, width) laid out in the plane by UMAP (McInnes 2018, arXiv 1802.03426), (n, 2).

    Raises AppError for fewer than ten scans, and where umap-learn is not installed.
    """
    _check_many(len(found))
    neighbours = min(15, len(found) - 1)
    laid = _umap()(n_neighbors=neighbours, random_state=seed, n_jobs=1).fit_transform(found)
    return np.asarray(laid, np.float64)


def _pool_of(net: nn.Module) -> nn.Module:
    pool = getattr(net, "pool", None)
    if not isinstance(pool, nn.Module):
        raise AppError("This net pools no features that could be mapped.", "Leave --umap out.")
    return pool


def _check_many(scans: int) -> None:
    if scans < FEWEST:
        raise AppError(f"{scans} scans are too few for a map of features.", "Leave --umap out.")


def _umap() -> Any:  # a class of umap-learn, which has no types
    try:
        from umap import UMAP
    except ImportError as error:
        raise AppError(
            "The map of features needs umap-learn, which is not installed.",
            'Install it: pip install "scintiread[learning]".',
        ) from error
    return UMAP
