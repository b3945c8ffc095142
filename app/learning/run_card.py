"""The card of one training run: what was trained on what, what came out, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.cells import markdown_table
from app.learning.cards import NOT_FOR, SIMULATED, interval
from app.learning.metrics import RESAMPLES
from app.wording import counted

_ROWS = (
    ("auc", "AUC (DeLong)"),
    ("accuracy", "Accuracy"),
    ("sensitivity", "Sensitivity"),
    ("specificity", "Specificity"),
    ("precision", "Precision"),
    ("npv", "Negative predictive value"),
    ("f1", "F1"),
    ("prevalence", "Prevalence"),
    ("brier", "Brier score"),
)


def run_card(
    title: str, source: str, run: Mapping[str, Any], metrics: Mapping[str, Any], command: str
) -> str:
    """Markdown; run: what `run.json` holds, metrics: what `metrics.json` holds."""
    options = run["options"]
    how = f"{options['minutes']:g} minutes" if options.get("minutes") else "as many epochs as published"
    if options.get("epochs"):
        how = counted(int(options["epochs"]), "epoch")
    facts = dict(run["cohort_facts"])
    patients = facts.pop("patients", "as given")
    cohort = [f"- {name}: {value}" for name, value in facts.items()]
    sizes = ", ".join(f"{len(cases)} {part}" for part, cases in run["cases"].items())
    parts = [
        f"# {run['recipe']}: {title}",
        f"After {source}.",
        *([f"**SIMULATED.** {SIMULATED}"] if run["simulated"] else []),
        f"## What it is not for\n\n{NOT_FOR}",
        "\n".join(
            [
                "## Training\n",
                f"- cohort: {run['cohort']}; scans: {sizes}",
                f"- patients {patients}, none in two parts",
                *cohort,
                f"- input: {' × '.join(str(side) for side in run['input'])}",
                f"- {how}, seed {options['seed']}, {run['seconds']:.0f} s on {options['device']}, "
                f"torch {run['torch']}",
                *[f"- {note}" for note in run["notes"]],
            ]
        ),
        _measured(metrics),
        f"## Made again\n\n```\n{command}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _measured(metrics: Mapping[str, Any]) -> str:
    test: Mapping[str, Any] | None = metrics.get("test")
    if not test:
        return "## Measured\n\nNothing was measured on scans that it has not seen."
    at, half = test["at_threshold"], test["at_half"]
    lines = [
        "## Measured",
        "",
        f"{counted(at['n'], 'test scan')}, {at['positives']} with metastases; brackets hold 95 % intervals. "
        f"Threshold {metrics['threshold']:.3f}: {metrics['threshold_from']}.",
        "",
    ]
    table = []
    for key, words in _ROWS:
        table.append((words, _shown(at[key]), _shown(half[key])))
        if key == "auc" and at.get("auc_bootstrap"):
            low, high = at["auc_bootstrap"]
            table.append((f"… by bootstrap ({RESAMPLES} resamples)", f"{low:.3f}-{high:.3f}", "the same"))
    table.append(("TP, FP, FN, TN", _counts(at), _counts(half)))
    lines += markdown_table(("", f"at {metrics['threshold']:.3f}", "at 0.5"), table)
    if drawing := metrics.get("drawing"):
        lines += ["", f"Drawn from {drawing['from']:g} on, in the pixels of the net's picture:", ""]
        rates = {"precision": "precision", "sensitivity": "sensitivity", "f1": "F1"}
        kinds = {"pixel": "pixels", "lesion": "lesions", "bladder": "pixels of the bladder"}
        lines += markdown_table(
            ("", *rates.values()),
            [
                (words, *(_shown(drawing[kind][rate]) for rate in rates))
                for kind, words in kinds.items()
                if kind in drawing
            ],
        )
    return "\n".join(lines)


def _shown(value: Sequence[float] | float | None) -> str:
    return "–" if value is None else interval(value)


def _counts(point: Mapping[str, Any]) -> str:
    return ", ".join(str(point[key]) for key in ("tp", "fp", "fn", "tn"))
