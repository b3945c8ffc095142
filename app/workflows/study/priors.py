"""Prior scans of a study's cases: laid on the case's own scan once, and kept as counts and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.files import refused, whole
from app.progress import Progress, one_by_one
from app.quantification.registration.frame import body_of
from app.quantification.registration.scan_fit import prior_places, sampled
from app.scan.hashing import view_hash
from app.scan.identity import same_person
from app.scan.scan import Scan, View, ViewName
from app.scan.window import auto_level
from app.store.folder import StudyFolder
from app.study.case import StudyCase
from app.study.case_beside import CasePrior
from app.wording import counted
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.scans.scan_row import ScanRow
from app.workflows.study.kept_prior import SPACING

_STEP = 4.0
"""Counts are kept in quarters: finer ones are no more than the laying made of them."""


@dataclass(frozen=True)
class PriorsMade:
    """The cases with their prior scans, and what does not fit."""

    cases: list[StudyCase]
    notes: tuple[str, ...]


def lay_priors(
    priors: Path | None,
    rows: Sequence[ScanRow],
    cases: Sequence[StudyCase],
    folder: StudyFolder,
    progress: Progress,
) -> PriorsMade:
    """Lay the scans of a folder on those of the same name; `rows` and `cases` go together.

    Raises AppError for a prior of another patient, or one that was made later.
    """
    if priors is None:
        return PriorsMade(list(cases), ())
    found = {row.case: row for row in find_scans(priors, progress).usable}
    made: list[StudyCase] = []
    notes = []
    for row, case in one_by_one([*zip(rows, cases, strict=True)], progress, "Prior"):
        earlier = found.pop(row.case, None)
        prior = _prior(row, earlier, case, folder) if earlier else None
        if earlier and prior is None:
            notes.append(f"The prior scan of case {case.code} cannot be laid on it, and is left out.")
        made.append(replace(case, beside=replace(case.beside, prior=prior)))
    if lack := sum(case.beside.prior is None for case in made):
        notes.append(f"{counted(lack, 'case has', 'cases have')} no prior scan.")
    if found:
        are = counted(len(found), "prior scan is", "prior scans are")
        some = ", ".join(sorted(found)[:5])
        notes.append(f"{are} of no case here: {some}. Their files need the same names.")
    return PriorsMade(made, tuple(notes))


def _prior(row: ScanRow, earlier: ScanRow, case: StudyCase, folder: StudyFolder) -> CasePrior | None:
    persons = {person for each in (row, earlier) if (person := same_person(each.files))}
    if len(persons) > 1:
        raise AppError(
            f"The prior scan of case {case.code} is of another patient.", "Check the names of the files."
        )
    current, prior = load_scan(row), load_scan(earlier)
    days = current.days_after(prior)
    if days is not None and days < 0:
        raise AppError(
            f"The prior scan of case {case.code} was made after it.", "Check the names of the files."
        )
    laid = laid_on(prior, current)
    if not laid.views:
        return None
    file = folder.scans / f"{case.code}-prior.npz"
    try:
        folder.scans.mkdir(parents=True, exist_ok=True)
        with whole(file) as out:
            counts = {view.name.value: view.counts for view in laid.views}
            spacing = np.array(laid.views[0].spacing_mm or (0.0, 0.0))
            np.savez_compressed(out, **counts, **{SPACING: spacing})  # type: ignore[arg-type]
    except OSError as error:
        raise refused(file, error, "Check that you may write in that folder.") from error
    hashes = {view.name.value: view_hash(view) for view in laid.views}
    return CasePrior(file.relative_to(folder.path).as_posix(), hashes, days)


def laid_on(prior: Scan, current: Scan) -> Scan:
    """The views of the prior scan as they lie on the current one, float32 (rows, cols) of that.

    Their counts are scaled so that both scans begin with the same automatic level: one pair of levels then
    serves both. A view without a body, or that only one of them has, is left out.
    """
    scale = _upper(current) / _upper(prior)
    views = {}
    for now in current.views:
        before = prior.view(now.name)
        bodies = body_of(before) if before else None, body_of(now)
        if before is not None and bodies[0] is not None and bodies[1] is not None:
            places = prior_places(before, bodies[0], now, bodies[1])
            counts = np.round(scale * sampled(before.counts, *places) * _STEP) / _STEP
            views[now.name] = View(now.name, counts.astype(np.float32), now.spacing_mm)
    return Scan(current.case, views.get(ViewName.ANTERIOR), views.get(ViewName.POSTERIOR))


def _upper(scan: Scan) -> float:
    return auto_level([view.counts for view in scan.views]).upper
