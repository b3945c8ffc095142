"""Fetches bone scans from a PACS into a folder; what is there already is not fetched again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import AppError
from app.pacs.archive import archive_of
from app.pacs.node import Node, checked
from app.pacs.query import FoundSeries, FoundStudy, Query, valid_uid
from app.pacs.receive import WantedSeries
from app.progress import NoProgress, Part, Progress
from app.scan.deidentify_elements import DeidentifyOptions
from app.wording import counted
from app.workflows.pacs.places import CleanPlaces, Places, PlainPlaces

LOOK_SHARE = 0.2
"""Part of the work that goes into asking what the studies hold."""


@dataclass(frozen=True)
class Fetching:
    """What is fetched: studies, or one series or instance of them, and how it is kept.

    `options` are those of the de-identification on arrival, None keeps the files as the PACS has them.
    """

    studies: tuple[str, ...]
    series: str = ""
    instance: str = ""
    query: Query = field(default_factory=Query)
    known: tuple[FoundSeries, ...] = ()
    """What a search has just listed of all these studies, so that it need not be asked again."""
    options: DeidentifyOptions | None = None
    key_file: Path | None = None


@dataclass(frozen=True)
class FetchedStudy:
    """What became of one study: how many of its images came, were there, could not be kept, are missing."""

    uid: str
    came: int = 0
    there: int = 0
    left_out: int = 0
    missing: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything the PACS says it has is here, or was left out with a reason."""
        return self.missing == 0


@dataclass(frozen=True)
class Fetched:
    """What came: new files, studies, the reasons of what is not here."""

    folder: Path
    files: tuple[Path, ...] = ()
    studies: tuple[FetchedStudy, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return all(study.complete for study in self.studies)

    @property
    def words(self) -> str:
        """One sentence about all of it."""
        there = sum(study.there for study in self.studies)
        half = [study for study in self.studies if not study.complete]
        parts = [
            f"{counted(len(self.files), 'image')} of {counted(len(self.studies), 'study', 'studies')} came"
        ]
        parts += [f"{there:,} {'was' if there == 1 else 'were'} there already"] if there else []
        parts += [f"{counted(len(half), 'study is', 'studies are')} not complete"] if half else []
        return ", ".join(parts) + "."


def fetch_from_pacs(node: Node, wish: Fetching, folder: Path, progress: Progress | None = None) -> Fetched:
    """Fetch into `folder`; every file appears whole or not at all, and stays when the rest fails.

    Raises AppError when nothing came, and Cancelled.
    """
    progress = progress or NoProgress()
    archive = archive_of(checked(node))
    for uid in filter(None, (*wish.studies, wish.series, wish.instance)):
        valid_uid(uid)
    places: Places = CleanPlaces(folder, wish.options, wish.key_file) if wish.options else PlainPlaces(folder)
    look = Part(progress, 0.0, LOOK_SHARE)
    found = _chosen(wish.known or archive.look_into(node, wish.query, wish.studies, look), wish)
    if not found:
        raise AppError(
            f"{node.name} has no such images.",
            "Check the UIDs; other modalities and scans that are not whole-body need --all.",
        )
    wanted = [
        WantedSeries(series, tuple(each.uid for each in series.instances if not places.has(series, each.uid)))
        for series in found
    ]
    wanted = [one for one in wanted if one.missing]
    remarks: list[str] = []
    if wanted:
        try:
            remarks = archive.fetch(node, wanted, places.keep, Part(progress, LOOK_SHARE, 1.0))
        except AppError as error:
            if not places.written or places.broken:
                raise
            remarks = [str(error)]
    result = Fetched(folder, tuple(places.written), tuple(_tallies(wish.studies, found, wanted, places)))
    remarks += [_half(study) for study in result.studies if not study.complete]
    progress.report(1.0, result.words)
    return Fetched(folder, result.files, result.studies, (*_left_out(places.refused), *remarks))


def fetch_found(studies: Sequence[FoundStudy], query: Query) -> Fetching:
    """The wish for everything that a search has listed."""
    known = [study.series for study in studies]
    return Fetching(
        tuple(study.uid for study in studies),
        query=query,
        known=tuple(series for each in known for series in each) if all(known) else (),
    )


def _chosen(found: Sequence[FoundSeries], wish: Fetching) -> list[FoundSeries]:
    chosen = [series for series in found if not wish.series or series.uid == wish.series]
    if not wish.instance:
        return chosen
    only = [
        (series, tuple(each for each in series.instances if each.uid == wish.instance)) for series in chosen
    ]
    return [
        FoundSeries(series.study, series.uid, series.modality, series.description, kept)
        for series, kept in only
        if kept
    ]


def _tallies(
    studies: Sequence[str], found: Sequence[FoundSeries], wanted: Sequence[WantedSeries], places: Places
) -> list[FetchedStudy]:
    tallies = []
    for uid in dict.fromkeys(studies):
        asked = [each for one in wanted if one.series.study == uid for each in one.missing]
        here = sum(len(series.instances) for series in found if series.study == uid) - len(asked)
        refused = sum(each in places.refused for each in asked)
        came = sum(each in places.kept for each in asked)
        tallies.append(FetchedStudy(uid, came, here, refused, len(asked) - came - refused))
    return tallies


def _left_out(refused: Mapping[str, str]) -> list[str]:
    """One sentence for each reason, however many images it concerns."""
    return [
        f"{counted(number, 'image')} left out: {why}" for why, number in Counter(refused.values()).items()
    ]


def _half(study: FetchedStudy) -> str:
    whole = study.came + study.there + study.left_out + study.missing
    return (
        f"Study {study.uid} is not complete: {whole - study.missing} of {counted(whole, 'image')} came."
        " Fetch it again to get the rest."
    )
