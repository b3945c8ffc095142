"""Whose the scans of a cohort are, so that no patient both trains and tests."""

from __future__ import annotations

from dataclasses import replace

from app.errors import AppError
from app.learning.dataset import CohortFiles
from app.scan.identity import same_person
from app.wording import counted

AS_CASES = "--patients-are-cases"
_DIGITS = 12
"""Of the hash that stands for a Patient ID: enough to tell patients apart, nothing to know them by."""


def with_patients(cohort: CohortFiles, as_cases: bool) -> CohortFiles:
    """Every case with its patient: from `truth.csv`, else from the scans' Patient ID, else each its own.

    One source for all, since names of different ones cannot be compared. The last has to be asked for
    (`as_cases`). Raises AppError where nobody says whose a scan is, and where all are of one patient.
    """
    cases = cohort.cases
    if as_cases:
        alone = tuple(replace(case, patient=case.case) for case in cases)
        return _told(replace(cohort, cases=alone), f"each scan taken for another one's ({AS_CASES})")
    source = "by truth.csv"
    if not all(case.patient for case in cases):
        source = "by the Patient ID of the scans"
        cases = tuple(replace(case, patient=same_person(case.files)[:_DIGITS]) for case in cases)
    unknown = [case.case for case in cases if not case.patient]
    if unknown:
        raise AppError(
            f"Neither truth.csv of {cohort.name} nor the files say whose {counted(len(unknown), 'scan')} "
            f"{'is' if len(unknown) == 1 else 'are'}, the first is {unknown[0]}: one could train and test.",
            f"Add a column patient to truth.csv; where each scan is another patient's, give {AS_CASES}.",
        )
    if len(cases) > 1 and len({case.patient for case in cases}) == 1:
        raise AppError(
            f"All {len(cases)} scans of {cohort.name} are said to be of one patient.",
            f"Correct the column patient of truth.csv; where each is another patient's, give {AS_CASES}.",
        )
    return _told(replace(cohort, cases=cases), source)


def _told(cohort: CohortFiles, source: str) -> CohortFiles:
    return replace(cohort, facts=(*cohort.facts, ("patients", source)))
