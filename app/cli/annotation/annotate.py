"""`scintiread annotate DIR`: the window on a folder of scans to be annotated."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.window_request import WindowRequest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="a folder with scans; annotations go to DIR/annotations")
    add("--annotator", default="R1", metavar="CODE", help="whose annotations these are (default: R1)")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> WindowRequest:
    """Ask for the window; raises AppError for a folder or a code that cannot be used."""
    from app.workflows.annotation.annotate import AnnotationFolder

    folder = AnnotationFolder(chosen.folder, chosen.annotator)
    return WindowRequest(page="annotate", reader=folder.annotator, paths=(folder.folder,))
