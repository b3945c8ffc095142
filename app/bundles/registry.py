"""What the coordinator keeps of the bundles that were made, and of what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.bounded import json_in
from app.bundles.keys import SigningKey, study_key
from app.errors import AppError
from app.files import append_lines, csv_text, refusal, write_whole
from app.private import own_folder
from app.store.folder import StudyFolder
from app.study.canonical import canonical_json, from_plain, lines_of, utc_moment
from app.study.merge_report import MergeReport


@dataclass(frozen=True)
class BundleRecord:
    """One bundle that was made: whose it is, and the public key that its results are signed with."""

    bundle: str
    reader: str
    reader_key: str
    version: int
    protocol_sha256: str
    made_utc: datetime
    site: str = ""


@dataclass(frozen=True)
class MergeRecord:
    """One file that came back; `sha256` is of its bytes, `kept` its name in the folder `returned`."""

    file: str
    sha256: str
    bundle: str
    reader: str
    merged_utc: datetime
    readings: int
    events: int
    conflicts: int
    kept: str


_HINT = "Check disk and access rights."


class BundleRegistry:
    """The folder `coordinator/bundles` of a study, for its owner alone."""

    def __init__(self, folder: StudyFolder) -> None:
        self._path = folder.truth.parent / "bundles"

    @property
    def returned(self) -> Path:
        """Copies of everything that came back, conflicting or not."""
        return self._path / "returned"

    def signing_key(self) -> SigningKey:
        """The key that signs the study's bundles; made at first use."""
        self._make(self._path)
        return study_key(self._path / "signing.key")

    def keep(self, record: BundleRecord) -> None:
        """Note a bundle before it leaves."""
        self._make(self._path)
        write_whole(self._path / f"{record.bundle}.json", canonical_json(record) + "\n", _HINT, private=True)

    def find(self, bundle: str) -> BundleRecord | None:
        """The bundle of this id, if this study made it; raises AppError for a damaged note."""
        file = self._path / f"{bundle}.json"
        if not bundle.isalnum() or not file.is_file():
            return None
        try:
            return from_plain(BundleRecord, json_in(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise AppError(f"{file.name} in coordinator/bundles cannot be read.", "Restore it.") from error

    def made(self) -> tuple[BundleRecord, ...]:
        """All bundles that were made; none where the coordinator's folder is closed to whoever asks."""
        try:
            files = sorted(self._path.glob("*.json"))
        except OSError:
            return ()
        return tuple(record for file in files if (record := self.find(file.stem)) is not None)

    def note_sent(self, bundle: str, now: datetime) -> None:
        """Note that a bundle has left."""
        self._make(self._path)
        append_lines(self._sent, [canonical_json({"bundle": bundle, "utc": now})], private=True)

    def sent(self) -> dict[str, datetime]:
        """When bundles left last, by their id; a line that was cut off is left out."""
        found = {}
        for line in lines_of(self._sent.read_bytes()) if self._sent.is_file() else []:
            try:
                said = json_in(line)
                found[str(said["bundle"])] = utc_moment(str(said["utc"]))
            except (ValueError, TypeError, KeyError):
                continue
        return found

    def keep_returned(self, name: str, content: bytes) -> str:
        """Keep a copy of what came back under a name that says what it is; gives the name."""
        self._make(self.returned)
        place = self.returned / name
        if not place.exists():
            write_whole(place, content, _HINT, private=True)
        return name

    def note_merge(self, record: MergeRecord) -> None:
        """Append to the list of merges."""
        self._make(self._path)
        append_lines(self._merges, [canonical_json(record)], private=True)

    def keep_report(self, now: datetime, report: MergeReport) -> Path:
        """Keep the report of a merge as CSV; gives the file."""
        folder = self._path / "reports"
        self._make(folder)
        file = folder / f"merge-{now.strftime('%Y%m%dT%H%M%S%fZ')}.csv"
        write_whole(file, csv_text(report.rows()), _HINT, private=True)
        return file

    def merges(self) -> tuple[MergeRecord, ...]:
        """All merges, the oldest first; a line that was cut off is left out."""
        try:
            lines = lines_of(self._merges.read_bytes()) if self._merges.is_file() else []
        except OSError:  # the coordinator's folder is closed to whoever asks
            return ()
        found = []
        for line in lines:
            try:
                found.append(from_plain(MergeRecord, json_in(line)))
            except (ValueError, TypeError, KeyError):
                continue
        return tuple(found)

    @property
    def _sent(self) -> Path:
        return self._path / "sent.jsonl"

    @property
    def _merges(self) -> Path:
        return self._path / "merges.jsonl"

    def _make(self, path: Path) -> None:
        try:
            for each in (self._path.parent, self._path, path):
                own_folder(each)
        except OSError as error:
            raise AppError(
                f"The coordinator's folder cannot be used: {refusal(error)}.",
                "Only who made the study may do this.",
            ) from error
