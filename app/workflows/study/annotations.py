"""A study's answers as annotations of its scans, so that what was read can be reported and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.annotation.annotation import Annotation
from app.annotation.label_set import LabelSet, Size, sizes_of
from app.errors import AppError
from app.scan.scan import ViewName
from app.store.opening import OpenStudy
from app.study.reading import Outcome, Reading
from app.workflows.study.case_scan import read_case


def study_annotations(study: OpenStudy, answers: Iterable[Reading]) -> Iterator[tuple[str, LabelSet]]:
    """What was marked in every answered case, with READER-ARM; warm-ups and hidden repeats are left out.

    Raises AppError for a case whose images, which say how large they are, cannot be read.
    """
    sizes: dict[str, Mapping[ViewName, Size]] = {}
    images: dict[str, Mapping[ViewName, str]] = {}
    for answer in answers:
        who = answer.identity
        if answer.flags.outcome is not Outcome.ANSWERED or who.warm_up or who.repeat_of is not None:
            continue
        if who.case not in sizes:
            sizes[who.case] = _sizes(study, who.case)
            hashes = study.studies.case(who.case).image_hashes
            images[who.case] = {ViewName(view): digest for view, digest in hashes.items()}
        marked = Annotation(who.case, who.reader, answer.answer.regions)
        yield f"{who.reader}-{who.arm.value}", LabelSet(marked, sizes[who.case], images=images[who.case])


def _sizes(study: OpenStudy, case: str) -> Mapping[ViewName, Size]:
    try:
        return sizes_of(read_case(study.folder.path, study.studies.case(case)))
    except AppError as error:
        raise AppError(
            f"The annotations of case {case} cannot be written: its images cannot be read.",
            "Bring them back (`scintiread study check` says more), or leave the format annotations out.",
        ) from error
