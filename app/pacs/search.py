"""A search by either protocol: asked again in plainer words where it must be, then sifted aloud."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.errors import AppError
from app.pacs.query import FoundSeries, FoundStudy, Query, meant, misfit, valid_uid
from app.progress import Progress
from app.wording import counted

MOST_STUDIES = 20_000
"""A question that so many studies answer is no question."""

NOT_WHOLE_BODY = "with no series that its Image Type calls WHOLE BODY"

Ask = Callable[[Query], Iterable[FoundStudy]]
"""Asks for studies; raises KeyRefusedError, AppError and Cancelled."""
SeriesOf = Callable[[str], Sequence[FoundSeries]]
"""Asks for all series of a study with their instances; raises AppError and Cancelled."""


class KeyRefusedError(AppError):
    """The PACS does not take the question as it was put; with fewer keys it may."""


@dataclass(frozen=True)
class Found:
    """What a search found, the newest first, and for each reason how many answers were left out."""

    studies: tuple[FoundStudy, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> str:
        """How many were found, and how many left out and why."""
        said = f"{counted(len(self.studies), 'study', 'studies')} found."
        if not self.left_out:
            return said
        number = sum(count for _, count in self.left_out)
        why = ", ".join(f"{count} {reason}" for reason, count in self.left_out)
        return f"{said} {counted(number, 'answer')} of the PACS left out: {why}."


def search(query: Query, ask: Ask, series_of: SeriesOf, progress: Progress) -> Found:
    """The studies that fit; with `whole_body` every study is looked into. Raises AppError and Cancelled."""
    left_out: Counter[str] = Counter()
    fitting: dict[str, FoundStudy] = {}
    for study in _answers(query, ask):
        if why := misfit(query, study):
            left_out[why] += 1
        else:
            fitting[study.uid] = study
        progress.report(0.0, f"{len(fitting)} studies found")
    kept = sorted(fitting.values(), key=lambda each: (each.date, each.time), reverse=True)
    if query.whole_body:
        looked = list(_looked_into(query, kept, series_of, progress))
        for study in looked:
            if not study.series:
                left_out[NOT_WHOLE_BODY] += 1
        kept = [study for study in looked if study.series]
    return Found(tuple(kept), tuple(left_out.most_common()))


def series_in(
    query: Query, studies: Sequence[str], series_of: SeriesOf, progress: Progress
) -> list[FoundSeries]:
    """The series of some studies that are meant; raises AppError and Cancelled."""
    wanted = [FoundStudy(valid_uid(uid)) for uid in studies]
    return [each for study in _looked_into(query, wanted, series_of, progress) for each in study.series]


def _looked_into(
    query: Query, studies: Sequence[FoundStudy], series_of: SeriesOf, progress: Progress
) -> Iterator[FoundStudy]:
    """The studies with those of their series that are meant, perhaps none."""
    for number, study in enumerate(studies):
        progress.report(number / len(studies), f"Looking into study {number + 1} of {len(studies)}")
        yield replace(study, series=tuple(each for each in series_of(study.uid) if meant(query, each)))


def _answers(query: Query, ask: Ask) -> list[FoundStudy]:
    """What the PACS answers to the question, or else to one with fewer keys.

    Some refuse an optional key, and some find nothing when asked for Modalities in Study, which has several
    values (PS3.4 C.2.2.2.6 leaves matching it to them).
    """
    refused: KeyRefusedError | None = None
    for asked in _plainer(query):
        try:
            answers = _bounded(ask(asked))
        except KeyRefusedError as error:
            refused = refused or error
            continue
        if answers or not asked.modality:
            return answers
        refused = None
    if refused is not None:
        raise refused
    return []


def _plainer(query: Query) -> Iterator[Query]:
    """The question, then without its modality, without its description too, and without any wildcard."""
    yield query
    wild = [
        key for key in ("patient_id", "patient_name", "accession") if re.search("[*?]", getattr(query, key))
    ]
    for keys in (["modality"], ["description"], wild):
        if less := {key: "" for key in keys if getattr(query, key)}:
            query = replace(query, **less)  # type: ignore[arg-type]  # all of them are texts
            yield query


def _bounded(answers: Iterable[FoundStudy]) -> list[FoundStudy]:
    kept: dict[str, FoundStudy] = {}
    for study in answers:
        kept.setdefault(study.uid, study)
        if len(kept) > MOST_STUDIES:
            raise AppError(f"More than {MOST_STUDIES:,} studies answer.", "Narrow the dates.")
    return list(kept.values())
