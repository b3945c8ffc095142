"""`scintiread masks convert|export|import|agree`: annotations out, in, and of several people compared."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.annotation.class_names import class_names
from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.wording import counted

_FORMATS = "scintiread, labelme, coco, dicom-seg, nifti, nnunet, png, png-three or png-binary"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs and their arguments."""
    verbs = parser.add_subparsers(dest="masks_verb", metavar="VERB", required=True)
    convert = verbs.add_parser("convert", help="write annotations in another format")
    convert.add_argument(
        "source", type=Path, metavar="IN", help="a file, or a folder with those of many cases"
    )
    convert.add_argument("target", type=Path, metavar="OUT", help="folder for what is written")
    convert.add_argument("--from", dest="origin", default="", metavar="FORMAT", help="default: recognised")
    convert.add_argument(
        "--to",
        required=True,
        metavar="FORMAT",
        help=_FORMATS,
    )
    convert.add_argument(
        "--scans",
        "--scan",
        type=Path,
        metavar="SCANS",
        help="the scans; DICOM SEG needs them, Labelme shows them",
    )
    add_classes(convert)
    convert.set_defaults(run=run_convert)
    export = verbs.add_parser("export", help="write an annotator's cases of a folder in several formats")
    export.add_argument("folder", type=Path, metavar="DIR", help="the folder with the scans")
    export.add_argument("target", type=Path, metavar="OUT", help="gets a folder for each format")
    export.add_argument("--to", required=True, metavar="A,B", help=f"formats: {_FORMATS}")
    export.add_argument("--annotator", default="R1", metavar="CODE", help="whose annotations (default: R1)")
    export.add_argument(
        "--finished", action="store_true", help="only what was called done, verified empty or doubtful"
    )
    export.set_defaults(run=run_export)
    bring = verbs.add_parser("import", help="take labels from elsewhere over as a person's annotations")
    bring.add_argument("folder", type=Path, metavar="DIR", help="the folder with the scans")
    bring.add_argument("source", type=Path, metavar="LABELS", help="a file, or a folder of many")
    bring.add_argument("--annotator", default="R1", metavar="CODE", help="whose they become (default: R1)")
    bring.add_argument("--from", dest="origin", default="", metavar="FORMAT", help="default: recognised")
    bring.add_argument(
        "--left", choices=["anterior", "posterior"], help="the view on the left of pictures that show both"
    )
    bring.add_argument("--anterior", default="", metavar="WORD", help="in names of anterior files, as _F")
    bring.add_argument("--posterior", default="", metavar="WORD", help="in names of posterior files")
    bring.add_argument(
        "--number", action="append", default=[], metavar="N=CLASS", help="what a number in masks means"
    )
    bring.add_argument(
        "--name", action="append", default=[], metavar="NAME=CLASS", help="what a class of others means"
    )
    bring.set_defaults(run=run_import)
    agree = verbs.add_parser("agree", help="compare the annotations of two or more people")
    agree.add_argument("sources", type=Path, nargs="+", metavar="A B", help="a folder for each person")
    agree.add_argument("--out", type=Path, required=True, metavar="DIR", help="tables and consensus masks")
    agree.add_argument("--names", default="", metavar="R1,R2", help="what they are called (default: folders)")
    agree.add_argument("--spacing", type=float, metavar="MM", help="size of a pixel, for distances in mm")
    agree.add_argument(
        "--scans", type=Path, metavar="SCANS", help="the scans, whose files tell the size of a pixel"
    )
    add_classes(agree)
    agree.set_defaults(run=run_agree)


def add_classes(parser: argparse.ArgumentParser) -> None:
    """Add the argument that says what the classes of other programs mean."""
    parser.add_argument(
        "--classes",
        type=Path,
        metavar="MAP",
        help='a TOML file with lines such as "hot spot" = "metastasis": what classes of other names mean',
    )


def run_convert(chosen: argparse.Namespace) -> int:
    """Convert; returns 0, or 1 when a case was left out."""
    from app.workflows.annotation.convert import convert

    with TerminalProgress() as progress:
        made = convert(
            chosen.source,
            chosen.target,
            chosen.to,
            origin=chosen.origin,
            scans=chosen.scans,
            names=class_names(chosen.classes),
            progress=progress,
        )
    for note in made.notes:
        print(f"note: {note}", file=sys.stderr)
    written = f"{counted(len(made.cases), 'case')} written, {counted(len(made.files), 'file')}"
    print(f"{written}: {chosen.target}")
    return 0 if made.cases and not made.left_out else 1


def run_export(chosen: argparse.Namespace) -> int:
    """Export; returns 0, or 1 when a case was left out of a format."""
    from app.workflows.annotation.annotate import AnnotationFolder
    from app.workflows.annotation.desk_record import read_record
    from app.workflows.annotation.export import export_folder

    folder = AnnotationFolder(chosen.folder, chosen.annotator)
    formats = [name.strip() for name in chosen.to.split(",") if name.strip()]
    with TerminalProgress() as progress:
        scans = {row.case: row for row in folder.rows(progress)}
        record, _ = read_record(folder.target, folder.done())
        only = {case for case in scans if record.status(case).finished} if chosen.finished else None
        done = export_folder(folder.target, chosen.target, formats, scans, only=only, progress=progress)
    for each in done:
        print(each.said)
        for note in each.notes:
            print(f"note: {note}", file=sys.stderr)
    return 1 if any(each.left_out for each in done) else 0


def run_import(chosen: argparse.Namespace) -> int:
    """Import; returns 0, or 1 when a case was left out. What was said is kept with the folder."""
    from app.scan.scan import ViewName
    from app.scan.told_sides import ToldSides
    from app.workflows.annotation.annotate import AnnotationFolder
    from app.workflows.annotation.bring_in import bring_in
    from app.workflows.annotation.folder_classes import classes_of
    from app.workflows.annotation.import_map import ImportMap, check_classes

    numbers, names = (
        _pairs(chosen.number, "--number 1=metastasis"),
        _pairs(chosen.name, "--name x=metastasis"),
    )
    if wrong := [number for number in numbers if not number.isdecimal()]:
        raise AppError(f"{wrong[0]} is no number of a mask.", "Write it as --number 1=metastasis.")
    words = ((chosen.anterior, ViewName.ANTERIOR), (chosen.posterior, ViewName.POSTERIOR))
    sides = ToldSides(
        ViewName(chosen.left) if chosen.left else None, tuple(each for each in words if each[0])
    )
    more = ImportMap(sides, {int(number): name for number, name in numbers.items()}, names)
    folder = AnnotationFolder(chosen.folder, chosen.annotator)
    check_classes(more, classes_of(folder.target.parent))
    folder.take()
    try:
        with TerminalProgress() as progress:
            made = bring_in(folder, chosen.source, more, origin=chosen.origin, progress=progress)
    finally:
        folder.release()
    for note in made.notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"{made.said}: {folder.target}")
    return 0 if made.cases and not made.left_out else 1


def _pairs(given: list[str], shape: str) -> dict[str, str]:
    """What was written as A=B; raises AppError for anything else."""
    pairs = {}
    for each in given:
        theirs, equals, ours = each.rpartition("=")
        if not equals or not theirs.strip() or not ours.strip():
            raise AppError(f"“{each}” says no class.", f"Write it as {shape}.")
        pairs[theirs.strip()] = ours.strip()
    return pairs


def run_agree(chosen: argparse.Namespace) -> int:
    """Compare; returns 0."""
    from app.workflows.annotation.agree import agree

    names = tuple(name.strip() for name in chosen.names.split(",") if name.strip())
    with TerminalProgress() as progress:
        made = agree(
            chosen.sources,
            chosen.out,
            names=names,
            classes=class_names(chosen.classes),
            spacing_mm=chosen.spacing,
            scans=chosen.scans,
            progress=progress,
        )
    for line in made.lines:
        print(line)
    for note in made.notes:
        print(f"note: {note}", file=sys.stderr)
    for path in made.files:
        print(path)
    return 0
