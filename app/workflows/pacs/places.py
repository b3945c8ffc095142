"""Where images from a PACS are kept: as they are, under their UIDs, or de-identified, under codes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.files import refusal, refused, write_whole
from app.pacs.query import FoundSeries, valid_uid
from app.scan.deidentify import deidentify
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.read import one_sentence
from app.scan.readers.dicom_file import open_dataset, text
from app.unfinished import unfinished
from app.workflows.scans.key_file import KeyFile, check_key_place


class Places(Protocol):
    """Keeps instances one by one and knows which it has.

    `written` are the new files, `kept` the UIDs behind them, `refused` the UIDs that were left out with
    the reason; `broken` when the disk refused, after which going on makes no sense.
    """

    written: list[Path]
    kept: set[str]
    refused: dict[str, str]
    broken: bool

    def has(self, series: FoundSeries, uid: str) -> bool:
        """Whether the instance is here already."""

    def keep(self, series: FoundSeries, uid: str, content: bytes) -> None:
        """Keep an instance; raises AppError when the disk refuses."""


class PlainPlaces:
    """FOLDER/study/series/instance.dcm, each file as the PACS sent it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written: list[Path] = []
        self.kept: set[str] = set()
        self.refused: dict[str, str] = {}
        self.broken = False
        _make(folder)

    def has(self, series: FoundSeries, uid: str) -> bool:
        """Whether the file is there; a half-written one never has its name."""
        return self._place(series, uid).is_file()

    def keep(self, series: FoundSeries, uid: str, content: bytes) -> None:
        """Write the file whole."""
        place = self._place(series, uid)
        try:
            write_whole(place, content)
        except AppError:
            self.broken = True
            raise
        self.written.append(place)
        self.kept.add(uid)

    def _place(self, series: FoundSeries, uid: str) -> Path:
        return self._folder / valid_uid(series.study) / valid_uid(series.uid) / f"{valid_uid(uid)}.dcm"


class CleanPlaces:
    """FOLDER/code/code_number.dcm, without identity; the key file lies beside the folder.

    What the PACS sends lies in a private temporary folder for the moment of de-identification only.
    """

    def __init__(self, folder: Path, options: DeidentifyOptions, key_file: Path | None) -> None:
        self._folder = folder
        self._options = options
        key_file = key_file or folder.with_name(f"{folder.name}-key.json")
        check_key_place(key_file, folder)
        self._key = KeyFile.open(key_file)
        self.written: list[Path] = []
        self.kept: set[str] = set()
        self.refused: dict[str, str] = {}
        self.broken = False
        _make(folder)
        self._here = {path.name.rsplit("_", 1)[-1]: path for path in sorted(folder.glob("*/*_*.dcm"))}

    def has(self, _series: FoundSeries, uid: str) -> bool:
        """Whether its copy is there: the name is a short code, so the copy's own UID decides."""
        pseudonyms = self._key.pseudonyms
        copy = self._here.get(f"{pseudonyms.file(uid)}.dcm")
        if copy is None:
            return False
        try:
            return text(open_dataset(copy), "SOPInstanceUID") == pseudonyms.uid(uid)
        except (AppError, OSError):
            return False

    def keep(self, _series: FoundSeries, uid: str, content: bytes) -> None:
        """De-identify and write; what cannot be de-identified is left out with its reason."""
        with unfinished() as private:
            arrived = private / "image.dcm"
            self._park(arrived, content)
            try:
                with one_sentence(arrived):
                    done = deidentify(arrived, self._key.pseudonyms, self._options)
            except AppError as error:
                self.refused[uid] = str(error).replace(arrived.name, "the image")
                return
        place = self._folder / done.patient / done.name
        try:
            self._key.remember(done)
            write_whole(place, done.content)
        except AppError:
            self.broken = True
            raise
        self.written.append(place)
        self.kept.add(uid)

    def _park(self, arrived: Path, content: bytes) -> None:
        try:
            arrived.write_bytes(content)
        except OSError as error:
            self.broken = True
            raise AppError(
                f"There is no room for what arrives: {refusal(error)}.",
                "Make room on the disk of your own files.",
            ) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise refused(folder, error, "Choose a folder where you may write.", "cannot be written") from error
