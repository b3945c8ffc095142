"""A training run's net as the files of a model, with what its run tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.bounded import json_in
from app.errors import AppError
from app.learning.frame import Floats
from app.learning.recipe import Recipe, Task
from app.learning.weights import InstalledModel

RUN, WEIGHTS_OF_RUN, METRICS = "run.json", "weights.safetensors", "metrics.json"
_HOT = 0.8
OWN_LICENCE = "as its training data allow"


@dataclass(frozen=True, eq=False)
class ReadyModel:
    """A model that is not on a shelf yet, with its files."""

    model: InstalledModel
    weights: Path
    graph: Path


def exported(run: Path, *, name: str = "", version: str = "1", half: bool = False) -> ReadyModel:
    """A run's net as weights and graph in its folder `export`, with what the registry will say of it.

    Raises AppError for a folder that is no run, and where torch is not installed.
    """
    facts = run_facts(run)
    try:
        from app.learning.export import export_net
        from app.learning.recipes import recipe_named
        from app.learning.weight_files import weights_into
    except ImportError as error:
        raise AppError(
            f"Turning a run into a model needs {error.name or 'torch'}, which is not installed.",
            'Install it: pip install "scintiread[learning]".',
        ) from error
    recipe = recipe_named(str(facts.get("recipe", "")))
    net = weights_into(recipe.build(), run / WEIGHTS_OF_RUN)
    made = export_net(
        recipe,
        net,
        _examples(recipe),
        run / "export",
        half=half,
        facts={"training data": _training_data(facts)},
    )
    measured = _metrics(run)
    model = InstalledModel(
        name=name or recipe.name,
        version=version,
        title=recipe.title,
        recipe=recipe.name,
        task=recipe.task,
        folder=run / "export",
        files={},
        input=made.input,
        threshold=0.5 if recipe.task is Task.LOCATE else _threshold(measured),
        training_data=_training_data(facts),
        licence=OWN_LICENCE,
        planes=recipe.planes if recipe.task is Task.SEGMENT else (),
        classifies=recipe.task is not Task.LOCATE,
        attention_method=made.attention_method,
        attention_layer=made.attention_layer,
        facts={
            "source": recipe.source,
            "created": date.today().isoformat(),
            "threshold_from": "a region is named from a half on"
            if recipe.task is Task.LOCATE
            else str(measured.get("threshold_from", "not tuned")),
            # of a net that is shown the true lesions the run's AUC says nothing
            "metrics": {} if recipe.task is Task.LOCATE else _tested(measured),
            "training": _training(facts),
            "export_difference": made.difference,
        },
    )
    return ReadyModel(model, made.weights, made.graph)


def run_facts(run: Path) -> dict[str, Any]:  # JSON
    """What `run.json` of a training tells; raises AppError for a folder that is no finished run."""
    try:
        told = json_in((run / RUN).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AppError(
            f"{run.name} is no finished training: it has no {RUN}.", "Name the folder that `train` wrote."
        ) from error
    except (OSError, ValueError) as error:
        raise AppError(f"{RUN} of {run.name} cannot be read.", "Train again.") from error
    if not isinstance(told, dict) or told.get("format") != "scintiread run":
        raise AppError(f"{RUN} of {run.name} is not one of this program's.", "Name a folder of `train`.")
    return told


def _training_data(facts: dict[str, Any]) -> str:
    return "simulated scans" if facts.get("simulated") else f"scans of {facts.get('cohort', 'own data')}"


def _training(facts: dict[str, Any]) -> dict[str, Any]:
    options = facts.get("options", {})
    kept = ("epochs", "minutes", "seed", "precision", "device")
    return {
        "cohort": facts.get("cohort", ""),
        **{f"cohort {name}": value for name, value in facts.get("cohort_facts", {}).items()},
        "scans": {name: len(cases) for name, cases in facts.get("cases", {}).items()},
        "options": {name: options[name] for name in kept if options.get(name) is not None},
        "training_minutes": round(float(facts.get("seconds", 0.0)) / 60, 1),
        "torch": facts.get("torch", ""),
    }


def _metrics(run: Path) -> dict[str, Any]:
    try:
        told = json_in((run / METRICS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _tested(measured: dict[str, Any]) -> dict[str, Any]:
    """What the run itself measured on its test scans, as cards keep it."""
    found = measured.get("test", {}).get("at_threshold", {})
    return {"test": {**found, "title": "Test scans of the training run"}} if found.get("auc") else {}


def _threshold(measured: dict[str, Any]) -> float:
    value = measured.get("threshold", 0.5)
    return min(max(float(value), 0.0), 1.0) if isinstance(value, (int, float)) else 0.5


def _examples(recipe: Recipe) -> Floats:
    """Two simulated scans as the net is given them, (2, channels, rows, cols): what an export tries.

    A net that locates is given the hottest places as if they were drawn.
    """
    import numpy as np

    from app.simulator.body import CaseSeed
    from app.simulator.difficulty import preset
    from app.simulator.simulate import simulate
    from app.workflows.simulator.preview import scan_of

    seeds = [
        CaseSeed(1, patient, ill, preset("trial"), density=0.1) for patient, ill in ((1, True), (2, False))
    ]
    scans = [scan_of(simulate(seed), f"example {seed.patient}") for seed in seeds]
    images = [recipe.prepare(scan).image for scan in scans]
    if recipe.task is Task.LOCATE:
        images = [np.concatenate([image, (image > _HOT).astype(np.float32)]) for image in images]
    return np.stack(images)
