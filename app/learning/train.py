"""Training a recipe: phases and epochs, one process or many, resumable after every epoch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import nn

from app.errors import AppError
from app.learning.checkpoint import (
    CHECKPOINT,
    WEIGHTS,
    checkpoint_facts,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
)
from app.learning.dataset import PreparedCohort, positives_suffice
from app.learning.devices import NoRoom, Place, place_of
from app.learning.epoch import LossOf, run_epoch
from app.learning.fingerprint import Fingerprint, check_same, fingerprint
from app.learning.listeners import Listeners
from app.learning.loading import Epoch, Loading
from app.learning.recipe import Phase, Recipe
from app.learning.run_file import RUN, write_run
from app.learning.schedule import optimiser
from app.learning.scoring import scores
from app.learning.splits import Split
from app.learning.train_options import TrainOptions
from app.learning.training_clock import TrainingClock
from app.learning.training_log import EpochRow, TrainingLog, read_log
from app.learning.training_pictures import training_pictures, worth_a_picture
from app.progress import Cancelled, NoProgress, Progress

NO_ROOM = "The GPU has no memory for two scans at once; the training went on, slower, on the processor."


@dataclass(frozen=True, eq=False)
class Trained:
    """A finished training; `net` holds the weights that `weights` holds."""

    recipe: Recipe
    net: nn.Module
    weights: Path
    rows: tuple[EpochRow, ...]
    device: torch.device
    notes: tuple[str, ...] = ()
    """What was taken of other weights, and what did not go as asked, one sentence each."""
    seconds: float = 0.0

    @property
    def waited(self) -> float | None:
        """Share of the epochs' time, 0-1, that steps waited for their scans; None where nobody measured."""
        known = [(row.waited, row.seconds) for row in self.rows if row.waited is not None]
        whole = sum(seconds for _, seconds in known)
        return sum(share * seconds for share, seconds in known) / whole if whole else None


Initialise = Callable[[nn.Module], Sequence[str]]
"""Puts other weights into a fresh net, e.g. ImageNet's; gives what is to be known of them, in sentences."""


def train(
    recipe: Recipe,
    prepared: PreparedCohort,
    split: Split,
    out: Path,
    options: TrainOptions | None = None,
    progress: Progress | None = None,
    initialise: Initialise | None = None,
) -> Trained:
    """Train a recipe's net and leave weights, log and `run.json` in a folder.

    The weights kept are those of the best validated epoch where the last phase has patience, else the last.
    Raises AppError for one class only, a patient in two parts, a run folder in use, and Cancelled when asked
    to stop: what was reached stays, to be resumed.
    """
    options, progress = options or TrainOptions(), progress or NoProgress()
    split.check(prepared.patients)
    _check_classes(recipe, prepared, split)
    if options.threads:
        torch.set_num_threads(options.threads)
    told = (recipe, prepared, split, out)
    try:
        with ExitStack() as beside:
            return _trained(beside, *told, options, progress, initialise)
    except NoRoom:
        slower = replace(options, device="cpu", resume=True)
        with ExitStack() as beside:
            trained = _trained(beside, *told, slower, progress, initialise)
        return replace(trained, notes=(*trained.notes, NO_ROOM))


def _trained(
    beside: ExitStack,
    recipe: Recipe,
    prepared: PreparedCohort,
    split: Split,
    out: Path,
    options: TrainOptions,
    progress: Progress,
    initialise: Initialise | None,
) -> Trained:
    """What runs beside the training, the threads that load and those who follow, ends with `beside`."""
    place = beside.enter_context(place_of(options.device))
    loading = beside.enter_context(Loading(recipe, prepared, split.train, place.share))
    listeners = beside.enter_context(Listeners())
    bound = fingerprint(recipe, prepared, split, options, place.share.world)
    done = _resumed(out, options, bound)
    phases = _scaled(options.phases or recipe.phases, options.epochs)
    torch.manual_seed(options.seed)
    net = recipe.build().to(place.device)
    notes: list[str] = list(done["notes"]) if done else []
    if initialise is not None and done is None:  # a resumed training takes its weights from the checkpoint
        notes.extend(initialise(net))
    clock = TrainingClock(options.minutes, place, float(done["seconds"]) if done else 0.0)
    log = None
    if place.first:
        log = TrainingLog(out, int(done["epoch"]) + 1 if done else 0)
        listeners.begin(options.tensorboard, options.mlflow, out, log.first, bound, notes)
    total, first = sum(phase.epochs for phase in phases), 0
    best = float(done["best"]) if done else -1.0
    waited = int(done["waited"]) if done else 0
    for number, phase in enumerate(phases):
        last_phase = number == len(phases) - 1
        if done and int(done["epoch"]) >= first + phase.epochs and not last_phase:
            first += phase.epochs
            continue
        chosen = _free(recipe, net, phase)
        for parameter in net.parameters():
            parameter.requires_grad_(any(parameter is one for one in chosen))
        steps = optimiser(phase, chosen)
        begin = first
        if done and first <= int(done["epoch"]) and (last_phase or int(done["epoch"]) < first + phase.epochs):
            load_checkpoint(out, net, steps)
            begin = int(done["epoch"]) + 1
            done = None
        module: nn.Module = LossOf(recipe, net, phase)
        if place.share.world > 1:  # some recipes leave parts of the net out of some batches
            module = nn.parallel.DistributedDataParallel(module, find_unused_parameters=True)
        share_of_time = partial(clock.within, first / total, (first + phase.epochs) / total)
        for epoch in count(begin):
            elapsed = share_of_time()
            if epoch >= first + phase.epochs and (elapsed is None or not last_phase):
                break
            over = elapsed is not None and elapsed >= 1 and epoch > first
            if over or (phase.patience and waited >= phase.patience and last_phase):
                break
            _check_cancelled(progress, place)
            started = time.monotonic()
            part = Epoch(epoch, epoch - first, phase, options.seed, options.precision == "mixed")
            report = _reporter(progress, epoch, total, clock)
            passed = run_epoch(
                module, loading, prepared.cases, steps, part, place, share_of_time, report, notes
            )
            _check_weights(net, epoch)
            place.in_step(net)
            if not place.alike(net):
                raise AppError(
                    f"The processes have different weights after epoch {epoch + 1}: it is not one training.",
                    "Use the same program and torch everywhere, or train in one process.",
                )
            auc = _validated(recipe, net, prepared, split, place) if last_phase else None
            waited = 0 if auc is None or auc > best else waited + 1
            better = not phase.patience or auc is None or auc > best
            best = max(best, auc) if auc is not None else best
            if place.first and log is not None:
                seconds, waited_for = round(time.monotonic() - started, 3), round(passed.waited, 4)
                row = EpochRow(epoch, phase.name, passed.loss, auc, passed.rate, seconds, waited_for)
                log.add(row)
                if better:
                    save_weights(net, out / WEIGHTS)
                state = {"epoch": epoch, "best": best, "waited": waited, "seconds": clock.seconds}
                save_checkpoint(out, net, steps, {**state, "notes": notes, "fingerprint": dict(bound)})
                if listeners:
                    shown = worth_a_picture(epoch)
                    seen = split.validation if shown else split.validation[:0]
                    listeners.epoch(row, training_pictures(recipe, net, prepared, seen, place.device))
        first += phase.epochs
    if place.share.world > 1:
        torch.distributed.barrier()
    load_weights(net, out / WEIGHTS)
    if place.first and log is not None:
        write_run(recipe, prepared, split, out, options, bound, clock.seconds, notes)
    return Trained(
        recipe, net, out / WEIGHTS, tuple(read_log(out)), place.device, tuple(notes), clock.seconds
    )


def _free(recipe: Recipe, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
    """What the recipe trains in a phase, without what the phase keeps frozen; AppError when all is."""
    for start in phase.frozen:
        if not any(name.startswith(start) for name, _ in net.named_parameters()):
            parts = sorted({name.split(".")[0] for name, _ in net.named_parameters()})
            raise AppError(
                f"{recipe.name} has no parameters that begin with {start}.", f"There are {', '.join(parts)}."
            )
    frozen = [one for name, one in net.named_parameters() if name.startswith(phase.frozen)]
    chosen = [one for one in recipe.trainable(net, phase) if not any(one is other for other in frozen)]
    if not chosen:
        raise AppError(
            f"Phase {phase.name} of {recipe.name} freezes everything.", "Leave something to learn."
        )
    return chosen


def _check_weights(net: nn.Module, epoch: int) -> None:
    """Raise AppError when the last step of an epoch has left weights or running means that are no numbers."""
    for name, value in net.state_dict().items():
        if not bool(torch.isfinite(value).all()):
            raise AppError(
                f"{name} is no finite number any more after epoch {epoch + 1}: the training ends there.",
                "Train with a lower rate; the epochs before are kept.",
            )


def _reporter(
    progress: Progress, epoch: int, total: int, clock: TrainingClock
) -> Callable[[float, float], None]:
    def report(share: float, loss: float) -> None:
        _check_cancelled(progress, clock.place)
        known = clock.fraction()
        fraction = (epoch + share) / total if known is None else known
        progress.report(min(fraction, 1.0), f"Epoch {epoch + 1} of {total}, loss {loss:.3f}")

    return report


def _check_cancelled(progress: Progress, place: Place) -> None:
    """Raise Cancelled in every process when the first one was asked to stop."""
    if place.agreed(float(progress.cancelled)):
        raise Cancelled


def _resumed(out: Path, options: TrainOptions, bound: Fingerprint) -> dict[str, Any] | None:
    """What the checkpoint knows when this is to go on; a folder with another run is left alone."""
    done = checkpoint_facts(out)
    if done is not None and not options.resume:
        raise AppError(
            f"{out.name} holds a training already.", "Resume it with --resume, or choose another folder."
        )
    if done is not None:
        check_same(out.name, done.get("fingerprint"), bound)
    out.mkdir(parents=True, exist_ok=True)
    return done


def _scaled(phases: Any, epochs: int | None) -> list[Phase]:
    """The phases, together so many epochs long; every phase at least one."""
    known = list(phases)
    if epochs is None:
        return known
    total = sum(phase.epochs for phase in known)
    return [replace(phase, epochs=max(round(phase.epochs * epochs / total), 1)) for phase in known]


def _check_classes(recipe: Recipe, prepared: PreparedCohort, split: Split) -> None:
    kinds = set(prepared.truth[split.train].tolist())
    if kinds == {True} and positives_suffice(recipe):
        return
    if len(kinds) < 2:
        raise AppError(
            f"The training part of {prepared.cohort.name} has cases of one kind only.", "Add cases."
        )


def _validated(
    recipe: Recipe, net: nn.Module, prepared: PreparedCohort, split: Split, place: Place
) -> float | None:
    """AUC on the validation part; None where that has one kind only."""
    from app.analysis.placements import auc

    truth = prepared.truth[split.validation]
    if len(set(truth.tolist())) < 2:
        return None
    return place.agreed(float(auc(scores(recipe, net, prepared, split.validation, place.device), truth)))


__all__ = ["CHECKPOINT", "RUN", "WEIGHTS", "Initialise", "TrainOptions", "Trained", "train"]
