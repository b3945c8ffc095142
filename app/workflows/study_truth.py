"""The coordinator's part of a study: truth and keys, apart from what a reading process opens."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.store.folder import StudyFolder
from app.study.truth import CaseTruth, write_truth


def keep_truth(folder: StudyFolder, truths: Sequence[CaseTruth]) -> None:
    """Write the truth where only its owner can look."""
    private_folder(folder)
    write_truth(folder.truth, truths)
    folder.truth.chmod(0o600)


def keep_key(folder: StudyFolder, codes: Mapping[str, str]) -> None:
    """Write which code stands for which original name; `codes` maps original names to codes."""
    private_folder(folder)
    path = folder.truth.with_name("key.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "original"])
        writer.writerows(sorted((code, original) for original, code in codes.items()))
    path.chmod(0o600)


def private_folder(folder: StudyFolder) -> Path:
    """The coordinator's folder, made so that nobody else can look into it."""
    path = folder.truth.parent
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
