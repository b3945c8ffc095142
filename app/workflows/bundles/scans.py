"""The images of a bundle: de-identified copies under running numbers, each compared with its original."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import AppError
from app.private import own_folder
from app.progress import Progress, one_by_one
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.hashing import view_hash
from app.scan.scan import Scan
from app.store.folder import StudyFolder
from app.study.case import StudyCase
from app.workflows.scans.deidentify import deidentify_files
from app.workflows.study.case_scan import read_case
from app.workflows.study.copies import copies_made
from app.workflows.study.truth import has_pseudonyms

_PICTURES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp")


@dataclass(frozen=True)
class Assurance:
    """What somebody looked at and answers for.

    `no_burned_in_text`: no text stands in the images. `codes_name_nobody`: the case codes are no patients'
    names or numbers, although they were taken from file names.
    """

    no_burned_in_text: bool = False
    codes_name_nobody: bool = False


def refuse_telling_codes(folder: StudyFolder, cases: Sequence[StudyCase], assurance: Assurance) -> None:
    """Raise AppError when case codes were taken from files' names, which may be patients', and nobody said
    that they are not."""
    if has_pseudonyms(folder) or assurance.codes_name_nobody or all(case.simulated for case in cases):
        return
    raise AppError(
        "The case codes are the names of files, which may tell who a patient is.",
        "Make the study with --pseudonyms, or say --codes-name-nobody after looking at them.",
    )


def bundle_scans(
    study: StudyFolder, cases: Sequence[StudyCase], target: Path, assurance: Assurance, progress: Progress
) -> dict[str, StudyCase]:
    """Copy every case's images into target/scans; gives the cases, by code, as they refer to the copies.

    Raises AppError for a case that cannot be de-identified, or whose copy does not show the same image.
    """
    own_folder(target / "scans")
    copied = {}
    for number, case in enumerate(one_by_one(cases, progress, "Image"), start=1):
        name = f"{number:05d}"
        copied[case.code] = _with_beside(
            study, case, _copied(study, case, name, target, assurance), name, target
        )
    return copied


def _with_beside(
    study: StudyFolder, case: StudyCase, copied: StudyCase, number: str, target: Path
) -> StudyCase:
    """What stands beside the scan: it was kept without any identity when the study was made."""
    names = []
    for index, file in enumerate(case.beside.files, start=1):
        names.append(f"scans/{number}-beside-{index}.npz")
        try:
            shutil.copyfile(study.path / file, target / names[-1])
        except OSError as error:
            raise AppError(
                f"Case {case.code}: what is shown beside it cannot be read.", "Make the study anew."
            ) from error
    return replace(copied, beside=case.beside.moved(iter(names)))


def _copied(
    study: StudyFolder, case: StudyCase, number: str, target: Path, assurance: Assurance
) -> StudyCase:
    if all(Path(file).suffix.lower() in _PICTURES for file in case.files):
        return _copied_pictures(study, case, number, target, assurance)
    names = []
    for index, file in enumerate(case.files, start=1):
        name = f"scans/{number}.dcm" if len(case.files) == 1 else f"scans/{number}-{index}.dcm"
        _copy(study, case, study.path / file, target / name, assurance)
        names.append(name)
    moved = replace(case, files=tuple(names))
    hashes = _hashes(_read(target, moved))
    if case.image_hashes and hashes != dict(case.image_hashes):
        raise AppError(
            f"Case {case.code}: the copy does not show the image that the study was made with.",
            "`scintiread study check` says more.",
        )
    return replace(moved, image_hashes=hashes)


def _copy(study: StudyFolder, case: StudyCase, file: Path, place: Path, assurance: Assurance) -> None:
    if copies_made(study) and file.resolve().is_relative_to(study.scans.resolve()):
        try:
            shutil.copyfile(file, place)  # it was de-identified when the study was made
        except OSError as error:
            raise AppError(
                f"Case {case.code}: its image cannot be read.", "`scintiread study check` says more."
            ) from error
        return
    key = study.truth.parent / "bundles" / "deidentification-key.json"
    options = DeidentifyOptions(no_burned_in_text=assurance.no_burned_in_text)
    (row,) = deidentify_files(file, place, options, key)
    if row.written is None:
        reason = row.reason.replace(file.name, "its file")
        raise AppError(f"Case {case.code} cannot be de-identified: {reason}", "It cannot go into a bundle.")


def _copied_pictures(
    study: StudyFolder, case: StudyCase, number: str, target: Path, assurance: Assurance
) -> StudyCase:
    """The counts alone, in a TIFF file without any of the original's metadata."""
    import numpy as np
    from tifffile import imwrite

    if not assurance.no_burned_in_text and not case.simulated:
        raise AppError(
            f"Case {case.code} is a picture, which may have text in it.",
            "Look at it, then say --no-burned-in-text.",
        )
    scan = _read(study.path, case)
    name = f"scans/{number}.tif"
    pages = np.stack([view.counts for view in scan.views]).astype(np.float32)
    imwrite(target / name, pages, photometric="minisblack", metadata=None, software=False)
    wanted = _hashes(scan)
    for as_shown in (True, False):
        moved = replace(case, files=(name,), as_shown=as_shown, image_hashes=wanted)
        if _hashes(_read(target, moved)) == wanted:
            return moved
    raise AppError(
        f"Case {case.code} is a picture that cannot be copied without its metadata.",
        "Use the DICOM file of the scan.",
    )


def _read(folder: Path, case: StudyCase) -> Scan:
    try:
        return read_case(folder, case)
    except AppError as error:
        raise AppError(
            f"Case {case.code}: its image cannot be read.", "`scintiread study check` says more."
        ) from error


def _hashes(scan: Scan) -> Mapping[str, str]:
    return {view.name.value: view_hash(view) for view in scan.views}
