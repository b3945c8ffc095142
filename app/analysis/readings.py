"""What is analysed: a cube of reads, algorithms' scores on the same cases, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.analysis.components import Groups
from app.analysis.placements import Bools, Floats
from app.analysis.shown import ShownAdvice
from app.analysis.timing import TimeSpan

_SEQUENTIAL = {"unaided": TimeSpan.LOCKED, "aided": TimeSpan.FINAL}


@dataclass(frozen=True)
class Exclusion:
    """One record that was not analysed, and why; `line` is its line in the file, 0 when it has none."""

    reason: str
    reader: str = ""
    arm: str = ""
    case: str = ""
    line: int = 0


@dataclass(frozen=True)
class RepeatedRead:
    """One case that a reader was shown twice in an arm without being told; NaN = not rated or not called."""

    arm: str
    reader: str
    case: str
    first_rating: float
    second_rating: float
    first_call: float
    second_call: float


@dataclass(frozen=True, eq=False)
class Readings:
    """All reads of a study.

    Every cube is float64 (arms, readers, cases), NaN = not read or not known; `call` is 1 or 0, `seconds` the
    active time from the first frame to the answer, `position` the place in the reader's list. `truth` is bool
    (cases,), True = diseased.
    Hidden second presentations are in no cube; they stand beside the first in `repeats`.
    """

    source: str
    arms: tuple[str, ...]
    readers: tuple[str, ...]
    cases: tuple[str, ...]
    truth: Bools
    rating: Floats
    call: Floats
    seconds: Floats
    position: Floats
    rating_column: str = "rating"
    scale: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    repeats: tuple[RepeatedRead, ...] = ()
    with_ai: Floats | None = None
    """Seconds from the reveal of the AI to the second answer of sequential reading; None in other designs."""
    shown: ShownAdvice | None = None
    """What readers were shown of an algorithm, where the records tell."""
    groups: tuple[int, ...] | None = None
    """The group of each reader by the protocol; None: what the reads themselves say."""
    departed: Bools | None = None
    """Reads that are not per protocol: with a recorded deviation, of a reader who was withdrawn or of a case
    that was excluded, bool (arms, readers, cases); None: unknown."""
    withdrawn: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    """Readers and cases that left the study after reading had begun."""
    visit: Floats | None = None
    """The visit in which each read was given, from 1; in a crossover the even ones are second visits."""
    ticked: Mapping[str, Floats] = field(default_factory=dict)
    """Regions of the checklist: 1 ticked, 0 not; those that nobody ever ticked are not there."""
    inferred: bool = False
    """The ratings follow from marks on lesions; nobody gave them."""

    @property
    def has_calls(self) -> bool:
        """Whether anybody gave a yes or no."""
        return bool((~np.isnan(self.call)).any())

    @property
    def has_times(self) -> bool:
        """Whether any read was timed."""
        return bool((self.seconds > 0).any())

    def with_cubes(self, change: Callable[[Floats], Floats]) -> Readings:
        """The same with every cube of numbers changed alike."""
        return replace(
            self,
            rating=change(self.rating),
            call=change(self.call),
            seconds=change(self.seconds),
            position=change(self.position),
            with_ai=None if self.with_ai is None else change(self.with_ai),
            visit=None if self.visit is None else change(self.visit),
            ticked={region: change(cube) for region, cube in self.ticked.items()},
        )

    def only(self, keep: Bools, left_out: tuple[Exclusion, ...] = ()) -> Readings:
        """The same of some of the cases, bool (cases,); `left_out` says why the others are not there."""
        names = tuple(case for case, kept in zip(self.cases, keep.tolist(), strict=True) if kept)
        return replace(
            self.with_cubes(lambda cube: cube[:, :, keep]),
            cases=names,
            truth=self.truth[keep],
            shown=self.shown.only(keep) if self.shown else None,
            departed=None if self.departed is None else self.departed[:, :, keep],
            repeats=tuple(one for one in self.repeats if one.case in names),
            exclusions=(*self.exclusions, *left_out),
        )

    def of_readers(self, keep: Bools) -> Readings:
        """The same of some of the readers, bool (readers,)."""
        names = tuple(reader for reader, kept in zip(self.readers, keep.tolist(), strict=True) if kept)
        return replace(
            self.with_cubes(lambda cube: cube[:, keep]),
            readers=names,
            shown=self.shown.of_readers(keep) if self.shown else None,
            groups=None if self.groups is None else tuple(np.array(self.groups)[keep].tolist()),
            departed=None if self.departed is None else self.departed[:, keep],
            repeats=tuple(one for one in self.repeats if one.reader in names),
        )

    def span(self, arm: str) -> TimeSpan:
        """What `seconds` measure in an arm."""
        if self.with_ai is None or arm.lower() not in _SEQUENTIAL:
            return TimeSpan.ANSWER
        return _SEQUENTIAL[arm.lower()]

    @property
    def reads(self) -> int:
        """The number of rated reads."""
        return int((~np.isnan(self.rating)).sum())

    @property
    def read_by(self) -> Bools:
        """Which cases a reader rated in any arm, bool (readers, cases)."""
        return np.asarray((~np.isnan(self.rating)).any(axis=0))

    @property
    def reader_groups(self) -> Groups:
        """Which readers share cases, int (readers,): in a split plot each group has cases of its own.

        Without a protocol readers who have any case in common are of one group.
        """
        if self.groups is not None:
            return np.array(self.groups, np.intp)
        read = self.read_by
        share = read @ read.T
        group = np.arange(len(read), dtype=np.intp)
        for reader, others in enumerate(share):
            group[np.isin(group, group[others])] = group[reader]
        return np.unique_inverse(group).inverse_indices

    @property
    def split_plot(self) -> bool:
        """Whether readers are in groups that each read other cases."""
        return len(np.unique(self.reader_groups)) > 1

    @property
    def nested(self) -> bool:
        """Whether every reader read in one arm alone, and there are several arms (readers nested in arms)."""
        arms = (~np.isnan(self.rating)).any(axis=2).sum(axis=0)
        return len(self.arms) > 1 and bool((arms == 1).all())

    @property
    def expected(self) -> int:
        """Reads that the design would have if nothing were missing."""
        given = ~np.isnan(self.rating)
        group = self.reader_groups
        cells = given.any(axis=2) if self.nested else np.ones(given.shape[:2], dtype=bool)
        if not self.split_plot:
            return int(cells.sum()) * len(self.cases)
        own = [int(self.read_by[group == one].any(axis=0).sum()) for one in group]
        return int(np.sum(np.where(cells, own, 0)))

    @property
    def missing(self) -> int:
        """Reads that the design would have and this study has not."""
        return self.expected - self.reads

    @property
    def certainty(self) -> float | None:
        """The rating that means certain disease, when the scale is a probability scale, else None."""
        if self.inferred:
            return None
        if self.scale:
            return 100.0 if self.scale == "0-100" else None
        highest, lowest = float(np.nanmax(self.rating)), float(np.nanmin(self.rating))
        if lowest < 0 or highest > 100:
            return None
        return 1.0 if highest <= 1.0 else 100.0 if highest > 10.0 else None


@dataclass(frozen=True, eq=False)
class Predictions:
    """Scores of algorithms on the study's cases, float64 (models, cases), NaN = no prediction.

    `call` is 1, 0 or NaN; an algorithm without calls has no operating point, and none is invented for it.
    `seconds` that an answer took: likewise (models, cases), None when no table tells.
    """

    models: tuple[str, ...]
    score: Floats
    call: Floats
    notes: tuple[str, ...] = ()
    seconds: Floats | None = None

    def seconds_of(self, model: str) -> Floats:
        """Seconds of a model's answers, float64 (timed cases,)."""
        if self.seconds is None:
            return np.empty(0)
        found: Floats = self.seconds[self.models.index(model)]
        return np.asarray(found[found > 0])

    def only(self, keep: Bools) -> Predictions:
        """The same of some of the cases, bool (cases,)."""
        seconds = None if self.seconds is None else self.seconds[:, keep]
        return replace(self, score=self.score[:, keep], call=self.call[:, keep], seconds=seconds)

    @classmethod
    def none(cls, cases: int) -> Predictions:
        """No algorithm."""
        return cls((), np.empty((0, cases)), np.empty((0, cases)))
