"""Batches made ready by a thread while the step before is computed, and how long steps wait for them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np
import torch

from app.learning.batches import Share, batch_of, epoch_order, shares
from app.learning.dataset import PreparedCohort
from app.learning.recipe import Batch, Phase, Recipe
from app.learning.splits import Indices

_AHEAD = 2
"""So many batches are ready or being made beside the one in use: a slow one is made up for."""


@dataclass(frozen=True)
class Epoch:
    """Which epoch this is: of all, and of its phase."""

    number: int
    in_phase: int
    phase: Phase
    seed: int
    mixed: bool = False

    @property
    def following(self) -> Epoch:
        """The one after it, if its phase has one."""
        return replace(self, number=self.number + 1, in_phase=self.in_phase + 1)

    def seeds(self, share: Share) -> list[int]:
        """Two seeds for what is random in it, of net and batches: a resumed training has the same."""
        told = [self.seed, self.number, share.rank]
        return [int(one) for one in np.random.SeedSequence(told).generate_state(2)]


@dataclass(frozen=True, eq=False)
class _Begun:
    epoch: Epoch
    steps: tuple[Indices, ...]
    ready: deque[Future[Batch]]
    rng: torch.Generator


class Loading:
    """Reads the scans of a training and changes them as its recipe says, a few batches ahead.

    One thread makes them in their order, with the random numbers that they have without it; each operation in
    it has as many threads of its own as torch gives it. The net's own random numbers (dropout) are others.
    """

    def __init__(
        self,
        recipe: Recipe,
        prepared: PreparedCohort,
        train: Indices,
        share: Share,
    ) -> None:
        self._recipe = recipe
        self._prepared = prepared
        self._train = train
        self._share = share
        self._pool = ThreadPoolExecutor(1, "loading")
        self._begun: _Begun | None = None
        self.waited = 0.0
        """Seconds that steps have waited for their batch."""

    @property
    def scans(self) -> int:
        """How many there are to learn from."""
        return len(self._train)

    def __enter__(self) -> Loading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, epoch: Epoch, least: int) -> tuple[Indices, ...]:
        """Make the first batches of an epoch, if that is not done yet; gives the places of
        the scans of each step, int64 (n,).
        """
        if self._begun is None or self._begun.epoch != epoch:
            self._forget()
            world = self._share.world
            order = epoch_order(
                epoch.phase, self._train, self._prepared.truth, epoch.seed, epoch.number, world
            )
            steps = tuple(shares(order, epoch.phase.batch * world, self._share, least))
            rng = torch.Generator().manual_seed(epoch.seeds(self._share)[1])
            self._begun = _Begun(epoch, steps, deque(), rng)
            for step in range(min(_AHEAD, len(steps))):
                self._submit(self._begun, step)
        return self._begun.steps

    def batches(self, epoch: Epoch, least: int) -> Iterator[tuple[Indices, Batch]]:
        """The epoch's batches in turn, each with the places of its scans, int64 (n,)."""
        steps = self.begin(epoch, least)
        begun, self._begun = self._begun, None
        assert begun is not None
        try:
            for step, index in enumerate(steps):
                since = time.perf_counter()
                batch = begun.ready.popleft().result()
                self.waited += time.perf_counter() - since
                if step + _AHEAD < len(steps):
                    self._submit(begun, step + _AHEAD)
                yield index, batch
        finally:
            self._cancel(begun)

    def _submit(self, begun: _Begun, step: int) -> None:
        begun.ready.append(self._pool.submit(self._made, begun.steps[step], begun.rng))

    def _made(self, index: Indices, rng: torch.Generator) -> Batch:
        return self._recipe.augment(batch_of(self._prepared, index, torch.device("cpu")), rng)

    def _forget(self) -> None:
        if self._begun is not None:
            self._cancel(self._begun)
            self._begun = None

    def _cancel(self, begun: _Begun) -> None:
        for one in begun.ready:
            one.cancel()
        begun.ready.clear()
