"""What a training says to the items of a reporting checklist: from its `run.json` and `metrics.json`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from app.annotation.formats.files import read_json
from app.errors import AppError
from app.learning.dataset import TESTED_ON
from app.wording import counted


def training_answers(run: Path, cases: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Answers by guideline and number ("CLAIM 24"); cases: those of the study, looked for in the training.

    Raises AppError for a folder that holds no finished training.
    """
    told, metrics = read_json(run / "run.json"), read_json(run / "metrics.json")
    try:
        return tuple(_answers(told, metrics, set(cases)).items())
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise AppError(f"{run.name} is no run of a training.", "Name the folder that train wrote.") from error


def _answers(told: Mapping[str, Any], metrics: Mapping[str, Any], study: set[str]) -> dict[str, str]:
    parts, options = told["cases"], told["options"]
    sizes = ", ".join(f"{len(parts[name])} {name}" for name in ("train", "validation", "test"))
    phases = told["hyper_parameters"]["phases"]
    steps = "; ".join(
        f"{one['name']}: {one['optimiser']}, rate {one['rate']:g}, batch {one['batch']}" for one in phases
    )
    length = "as many epochs as published"
    if options.get("minutes"):
        length = f"{options['minutes']:g} minutes"
    elif options.get("epochs"):
        length = counted(int(options["epochs"]), "epoch")
    patient = parts["validation"] and any(one.get("patience") for one in phases)
    kept = "the epoch of the best AUC on the validation scans" if patient else "the last epoch"
    seen = sorted(study & {*parts["train"], *parts["validation"]})
    apart = "No case of the study has the code of one that it was trained or validated on."
    if seen:
        apart = (
            f"{counted(len(seen), 'case')} of the study {'has' if len(seen) == 1 else 'have'} the code of a "
            f"case of the training, the first is {seen[0]}: look whether they are the same."
        )
    simulated = ", SIMULATED" if told["simulated"] else ""
    patients = told["cohort_facts"].get("patients", "as given")
    answers = {
        "CLAIM 9": f"As recipe {told['recipe']} prepares scans; the net takes "
        f"{' × '.join(str(side) for side in told['input'])}.",
        "CLAIM 19–20": f"Scans of {told['cohort']}{simulated}: {sizes}. Patients {patients}, none in two "
        "parts.",
        "CLAIM 22": f"Recipe {told['recipe']}.",
        "CLAIM 23": f"ScintiRead {told['program']}, torch {told['torch']}.",
        "CLAIM 24": told["init"] or f"Random, seed {options['seed']}.",
        "CLAIM 25": f"{steps}; {length}; all of it in config.toml.",
        "CLAIM 26": f"Weights of {kept}.",
        "CLAIM 27": "None: one net.",
    }
    test = metrics.get("test", {}).get("at_threshold")
    if test and test["auc"]:
        area, low, high = test["auc"]
        elsewhere = told["cohort_facts"].get(TESTED_ON)
        answers["CLAIM 33" if elsewhere else "CLAIM 32"] = (
            f"AUC {area:.3f} (95 % CI {low:.3f}-{high:.3f}) on {counted(int(test['n']), 'scan')} that it was "
            f"not trained on{f', of another cohort ({elsewhere})' if elsewhere else ''}."
        )
    answers["STARD-AI"] = f"{counted(len(parts['train']), 'scan')} of {told['cohort']}{simulated}. {apart}"
    return {key: words for key, words in answers.items() if words}
