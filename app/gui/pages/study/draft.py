"""A study that is being designed: what has been filled in, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.gui.pages.study.field_table import FIELDS
from app.progress import Progress
from app.study.protocol import Allocation, Protocol
from app.study.protocol_file import protocol_problems

if TYPE_CHECKING:
    from app.workflows.study.new import NewStudy

FOLDER, SCANS, TRUTH, CLINICAL = "Study folder", "Scans", "Truth table", "Clinical table"
LABELS = "Lesion masks"
_LABELS = {row.path: row.label for row in FIELDS}


@dataclass(frozen=True)
class Draft:
    """What a new study is made from; paths as typed."""

    protocol: Protocol = field(default_factory=lambda: Protocol(title="", code=""))
    folder: str = ""
    scans: tuple[str, ...] = ()
    truth: str = ""
    labels: str = ""
    """A folder with masks of the true lesions, or a simulated cohort."""
    clinical: str = ""
    copy: bool = False
    """De-identified copies of the scans are kept in the study."""
    no_burned_in_text: bool = False
    """A person looked: no text stands in the images that are copied."""
    second_copy: str = ""
    pseudonyms: bool = False
    """Cases get new codes in random order; the key stays with the coordinator."""

    def problems(self) -> dict[str, str]:
        """What keeps the study from being made, under a protocol path or one of the paths."""
        return {**self._files(), **by_field(self.protocol)}

    def _files(self) -> dict[str, str]:
        found = {}
        if not self.folder:
            found[FOLDER] = "Choose where the study is kept."
        elif occupied(Path(self.folder)):
            found[FOLDER] = "This folder is not empty. Choose a new or an empty one."
        missing = [path for path in self.scans if not Path(path).exists()]
        if not self.scans:
            found[SCANS] = "Choose at least one folder with scans."
        elif missing:
            found[SCANS] = f"{missing[0]} does not exist."
        for name, path in ((TRUTH, self.truth), (CLINICAL, self.clinical)):
            if path and not Path(path).is_file():
                found[name] = "This file does not exist."
        if self.labels and not Path(self.labels).is_dir():
            found[LABELS] = "This folder does not exist."
        return found

    def make(self, progress: Progress) -> NewStudy:
        """Make the study; sides of views that a person confirmed in the library are taken over."""
        from app.workflows.scans.confirmed_views import confirmed_views  # brings pydicom and the database,
        from app.workflows.study.new import Ingredients, new_study  # which an empty form does without

        ingredients = Ingredients(
            protocol=self.protocol,
            truth=Path(self.truth) if self.truth else None,
            clinical=Path(self.clinical) if self.clinical else None,
            labels=Path(self.labels) if self.labels else None,
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


def by_field(protocol: Protocol) -> dict[str, str]:
    """The problems of a protocol under the field that each sentence names, in the form's words."""
    found: dict[str, str] = {}
    for sentence in protocol_problems(protocol):
        if sentence.startswith('code = ""'):
            sentence = "code is empty; give the study a short name without blanks."
        key = sentence.split(" ", 1)[0].rstrip(":")
        text = sentence[len(key) :].lstrip(": ") if key in _LABELS else sentence
        said = f"{_LABELS.get(key, key)} {text}" if text and text[0] != '"' else text
        found[key] = f"{found[key]} {said}" if key in found else said
    return found


def tidy(protocol: Protocol) -> Protocol:
    """The protocol without what its other choices rule out: groups belong to split-plot alone."""
    if protocol.allocation is Allocation.CROSSED and protocol.split_plot_groups != 1:
        return replace(protocol, split_plot_groups=1)
    if protocol.allocation is Allocation.SPLIT_PLOT and protocol.split_plot_groups == 1:
        return replace(protocol, split_plot_groups=2)
    return protocol


def in_words(path: str, text: str) -> str:
    """The problem as one line that names the field in the form's words."""
    label = _LABELS.get(path, path)
    return text if text.startswith(label) else f"{label}: {text}"
