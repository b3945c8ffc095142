"""Model cards: what a model was made of, what was measured, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.bounded import json_in
from app.cells import markdown_table
from app.learning.recipe import Task
from app.learning.weights import CARD, FAMILIARITY, InstalledModel
from app.study.ai_doubts import UNFAMILIAR

NOT_FOR = (
    "Not a medical device. Not for diagnosis, treatment, triage or any decision about a patient, and not as "
    "evidence that such a model works on patients."
)
SIMULATED = (
    "Everything that this model has learnt from is simulated. No patient's scan was used to train it or to "
    "set its threshold"
)
_UNKNOWN = "; how it does on real scans is unknown."
_LOOKED_AT = (
    "; on some real scans it was looked at, see below. A few scans of one hospital are no clinical evidence."
)
ELSEWHERE = "elsewhere"
"""Fact of a model: what was measured on other scans; `title`, `note`, and `rows` of two texts each."""
_MEASURES = (
    ("auc", "AUC"),
    ("sensitivity", "Sensitivity at the threshold"),
    ("specificity", "Specificity at the threshold"),
    ("lesion_sensitivity", "Lesions found"),
    ("dice", "Dice of the drawing, mean over positive scans"),
    ("brier", "Brier score"),
)


def card_text(model: InstalledModel) -> str:
    """The card of a model, Markdown; weights and card belong together by the fingerprint that it gives."""
    parts = [
        f"# {model.name} {model.version}\n\n{model.title}.",
        _what(model),
        f"## What it is not for\n\n{NOT_FOR}",
        _training(model),
        _measured(model),
        _elsewhere(model),
        _explanation(model),
        _files(model),
        _again(model),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _what(model: InstalledModel) -> str:
    answers = ["a probability of bone metastasis (0-1)"] if model.classifies else []
    answers += [f"a drawing of {', '.join(model.planes)}"] if model.segments else []
    if model.task is Task.LOCATE:
        answers = ["which of six regions of a report hold the lesions that somebody has drawn (0-1 each)"]
    channels, rows, columns = model.input
    rows_ = [
        ("Recipe", f"{model.recipe} ({model.facts.get('source', 'ScintiRead')})"),
        ("Answers", " and ".join(answers)),
        ("Sees", f"{channels} × {rows} × {columns} values made of the anterior and posterior view"),
        ("Calls metastasis", f"from {model.threshold:.3f} on{_chosen(model)}"),
        ("Draws", _draws(model)),
        ("Says where it looked", model.attention_method or _looks(model)),
        ("Says how familiar a scan is", _familiar(model)),
        ("Trained on", model.training_data),
        ("Licence", model.licence),
        ("Made", str(model.facts.get("created", ""))),
    ]
    looked_at = _LOOKED_AT if model.facts.get(ELSEWHERE) else _UNKNOWN
    return _table(rows_) + (f"\n\n**{SIMULATED}{looked_at}**" if "simulated" in model.training_data else "")


def _chosen(model: InstalledModel) -> str:
    how = model.facts.get("threshold_from", "")
    return f" ({how})" if how else ""


def _draws(model: InstalledModel) -> str:
    levels = model.facts.get("drawn_thresholds", {})
    return ", ".join(f"{name} from {value} on" for name, value in levels.items())


def _looks(model: InstalledModel) -> str:
    if model.segments:
        return "its drawing"
    return "with torch only: Grad-CAM needs gradients here"


def _familiar(model: InstalledModel) -> str:
    told = model.facts.get(FAMILIARITY, {})
    if not told:
        return ""
    what = (
        "features of the net and ratios of the picture" if told.get("features") else "ratios of the picture"
    )
    return (
        f"compared with {told['scans']} scans of {told['cohort']}, by {what}; below {UNFAMILIAR:g} of 100 a "
        "scan is unlike those that it knows, as 5 of 100 of its kind are"
    )


def _training(model: InstalledModel) -> str:
    training = model.facts.get("training", {})
    if not training:
        return ""
    rows = [
        ("Cohort", str(training.get("cohort", ""))),
        *((name.replace("_", " ").capitalize(), str(value)) for name, value in _flat(training, ("cohort",))),
    ]
    return "## Training\n\n" + _table(rows)


def _flat(facts: Mapping[str, Any], left_out: tuple[str, ...]) -> list[tuple[str, str]]:
    """Nested facts as rows, in their order."""
    rows: list[tuple[str, str]] = []
    for name, value in facts.items():
        if name in left_out or value in (None, "", [], {}):
            continue
        plain = _plain(value)
        if isinstance(plain, Mapping):
            rows.append((name, ", ".join(f"{key} {each}" for key, each in plain.items() if each is not None)))
        else:
            rows.append((name, str(plain)))
    return rows


def _plain(value: Any) -> Any:  # JSON
    """What a fact says, where it was kept as JSON."""
    try:
        return json_in(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _measured(model: InstalledModel) -> str:
    measured = model.facts.get("metrics", {})
    if not measured:
        return "## Measured\n\nNothing was measured on scans that it has not seen."
    parts = ["## Measured\n\nBrackets hold 95 % confidence intervals."]
    for name, part in measured.items():
        title = str(part.get("title", name))
        rows = [("Scans", f"{part['n']}, {part['positives']} with metastases")]
        rows += [(words, interval(part[key])) for key, words in _MEASURES if part.get(key) is not None]
        parts.append(f"### {title}\n\n{_table(rows)}")
    return "\n\n".join(parts)


def _elsewhere(model: InstalledModel) -> str:
    told = model.facts.get(ELSEWHERE, {})
    if not told:
        return ""
    rows = [(str(what), str(value)) for what, value in told["rows"]]
    return f"## {told['title']}\n\n{_table(rows)}\n\n{told['note']}"


def _explanation(model: InstalledModel) -> str:
    found = model.facts.get("explanation", {})
    if not found:
        return ""
    rows = [(words, interval(found[key])) for key, words in EXPLAINED if found.get(key) is not None]
    said = f"{found['method']}, on {found['scans']} scans that it calls rightly; hottest pixel of both views."
    return f"## Where it looks\n\n{said}\n\n{_table(rows)}"


EXPLAINED = (
    ("pointing", "Pointing game: the hottest place lies on a metastasis"),
    ("pointing_hottest_pixel", "… the hottest pixel of the scan itself does"),
    ("pointing_hottest_outside_bladder", "… the hottest pixel outside the bladder does"),
    ("pointing_random", "… a random pixel of the body does"),
    ("energy", "Share of the attention that lies on metastases"),
    ("energy_random", "… of an even attention over the body"),
    ("best_dice", "Dice of attention and metastases, at the best threshold"),
    ("best_dice_threshold", "… which is"),
    ("occlusion_agreement", "Rank correlation with what the answer loses when the place is hidden"),
    ("occlusion_pointing", "… whose greatest loss lies on a metastasis"),
    ("randomised", "Rank correlation with the maps of a net with random weights"),
)
"""Explanation metrics by name, in the words of the card."""


def interval(value: Any) -> str:
    """A number, or an estimate with its interval `[estimate, low, high]`, for people."""
    if isinstance(value, (list, tuple)) and len(value) == 3:
        return f"{value[0]:.3f} ({value[1]:.3f}-{value[2]:.3f})"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _files(model: InstalledModel) -> str:
    rows = [
        (kind.capitalize(), f"`{file.name}`, {file.size:,} bytes, sha256 `{file.sha256}`")
        for kind, file in model.files.items()
        if kind != CARD
    ]
    return "## Files\n\n" + _table(rows)


def _again(model: InstalledModel) -> str:
    command = model.facts.get("command", "")
    return f"## Made again\n\n```\n{command}\n```" if command else ""


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(markdown_table(("what", ""), [row for row in rows if row[1]]))
