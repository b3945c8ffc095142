"""Training a recipe: phases and epochs, one process or many, resumable after every epoch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Literal

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
from app.learning.dataset import PreparedCohort
from app.learning.devices import NoRoom, Place, place_of
from app.learning.epoch import Epoch, LossOf, run_epoch
from app.learning.recipe import Phase, Recipe
from app.learning.schedule import optimiser
from app.learning.scoring import scores
from app.learning.splits import Split
from app.learning.training_log import EpochRow, TrainingLog, read_log
from app.progress import NoProgress, Progress, check_cancelled

RUN = "run.json"
"""What was trained on what, beside the weights."""
NO_ROOM = "The GPU has no memory for two scans at once; the training went on, slower, on the processor."


@dataclass(frozen=True)
class TrainOptions:
    """How a training is run; what a recipe prescribes is not here."""

    epochs: int | None = None
    """Of the whole training; None: as the recipe says. Phases keep their shares."""
    minutes: float | None = None
    """Train so long; phases and learning rates follow the time instead of the epochs, and the last phase goes
    on until it is over."""
    device: str = "auto"
    seed: int = 1
    resume: bool = False
    precision: Literal["float32", "mixed"] = "float32"
    threads: int | None = None
    tensorboard: bool = False


@dataclass(frozen=True, eq=False)
class Trained:
    """A finished training; `net` holds the weights that `weights` holds."""

    recipe: Recipe
    net: nn.Module
    weights: Path
    rows: tuple[EpochRow, ...]
    device: torch.device
    notes: tuple[str, ...] = ()
    """What did not go as asked, one sentence each."""
    seconds: float = 0.0


Initialise = Callable[[nn.Module], object]
"""Puts other weights into a fresh net, e.g. ImageNet's; what it gives back is not looked at."""


@dataclass
class _Clock:
    """Time spent in training, without what other runs of the same training spent."""

    minutes: float | None
    before: float = 0.0
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return self.before + time.monotonic() - self.begun

    def fraction(self) -> float | None:
        return None if self.minutes is None else min(self.seconds / (60 * self.minutes), 1.0)

    def within(self, start: float, end: float) -> float | None:
        """How much of a stretch of the time is over, 0-1; None without a limit."""
        fraction = self.fraction()
        return None if fraction is None else min(max((fraction - start) / (end - start), 0.0), 1.0)


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
    _check_classes(prepared, split)
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        with place_of(options.device) as place:
            return _trained(recipe, prepared, split, out, options, progress, initialise, place)
    except NoRoom:
        slower = replace(options, device="cpu", resume=True)
        with place_of("cpu") as place:
            trained = _trained(recipe, prepared, split, out, slower, progress, initialise, place)
        return replace(trained, notes=(*trained.notes, NO_ROOM))


def _trained(
    recipe: Recipe,
    prepared: PreparedCohort,
    split: Split,
    out: Path,
    options: TrainOptions,
    progress: Progress,
    initialise: Initialise | None,
    place: Place,
) -> Trained:
    done = _resumed(out, options)
    phases = _scaled(recipe.phases, options.epochs)
    torch.manual_seed(options.seed)
    rng = torch.Generator().manual_seed(options.seed + 7919 * place.share.rank)
    net = recipe.build().to(place.device)
    if initialise is not None and done is None:
        initialise(net)  # a resumed training takes its weights from the checkpoint
    clock = _Clock(options.minutes, float(done["seconds"]) if done else 0.0)
    log = (
        TrainingLog(out, int(done["epoch"]) + 1 if done else 0, options.tensorboard) if place.first else None
    )
    notes: list[str] = list(done["notes"]) if done else []
    total, first = sum(phase.epochs for phase in phases), 0
    best = float(done["best"]) if done else -1.0
    waited = int(done["waited"]) if done else 0
    for phase in phases:
        last_phase = phase is phases[-1]
        if done and int(done["epoch"]) >= first + phase.epochs and not last_phase:
            first += phase.epochs
            continue
        chosen = recipe.trainable(net, phase)
        for parameter in net.parameters():
            parameter.requires_grad_(any(parameter is one for one in chosen))
        steps = optimiser(phase, chosen)
        module: nn.Module = LossOf(recipe, net, phase)
        if place.share.world > 1:
            module = nn.parallel.DistributedDataParallel(module)
        begin = first
        if done and first <= int(done["epoch"]) and (last_phase or int(done["epoch"]) < first + phase.epochs):
            load_checkpoint(out, net, steps, rng)
            begin = int(done["epoch"]) + 1
            done = None
        share_of_time = partial(clock.within, first / total, (first + phase.epochs) / total)
        for epoch in count(begin):
            elapsed = share_of_time()
            if epoch >= first + phase.epochs and (elapsed is None or not last_phase):
                break
            over = elapsed is not None and elapsed >= 1 and epoch > first
            if over or (phase.patience and waited >= phase.patience and last_phase):
                break
            check_cancelled(progress)
            started = time.monotonic()
            part = Epoch(epoch, epoch - first, phase, options.seed, options.precision == "mixed")
            report = _reporter(progress, epoch, total, clock)
            loss, rate = run_epoch(
                recipe, module, prepared, split, steps, rng, part, place, share_of_time, report, notes
            )
            auc = _validated(recipe, net, prepared, split, place) if last_phase else None
            waited = 0 if auc is None or auc > best else waited + 1
            better = not phase.patience or auc is None or auc > best
            best = max(best, auc) if auc is not None else best
            if place.first and log is not None:
                log.add(EpochRow(epoch, phase.name, loss, auc, rate, round(time.monotonic() - started, 3)))
                if better:
                    save_weights(net, out / WEIGHTS)
                state = {"epoch": epoch, "best": best, "waited": waited, "seconds": clock.seconds}
                save_checkpoint(out, net, steps, rng, {**state, "notes": notes, "seed": options.seed})
        first += phase.epochs
    if place.share.world > 1:
        torch.distributed.barrier()
    load_weights(net, out / WEIGHTS)
    if place.first and log is not None:
        log.close()
        _write_run(recipe, prepared, split, out, options, clock.seconds, notes)
    return Trained(
        recipe, net, out / WEIGHTS, tuple(read_log(out)), place.device, tuple(notes), clock.seconds
    )


def _reporter(progress: Progress, epoch: int, total: int, clock: _Clock) -> Callable[[float, float], None]:
    def report(share: float, loss: float) -> None:
        check_cancelled(progress)
        known = clock.fraction()
        fraction = (epoch + share) / total if known is None else known
        progress.report(min(fraction, 1.0), f"Epoch {epoch + 1} of {total}, loss {loss:.3f}")

    return report


def _resumed(out: Path, options: TrainOptions) -> dict[str, Any] | None:
    """What the checkpoint knows when this is to go on; a folder with another run is left alone."""
    done = checkpoint_facts(out)
    if done is not None and not options.resume:
        raise AppError(
            f"{out.name} holds a training already.", "Resume it with --resume, or choose another folder."
        )
    if done is not None and done["seed"] != options.seed:
        raise AppError(f"{out.name} was trained with seed {done['seed']}.", "Resume with the same seed.")
    out.mkdir(parents=True, exist_ok=True)
    return done


def _scaled(phases: Any, epochs: int | None) -> list[Phase]:
    """The phases, together so many epochs long; every phase at least one."""
    known = list(phases)
    if epochs is None:
        return known
    total = sum(phase.epochs for phase in known)
    return [replace(phase, epochs=max(round(phase.epochs * epochs / total), 1)) for phase in known]


def _check_classes(prepared: PreparedCohort, split: Split) -> None:
    if len(set(prepared.truth[split.train].tolist())) < 2:
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
    return float(auc(scores(recipe, net, prepared, split.validation, place.device), truth))


def _write_run(
    recipe: Recipe,
    prepared: PreparedCohort,
    split: Split,
    out: Path,
    options: TrainOptions,
    seconds: float,
    notes: list[str],
) -> None:
    """Who reads this can repeat the run, and knows which cases the net has seen."""
    parts = {name: getattr(split, name) for name in ("train", "validation", "test")}
    told = {
        "format": "scintiread run",
        "recipe": recipe.name,
        "cohort": prepared.cohort.name,
        "simulated": prepared.cohort.simulated,
        "cohort_facts": dict(prepared.cohort.facts),
        "input": list(prepared.images.shape[1:]),
        "options": asdict(options),
        "torch": torch.__version__,
        "seconds": round(seconds, 1),
        "notes": notes,
        "cases": {name: [prepared.cases[index] for index in part] for name, part in parts.items()},
    }
    beside = out / (RUN + ".part")
    beside.write_text(json.dumps(told, indent=1), encoding="utf-8")
    beside.replace(out / RUN)


__all__ = ["CHECKPOINT", "RUN", "WEIGHTS", "Initialise", "TrainOptions", "Trained", "train"]
