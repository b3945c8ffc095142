"""How the results of a study leave the program; adding a format is a file and a line in `EXPORTS`."""

from __future__ import annotations

from app.errors import AppError
from app.exports.annotation_files import ANNOTATIONS
from app.exports.csv_table import CSV
from app.exports.export import Export
from app.exports.imrmc import IMRMC
from app.exports.mrmcaov import MRMCAOV
from app.exports.odm import ODM
from app.exports.redcap import REDCAP
from app.exports.rjafroc import RJAFROC
from app.exports.spreadsheet import XLSX

EXPORTS: tuple[Export, ...] = (CSV, XLSX, IMRMC, RJAFROC, MRMCAOV, REDCAP, ODM, ANNOTATIONS)


def export_named(name: str) -> Export:
    """The format of that name; raises AppError naming those there are."""
    for each in EXPORTS:
        if name == each.name:
            return each
    known = ", ".join(each.name for each in EXPORTS)
    raise AppError(f'There is no export format "{name}".', f"Choose among {known}.")
