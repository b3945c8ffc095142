"""The AI of the demo: with an installed model its readers answer twice, without the AI and then with it."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.learning.weights import InstalledModel, find_model
from app.progress import Progress
from app.study.protocol import Mode, Protocol
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.protocol import set_protocol, study_facts

log = logging.getLogger(__name__)

TITLE = "Demo: simulated whole-body bone scans, with the AI after each answer"
WORDS = (
    "You answer every case twice: first without the AI, and that is locked; then the AI's probability and "
    "its attention are shown, and you may change your mind. The AI was trained on {data}; it can be wrong."
)


def demo_model() -> InstalledModel | None:
    """The model that the demo's AI is, None when none is installed that gives a probability."""
    try:
        model = find_model()
    except AppError as error:  # none, or a damaged registry: the demo goes without
        log.info("The demo has no AI: %s", error)
        return None
    return model if model.classifies else None


def demo_words() -> str:
    """What the demo's guide says of the AI; empty without one."""
    model = demo_model()
    return WORDS.format(data=model.training_data) if model is not None else ""


def aided(protocol: Protocol) -> Protocol:
    """The demo's protocol with the AI after each answer."""
    return replace(protocol, title=TITLE, mode=Mode.SEQUENTIAL)


def add_ai(study: Path, model: InstalledModel, progress: Progress) -> None:
    """Compute the results of a demo; where the model has no answer the AI is planned to be absent.

    When it cannot work at all, the demo is read without AI.
    """
    try:
        made = compute_ai(study, model.name, progress)
    except AppError as error:
        log.warning("The demo is read without AI: %s", error)
        made = None
    protocol = study_facts(study).protocol
    if made is None or not made.made + made.kept:
        set_protocol(study, replace(protocol, mode=Mode.UNAIDED, title=protocol.title.split(",")[0]))
    elif made.failed:
        absent = tuple(case for case, _ in made.failed)
        set_protocol(study, replace(protocol, ai=replace(protocol.ai, absent_cases=absent)))
