"""Sends DICOM files to a PACS: scans, segmentations, structured reports, PDF in DICOM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.pacs.archive import archive_of
from app.pacs.node import Node, checked
from app.pacs.store import Outgoing, Sent, outgoing
from app.progress import NoProgress, Part, Progress, one_by_one
from app.wording import counted

READ_SHARE = 0.1


@dataclass(frozen=True)
class Sending:
    """What became of every file, in their order."""

    files: tuple[Sent, ...] = ()

    @property
    def taken(self) -> int:
        """How many the PACS has stored."""
        return sum(not sent.reason for sent in self.files)

    @property
    def words(self) -> str:
        """One sentence about all of them."""
        return f"{self.taken} of {counted(len(self.files), 'file')} stored."


def send_to_pacs(node: Node, paths: Sequence[Path], progress: Progress | None = None) -> Sending:
    """Send files and the files of folders; each one's fate is told, and one refusal does not stop the others.

    When the connection fails halfway, the rest is told as not sent. Raises AppError when nothing can be
    sent, and Cancelled.
    """
    progress = progress or NoProgress()
    archive = archive_of(checked(node))
    files = _files(paths)
    ready: list[Outgoing] = []
    fates: dict[Path, Sent] = {}
    for path in one_by_one(files, Part(progress, 0, READ_SHARE), "Reading"):
        try:
            ready.append(outgoing(path))
        except AppError as error:
            fates[path] = Sent(path, str(error))
    if not ready:
        raise AppError("There is no DICOM file to send.", next(iter(fates.values())).reason if fates else "")
    try:
        for sent in archive.store(node, ready, Part(progress, READ_SHARE, 1.0)):
            fates[sent.path] = sent
    except AppError as error:
        if not any(each.path in fates for each in ready):
            raise
        for each in ready:
            fates.setdefault(each.path, Sent(each.path, f"{each.path.name} was not sent: {error.message}"))
    result = Sending(tuple(fates[path] for path in files))
    progress.report(1.0, result.words)
    return result


def _files(paths: Sequence[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise AppError(f"{path.name} does not exist.", "Check the path of what to send.")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found |= dict.fromkeys(each for each in inside if each.is_file() and not each.name.startswith("."))
    return list(found)
