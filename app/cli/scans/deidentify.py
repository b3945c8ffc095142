"""`scintiread deidentify IN OUT`: copies without patient identity, and a key file apart."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.scan.deidentify_elements import DeidentifyOptions
from app.wording import counted
from app.workflows.scans.deidentify import deidentify_files


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("source", type=Path, metavar="IN", help="a DICOM scan, or a folder of them")
    add("target", type=Path, metavar="OUT", help="a folder for the copies, or one .dcm file")
    add(
        "--key", type=Path, help="key file that leads back to the patients (default: OUT-key.json beside OUT)"
    )
    add("--no-burned-in-text", action="store_true", help="I looked: no text stands in the images")
    add(
        "--blank",
        type=_rectangle,
        action="append",
        default=[],
        metavar="ROW,COLUMN,HEIGHT,WIDTH",
        help="blank a rectangle of pixels; may be given several times",
    )
    add("--remove-dates", action="store_true", help="leave dates out instead of shifting them")
    add("--keep-characteristics", action="store_true", help="keep age, sex, size and weight")
    add("--keep-device", action="store_true", help="keep serial number, station and software versions")
    add("--keep-descriptions", action="store_true", help="keep the harmless words of the descriptions")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """De-identify; returns 0, or 1 when a file was left out, each with its reason on standard error."""
    options = DeidentifyOptions(
        no_burned_in_text=chosen.no_burned_in_text,
        blank=tuple(chosen.blank),
        dates=not chosen.remove_dates,
        characteristics=chosen.keep_characteristics,
        device=chosen.keep_device,
        descriptions=chosen.keep_descriptions,
    )
    rows = deidentify_files(chosen.source, chosen.target, options, chosen.key)
    for row in rows:
        if row.reason:
            print(f"not written: {row.reason}", file=sys.stderr)
    written = [row for row in rows if row.written]
    patients = counted(len({row.patient for row in written}), "patient")
    print(f"{len(written)} of {counted(len(rows), 'file')} written, {patients}")
    return 0 if len(written) == len(rows) else 1


def _rectangle(text: str) -> tuple[int, int, int, int]:
    try:
        row, column, height, width = (int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError("four whole numbers with commas between them") from error
    if min(row, column) < 0 or min(height, width) < 1:
        raise argparse.ArgumentTypeError("row and column from 0, height and width from 1")
    return row, column, height, width
