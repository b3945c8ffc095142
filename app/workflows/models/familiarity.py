"""What is usual for a model, from scans of the kind that it was fitted on, kept beside its weights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.learning.cards import card_text
from app.learning.dataset import CaseFile, CohortFiles
from app.learning.familiarity import LEAST_SCANS, ScanMeasures, reference_of
from app.learning.familiarity_file import reference_bytes
from app.learning.predict import Predictor, open_predictor
from app.learning.shelf import give_familiarity
from app.learning.weights import InstalledModel, find_model
from app.progress import NoProgress, Progress
from app.wording import counted
from app.workflows.training.cohort import open_cohort

MOST_SCANS = 400
"""So many scans tell what is usual; more only take longer."""


@dataclass(frozen=True)
class Usual:
    """The content of a model's familiarity file, and what its card tells of it."""

    content: bytes
    facts: dict[str, Any]  # JSON


def familiarise(name: str, cohort: Path, progress: Progress | None = None) -> InstalledModel:
    """Let an installed model tell from now on how familiar a scan is, compared with a cohort's scans.

    Raises AppError for too few usable scans, no such model, and when the disk refuses.
    """
    model = find_model(name)
    made = usual_for(open_predictor(model), open_cohort(cohort), progress=progress)
    return give_familiarity(model, made.content, made.facts, card_text)


def usual_for(
    predictor: Predictor,
    cohort: CohortFiles,
    fitted: Collection[str] = (),
    progress: Progress | None = None,
) -> Usual:
    """Look at scans of a cohort, at most 400 evenly over it; at the `fitted` ones alone where there are any.

    Scans with one view are passed over. Raises AppError for too few usable scans.
    """
    progress = progress or NoProgress()
    cases = [case for case in cohort.cases if case.case in fitted] or list(cohort.cases)
    step = max(len(cases) / MOST_SCANS, 1.0)
    cases = [cases[int(place * step)] for place in range(min(len(cases), MOST_SCANS))]

    def look(case: CaseFile) -> ScanMeasures:
        scan = case.read()
        if scan.missing_view is not None:
            raise AppError(f"{scan.case} has no {scan.missing_view} view.")
        return predictor.looked(scan)

    failed: list[LeftOut[CaseFile]] = []
    looked = [seen for _, seen in each_scan(cases, look, progress, failed, what="Familiarity: scan")]
    left_out = [str(one.error) for one in failed]
    if len(looked) < LEAST_SCANS:
        why = f" {left_out[0]}" if left_out else ""
        raise AppError(
            f"{counted(len(looked), 'scan')} of {cohort.name} can be used, but what is usual takes "
            f"{LEAST_SCANS}.{why}",
            "Give a larger cohort.",
        )
    facts = {
        "cohort": cohort.name,
        "scans": len(looked),
        "features": all(one.features for one in looked),
        "left_out": left_out,
    }
    told = {
        "weights_sha256": predictor.model.weights_sha256,
        "cohort": cohort.name,
        "scans": str(len(looked)),
    }
    return Usual(reference_bytes(reference_of(looked), told), facts)
