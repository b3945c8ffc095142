"""A study that is being designed: what has been filled in, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.progress import Progress
from app.study.protocol import Allocation, Protocol
from app.study.protocol_fields import DEFAULTS, FIELDS
from app.study.protocol_problems import Problem, protocol_problems

if TYPE_CHECKING:
    from app.workflows.study.new import NewStudy

FOLDER, SCANS, TRUTH, CLINICAL = "Study folder", "Scans", "Truth table", "Clinical table"
LABELS, PRIORS, SERIES = "Lesion masks", "Prior scans", "Further series"
_LABELS = {row.path: row.label for row in FIELDS}


@dataclass(frozen=True)
class ProtocolDraft:
    """What a new study is made from; paths as typed."""

    protocol: Protocol = DEFAULTS
    folder: str = ""
    scans: tuple[str, ...] = ()
    truth: str = ""
    labels: str = ""
    """A folder with masks of the true lesions, or a simulated cohort."""
    clinical: str = ""
    priors: str = ""
    """A folder with earlier scans, in files of the same names."""
    series: str = ""
    """A folder with further series of the cases, as NAME/KEY."""
    copy: bool = False
    """De-identified copies of the scans are kept in the study."""
    no_burned_in_text: bool = False
    """A person looked: no text stands in the images that are copied."""
    second_copy: str = ""
    pseudonyms: bool = False
    """Cases get new codes in random order; the key stays with the coordinator."""

    def problems(self) -> tuple[Problem, ...]:
        """What keeps the study from being made, each at a protocol path or one of the paths."""
        return (*self._files(), *protocol_problems(self.protocol))

    def _files(self) -> Iterator[Problem]:
        if not self.folder:
            yield Problem(FOLDER, "Choose where the study is kept.", whole=True)
        elif occupied(Path(self.folder)):
            yield Problem(FOLDER, "This folder is not empty. Choose a new or an empty one.", whole=True)
        if not self.scans:
            yield Problem(SCANS, "Choose at least one folder with scans.", whole=True)
        for path in [path for path in self.scans if not Path(path).exists()][:1]:
            yield Problem(SCANS, f"{path} does not exist.", whole=True)
        for name, path in ((TRUTH, self.truth), (CLINICAL, self.clinical)):
            if path and not Path(path).is_file():
                yield Problem(name, "This file does not exist.", whole=True)
        for name, path in ((LABELS, self.labels), (PRIORS, self.priors), (SERIES, self.series)):
            if path and not Path(path).is_dir():
                yield Problem(name, "This folder does not exist.", whole=True)

    def make(self, progress: Progress) -> NewStudy:
        """Make the study; sides of views that a person confirmed in the library are taken over."""
        from app.workflows.scans.confirmed_views import confirmed_views  # brings pydicom and the database,
        from app.workflows.study.new import Ingredients, new_study  # which an empty form does without

        ingredients = Ingredients(
            protocol=self.protocol,
            truth=Path(self.truth) if self.truth else None,
            clinical=Path(self.clinical) if self.clinical else None,
            labels=Path(self.labels) if self.labels else None,
            priors=Path(self.priors) if self.priors else None,
            series=Path(self.series) if self.series else None,
            copy=self.copy,
            no_burned_in_text=self.copy and self.no_burned_in_text,
            second_copy=self.second_copy,
            pseudonyms=self.pseudonyms,
        )
        scans = [Path(each) for each in self.scans]
        return new_study(Path(self.folder), scans, ingredients, progress, confirmed_views().of)


def occupied(folder: Path) -> bool:
    """Whether something is in the way where a study is to be made."""
    try:
        return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError:
        return True


def named(problem: Problem) -> str:
    """The problem as one line that names the field in the form's words."""
    return problem.named(_LABELS.get(problem.path, problem.path))


def under_fields(problems: Iterable[Problem]) -> dict[str, str]:
    """What is said under each field, where a sentence of its own need not name it again."""
    found: dict[str, list[str]] = {}
    for each in problems:
        found.setdefault(each.path, []).append(each.text if each.whole else named(each))
    return {path: " ".join(texts) for path, texts in found.items()}


def tidy(protocol: Protocol) -> Protocol:
    """The protocol without what its other choices rule out: groups belong to split-plot alone."""
    if protocol.allocation is Allocation.CROSSED and protocol.split_plot_groups != 1:
        return replace(protocol, split_plot_groups=1)
    if protocol.allocation is Allocation.SPLIT_PLOT and protocol.split_plot_groups == 1:
        return replace(protocol, split_plot_groups=2)
    return protocol
