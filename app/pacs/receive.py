"""Images on their way in: only what was asked for is taken, each whole or not at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.pacs.query import FoundSeries
from app.progress import Progress

if TYPE_CHECKING:
    from pynetdicom.presentation import PresentationContext

log = logging.getLogger(__name__)

Keep = Callable[[FoundSeries, str, bytes], None]
"""Takes one instance: its series, its UID and a whole DICOM file; raises AppError when it cannot be kept."""

UNCOMPRESSED = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2")
COMPRESSED = (
    "1.2.840.10008.1.2.4.70",  # JPEG lossless, first-order prediction
    "1.2.840.10008.1.2.4.57",  # JPEG lossless
    "1.2.840.10008.1.2.4.80",  # JPEG-LS lossless
    "1.2.840.10008.1.2.4.90",  # JPEG 2000 lossless
    "1.2.840.10008.1.2.5",  # RLE
    "1.2.840.10008.1.2.4.50",  # JPEG baseline
    "1.2.840.10008.1.2.4.51",  # JPEG extended
    "1.2.840.10008.1.2.4.81",  # JPEG-LS near lossless
    "1.2.840.10008.1.2.4.91",  # JPEG 2000
)
"""Transfer syntaxes in which images come and go as they are; PS3.5 annex A."""

USUAL_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.20",  # Nuclear Medicine
    "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture
    "1.2.840.10008.5.1.4.1.1.7.2",  # Secondary Capture, multi-frame grey 8 bit
    "1.2.840.10008.5.1.4.1.1.7.3",  # Secondary Capture, multi-frame grey 16 bit
)
"""What bone scans are stored as, for a PACS that does not tell."""

_MOST_CONTEXTS = 127
_SUCCESS, _OUT_OF_RESOURCES, _NOT_AUTHORISED = 0x0000, 0xA700, 0x0124


@dataclass(frozen=True)
class WantedSeries:
    """A series of which some instances are wanted; all of them when `missing` names each."""

    series: FoundSeries
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing of it is here yet."""
        return len(self.missing) == len(self.series.instances)


def storage_classes(wanted: Sequence[WantedSeries]) -> list[str]:
    """The SOP classes of what is wanted, or the usual ones where the PACS does not tell."""
    told = [each.sop_class for one in wanted for each in one.series.instances]
    found = list(dict.fromkeys(filter(None, told)))
    return found if found and all(told) else list(dict.fromkeys([*found, *USUAL_CLASSES]))


def storage_contexts(classes: Sequence[str]) -> list[PresentationContext]:
    """One context for uncompressed images and one for each compression, so that nothing is converted."""
    from pynetdicom import build_context

    contexts = [build_context(uid, list(UNCOMPRESSED)) for uid in classes]
    contexts += [build_context(uid, syntax) for uid in classes for syntax in COMPRESSED]
    return contexts[:_MOST_CONTEXTS]


class Receiver:
    """Takes the instances that were asked for and refuses all others; counts them, on any thread."""

    def __init__(self, wanted: Sequence[WantedSeries], keep: Keep, progress: Progress) -> None:
        self._due = {uid: one.series for one in wanted for uid in one.missing}
        self._total = max(len(self._due), 1)
        self._keep = keep
        self._progress = progress
        self._lock = threading.Lock()
        self.failure: AppError | None = None

    def take(self, uid: str, content: bytes, of: tuple[str, str] | None = None) -> bool:
        """Keep one instance; False when it was not asked for or has come before.

        `of`: the study and series that it says it belongs to; another one than was asked for is refused.

        Raises AppError when it cannot be kept; the transfer then makes no sense any more.
        """
        with self._lock:
            series = self._due.get(uid)
            if series is None or (of is not None and of != (series.study, series.uid)):
                return False
            del self._due[uid]
            self._keep(series, uid, content)
            done = self._total - len(self._due)
            self._progress.report(done / self._total, f"Image {done} of {self._total}")
            return True

    def stored(self, event: Any) -> int:  # as the library calls it
        """Answer a C-STORE of the PACS: the status of PS3.4 annex B.2.3."""
        if self.failure is not None or self._progress.cancelled:
            return _OUT_OF_RESOURCES
        try:
            uid, head = str(event.request.AffectedSOPInstanceUID), event.dataset
            belongs = str(head.get("StudyInstanceUID", "")), str(head.get("SeriesInstanceUID", ""))
            taken = self.take(uid, event.encoded_dataset(), belongs)
        except AppError as error:
            self.failure = error
            return _OUT_OF_RESOURCES
        except Exception as error:  # the library would answer for it, and nobody here would hear of it
            self.failure = AppError("An image that arrived could not be kept.", "The details are in the log.")
            log.error("Unexpected while keeping an image", exc_info=error)
            return _OUT_OF_RESOURCES
        return _SUCCESS if taken else _NOT_AUTHORISED

    def check(self) -> None:
        """Raise what hindered an instance from being kept."""
        if self.failure is not None:
            raise self.failure
