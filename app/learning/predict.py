"""Predictions of an installed model; onnxruntime does the work, torch is needed for other devices only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.errors import AppError
from app.learning.engine import Answers, CarefulEngine, Engine, NoMemory
from app.learning.familiarity import Reference, ScanMeasures, views_word
from app.learning.familiarity_file import read_reference
from app.learning.frame import Floats
from app.learning.maps import ViewMaps, attention_maps, drawn_planes
from app.learning.occlusion import occlusion_map
from app.learning.onnx_engine import WEIGHTS_KEY, OnnxEngine, cuda_there
from app.learning.picture_measures import measures_of
from app.learning.prediction import Prediction
from app.learning.recipe import Input, Recipe, Task
from app.learning.recipes import recipe_named
from app.learning.weights import FAMILIARITY, GRAPH, REINSTALL, WEIGHTS, InstalledModel, verified
from app.scan.scan import Scan, ViewName
from app.wording import DEVICES

BATCH = 4
_LEAST_SIDE = 64
"""A view of fewer rows or columns is a thumbnail, not a scan."""
_NOT_AIR = 99
"""Percentile of the counts that lies in the body wherever there is one: it is at least a tenth of a view."""
DRAWN = "probability of metastasis as the net draws it"


@dataclass(frozen=True, eq=False)
class ReadyScan:
    """A scan, the same as the model's net wants it, and what making that took."""

    scan: Scan
    made: Input
    seconds: float
    measures: Mapping[ViewName, Floats] = field(default_factory=dict)
    """Of each view, where the model tells how familiar a scan is."""


class Predictor:
    """One model on one device; `notes` tells what did not go as asked, one sentence each."""

    def __init__(
        self,
        model: InstalledModel,
        recipe: Recipe,
        engine: Engine,
        gradients: Callable[[], Engine] | None = None,
        notes: list[str] | None = None,
        usual: Reference | None = None,
    ) -> None:
        self.model = model
        self.notes: list[str] = [] if notes is None else notes
        self._recipe = recipe
        self._engine = engine
        self._gradients = gradients
        self._usual = usual

    @property
    def device(self) -> str:
        """Where the net runs now: cpu, cuda or mps."""
        return self._engine.device

    def predict(self, scan: Scan, *, attention: bool = True, planes: bool = True) -> Prediction:
        """The model's answer for one scan; raises AppError for a scan that the model cannot use."""
        return self.answer([self.ready(scan)], attention=attention, planes=planes)[0]

    def ready(self, scan: Scan) -> ReadyScan:
        """The scan as the net wants it; safe to call from several threads.

        Raises AppError for a scan without a view, with counts that are no numbers, or of a wrong size.
        """
        begun = time.perf_counter()
        _check(scan)
        made = self._recipe.prepare(scan)
        if made.image.shape != self.model.input:
            raise AppError(
                f"Recipe {self.model.recipe} makes {_size(made.image.shape)} of {scan.case}, "
                f"but model {self.model.identity} takes {_size(self.model.input)}.",
                "The model was trained with another version of the recipe: train it again.",
            )
        measures = _measures(scan) if self._usual is not None else {}
        return ReadyScan(scan, made, time.perf_counter() - begun, measures)

    def answer(
        self, ready: Sequence[ReadyScan], *, attention: bool = True, planes: bool = True
    ) -> list[Prediction]:
        """The answers for prepared scans, run as one batch."""
        if not ready:
            return []
        begun = time.perf_counter()
        engine = self._attending() if attention else self._engine
        attends = attention and bool(engine.attention_method)
        draws = self.model.segments and (planes or (attention and not attends))
        images = np.stack([one.made.image for one in ready])
        try:
            answers = engine.run(images, attention=attends, planes=draws)
        except NoMemory as error:
            raise AppError(
                "There is not enough memory for one scan.", "Close other programs, then try again."
            ) from error
        if not np.isfinite(answers.probability).all():
            bad = next(
                one.scan.case for one, p in zip(ready, answers.probability, strict=True) if not np.isfinite(p)
            )
            raise AppError(f"The model gives no number for {bad}.", "Leave the scan out.")
        share = (time.perf_counter() - begun) / len(ready)
        return [
            self._prediction(
                one,
                answers,
                place,
                share,
                method=engine.attention_method if attention else None,
                planes=planes,
            )
            for place, one in enumerate(ready)
        ]

    def looked(self, scan: Scan) -> ScanMeasures:
        """The scan as familiarity compares it, also of each view alone where the recipe can do with one.

        Raises AppError as `predict` does.
        """
        ready = [self.ready(scan)]
        try:
            if scan.missing_view is None:
                alone = replace(scan, posterior=None), replace(scan, anterior=None)
                ready += [self.ready(view) for view in alone]
        except AppError:  # the recipe needs both
            pass
        features = self._engine.run(
            np.stack([one.made.image for one in ready]), attention=False, planes=False
        ).features
        told = (
            {}
            if features is None
            else dict(zip((views_word(one.scan) for one in ready), features, strict=True))
        )
        return ScanMeasures(_measures(scan), told)

    def occlusion(self, scan: Scan, size: int = 32, step: int = 16) -> ViewMaps:
        """What the answer loses when a part of the scan is hidden, 0-1, 1 at the most, per view.

        `size` and `step` of the hiding square in pixels of the input. Raises AppError as `predict` does.
        """
        ready = self.ready(scan)
        return attention_maps(occlusion_map(self._engine, ready.made.image, size, step), ready.made)

    def _attending(self) -> Engine:
        """The engine that can say where the net looked; torch's where the graph cannot and torch is there."""
        if self._engine.attention_method or self.model.segments or self._gradients is None:
            return self._engine
        gradients, self._gradients = self._gradients, None
        unknown = f"Where {self.model.identity} looked is not known:"
        try:
            engine = gradients()
        except AppError as error:
            self.notes.append(f"{unknown} {error}")
            return self._engine
        if not engine.attention_method:
            self.notes.append(f"{unknown} its recipe names no layer for Grad-CAM.")
            return self._engine
        self._engine = engine
        return engine

    def _prediction(
        self, one: ReadyScan, answers: Answers, place: int, share: float, *, method: str | None, planes: bool
    ) -> Prediction:
        begun = time.perf_counter()
        model = self.model
        drawn: Mapping[str, Mapping[ViewName, Floats]] = {}
        if answers.planes is not None:
            drawn = drawn_planes(model.planes, answers.planes[place], one.made)
        looked: Mapping[ViewName, Floats] = {}
        said = ""
        if method and answers.attention is not None:
            looked, said = attention_maps(answers.attention[place], one.made), method
        elif method is not None and drawn:
            looked, said = next(iter(drawn.values())), DRAWN
        return Prediction(
            case=one.scan.case,
            model=model.who,
            probability=float(np.clip(answers.probability[place], 0, 1)),
            threshold=model.threshold,
            seconds=one.seconds + share + time.perf_counter() - begun,
            device=self.device,
            missing_view=one.scan.missing_view,
            blanked=one.made.blanked or 0,
            familiarity=self._familiarity(one, answers, place),
            attention_method=said,
            attention=looked,
            planes=drawn if planes else {},
        )

    def _familiarity(self, one: ReadyScan, answers: Answers, place: int) -> float | None:
        if self._usual is None:
            return None
        features = None if answers.features is None else answers.features[place]
        return self._usual.percentile(one.measures, features)


def open_predictor(model: InstalledModel, device: str = "auto", threads: int = 0) -> Predictor:
    """The model, its files checked, ready on a device; `threads` 0 takes every core.

    `auto` takes an NVIDIA device when onnxruntime has one, else the processor. A net whose graph cannot say
    where it looked is run by torch where torch is installed, for its gradients.

    Raises AppError when the files are not the registry's, or there is no such device.
    """
    if device not in DEVICES:
        raise AppError(f"{device} is no device.", f"Choose one of {', '.join(DEVICES)}.")
    if model.task is Task.LOCATE:
        raise AppError(
            f"{model.identity} says in which regions lesions lie that somebody has drawn; of a scan alone it "
            "says nothing.",
            "Use it in a report: --regions model.",
        )
    verified(model)
    notes: list[str] = []

    def careful(engine: Engine) -> Engine:
        return CarefulEngine(engine, lambda: _onnx(model, "cpu", threads), notes.append)

    engine = _engine(model, device, threads)

    def gradients() -> Engine:
        return careful(_torch(model, engine.device, threads))

    usual = None
    if FAMILIARITY in model.files:
        try:
            usual = read_reference(model.path(FAMILIARITY), model.weights_sha256)
        except AppError as error:
            notes.append(f"How familiar scans are is not told: {error}")
    return Predictor(model, recipe_named(model.recipe), careful(engine), gradients, notes, usual)


def _engine(model: InstalledModel, device: str, threads: int) -> Engine:
    """The engine for a device; onnxruntime wherever it can."""
    if device == "auto":
        device = "cuda" if cuda_there() else "cpu"
    if device == "cpu" or (device == "cuda" and cuda_there()):
        return _onnx(model, device, threads)
    return _torch(model, device, threads)


def _onnx(model: InstalledModel, device: str, threads: int) -> OnnxEngine:
    engine = OnnxEngine(model.path(GRAPH), device, threads)
    if engine.metadata.get(WEIGHTS_KEY) != model.weights_sha256:
        raise AppError(f"{model.path(GRAPH).name} was made from other weights.", REINSTALL)
    return engine


def _torch(model: InstalledModel, device: str, threads: int) -> Engine:
    try:
        from app.learning.torch_engine import TorchEngine, usable_device
    except ImportError as error:
        raise AppError(
            f"This installation has no {device} device.",
            'Use --device cpu, or install torch: pip install "scintiread[learning]".',
        ) from error
    return TorchEngine(
        recipe_named(model.recipe), model.path(WEIGHTS), usable_device(device), threads=threads
    )


def _measures(scan: Scan) -> dict[ViewName, Floats]:
    return {view.name: measures_of(view) for view in scan.views}


def _check(scan: Scan) -> None:
    if not scan.views:
        raise AppError(f"{scan.case} has no view.", "Choose another scan.")
    for view in scan.views:
        if not np.isfinite(view.counts).all():
            raise AppError(
                f"The {view.name.value} view of {scan.case} holds counts that are no numbers.",
                "Export the scan again.",
            )
        if min(view.counts.shape) < _LEAST_SIDE:
            raise AppError(
                f"The {view.name.value} view of {scan.case} is {_size(view.counts.shape)} pixels: too small "
                "for a whole body.",
                "Choose the scan itself, not its thumbnail.",
            )
        if not view.counts.any():
            raise AppError(f"The {view.name.value} view of {scan.case} is empty.", "Choose another scan.")
        if not np.percentile(view.counts, _NOT_AIR) > 0:
            raise AppError(
                f"The {view.name.value} view of {scan.case} holds counts in less than a hundredth of its "
                "pixels: no body is to be seen.",
                "Choose another scan.",
            )


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(str(each) for each in shape)
