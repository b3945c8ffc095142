"""The coordinator's part of a study: truth and keys, apart from what a reading process opens."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.errors import AppError
from app.files import csv_records, csv_text, write_whole
from app.private import own_folder
from app.store.folder import StudyFolder
from app.study.truth import CaseTruth, write_truth

_PSEUDONYM = re.compile(r"C\d{4,}")


def keep_truth(folder: StudyFolder, truths: Sequence[CaseTruth]) -> None:
    """Write the truth where only its owner can look."""
    private_folder(folder)
    write_truth(folder.truth, truths, private=True)


def kept_key(folder: StudyFolder) -> dict[str, str]:
    """The codes by original name; empty in a study without pseudonyms. Raises AppError for a damaged file."""
    path = _key_file(folder)
    if not path.is_file():
        return {}
    try:
        return {row["original"]: row["case"] for row in csv_records(path)}
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise AppError(f"{path.name} cannot be read.", "It says which code stands for which file.") from error


def has_pseudonyms(folder: StudyFolder) -> bool:
    """Whether the cases have running numbers for codes; raises AppError for a damaged file.

    A key of names whose telling words were left out makes no pseudonyms: what else stands in them is kept.
    """
    codes = kept_key(folder).values()
    return bool(codes) and all(_PSEUDONYM.fullmatch(code) for code in codes)


def keep_key(folder: StudyFolder, codes: Mapping[str, str]) -> None:
    """Write which code stands for which original name; `codes` maps original names to codes."""
    private_folder(folder)
    rows = sorted((code, original) for original, code in codes.items())
    content = csv_text([("case", "original"), *rows], "\r\n")
    write_whole(_key_file(folder), content, "Check that you may write in that folder.", private=True)


def _key_file(folder: StudyFolder) -> Path:
    return folder.truth.with_name("key.csv")


def private_folder(folder: StudyFolder) -> Path:
    """The coordinator's folder, made so that nobody else can look into it."""
    return own_folder(folder.truth.parent)
