"""A raw data set of nnU-Net v2: dataset.json, imagesTr and labelsTr, a case with both views as one volume."""

from __future__ import annotations

from pathlib import Path

from app.annotation.formats import nifti
from app.annotation.formats.files import damaged, files_under, json_bytes, read_json, whole_number
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.nifti_file import nifti_bytes
from app.annotation.label_set import LabelSet
from app.annotation.masks import numbered
from app.errors import AppError
from app.files import write_whole
from app.scan.scan import Scan

FOLDER = "Dataset501_Lesions"
"""nnU-Net wants a number of three digits; those below 500 belong to published data sets."""
_FILE, _BACKGROUND = "dataset.json", "background"


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a data set, or in a folder of predictions, each with its label map."""
    found: dict[str, tuple[Path, ...]] = {}
    folders = {file.parent for file in files_under(path, _FILE)} if path.is_dir() else set()
    for folder in sorted(folders):
        maps = folder / "labelsTr" if (folder / "labelsTr").is_dir() else folder
        for file in sorted(maps.glob(f"*{nifti.ENDING}")):
            found.setdefault(nifti.stem_of_map(file), (file,))
    return found


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:
    """One case, its numbers named by the dataset.json; raises AppError as for NIfTI."""
    near = next(
        (place / _FILE for place in list(files[0].parents)[:2] if (place / _FILE).is_file()), files[0].parent
    )
    classes = read_json(near).get("labels")
    if not isinstance(classes, dict):
        raise damaged(near, "it has no labels")
    numbers = {number: str(name) for name, each in classes.items() if (number := whole_number(each))}
    return nifti.read(case, files, Beside(beside.scan, {**beside.numbers, **numbers}))


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """The counts and the label map of a case, and the dataset.json with all cases so far.

    Classes are numbered in the order of the table, as nnU-Net wants them without a gap. Raises AppError
    without the scan, for views of different sizes, and where the folder was made with other classes.
    """
    if scan is None:
        raise AppError("A data set of nnU-Net has the scans in it.", "Name them with --scans.")
    views = nifti.one_size(labels, scan)
    names = [each.name for each in labels.classes.classes]
    numbers = {name: number for number, name in enumerate(names, start=1)}
    target = folder / FOLDER
    classes = {_BACKGROUND: 0, **numbers}
    if (target / _FILE).is_file() and read_json(target / _FILE).get("labels") != classes:
        raise AppError(f"{FOLDER} was written with other classes.", "Choose another folder.")
    masks = {
        view: numbered(labels.annotation.on(view), labels.shape(view), lambda name: numbers.get(name, 0))
        for view in views
    }
    spacing = nifti.spacing_of_views(scan, views)
    image = target / "imagesTr" / f"{labels.case}_0000{nifti.ENDING}"
    drawn = target / "labelsTr" / f"{labels.case}{nifti.ENDING}"
    write_whole(image, nifti_bytes(nifti.slices(nifti.counts_of(scan, views)), spacing))
    write_whole(drawn, nifti_bytes(nifti.slices(masks), spacing))
    content = {
        "channel_names": {"0": "counts"},
        "labels": classes,
        "numTraining": len(list(drawn.parent.glob(f"*{nifti.ENDING}"))),
        "file_ending": nifti.ENDING,
    }
    write_whole(target / _FILE, json_bytes(content))
    return (image, drawn, target / _FILE)


NNUNET = Format(
    "nnunet", "A data set for nnU-Net v2, both views as one volume", cases, read, write, keeps_names=False
)
