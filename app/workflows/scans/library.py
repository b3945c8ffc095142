"""Finds the scans in folders of thousands of files; whatever is not used is listed with a plain reason."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.names import unusable, visible
from app.progress import NoProgress, Part, Progress, check_cancelled, one_by_one
from app.scan.class_words import named_class, telling_nothing
from app.scan.grouping import Group, grouped
from app.scan.hashing import view_hash
from app.scan.pairing import confirm_views
from app.scan.read import open_source, read_scan
from app.scan.scan import Scan, ViewEvidence
from app.scan.source import ScanSource
from app.scan.told_sides import NOTHING_TOLD, ToldSides
from app.scan.view_words import named_side, without_side
from app.wording import counted
from app.workflows.scans.confirmed_views import Confirm, as_said, confirmed_views
from app.workflows.scans.scan_row import ScanRow, ScanTable

HEADER_SHARE = 0.2
"""Part of the work that goes into headers, when pixels are decoded too."""


def find_scans(
    paths: Path | Iterable[Path],
    progress: Progress | None = None,
    confirm: Confirm | None = None,
    decode: bool = True,
    told: ToldSides = NOTHING_TOLD,
) -> ScanTable:
    """All scans in files and folders, searched to the bottom; raises Cancelled when asked to stop.

    Without `decode` only headers are read: fast, but duplicates, damaged pixels and pictures with two
    bodies stay undiscovered. `told`: which half or file is which view, by a person.
    Raises AppError when a path does not exist.
    """
    progress = progress or NoProgress()
    files = _files([paths] if isinstance(paths, Path) else list(paths), progress)
    share = HEADER_SHARE if decode else 1.0
    rows: list[ScanRow] = []
    sources: list[ScanSource] = []
    for path in one_by_one(files, Part(progress, 0, share), "Header"):
        try:
            sources.append(_opened(path))
        except AppError as error:
            rows.append(ScanRow(visible(path.stem), (path,), reason=str(error)))
    groups = grouped(told.told(sources))
    codes = _case_codes(groups)
    for case, group in one_by_one([*zip(codes, groups, strict=True)], Part(progress, share, 1), "Scan"):
        row = _decoded_row(case, group, confirm, told) if decode else _header_row(case, group)
        rows.append(replace(row, told=told))
    progress.report(1.0, f"{counted(len(groups), 'scan')} in {counted(len(files), 'file')}")
    place = {path: index for index, path in enumerate(files)}
    rows.sort(key=lambda row: place[row.files[0]])
    return ScanTable(tuple(_without_duplicates(rows)))


def load_scan(row: ScanRow, confirm: Confirm | None = None) -> Scan:
    """The scan of a row, decoded now, with what a person said of its sides; raises AppError.

    A row that knows of no word on them, as rows of headers do, has `confirm` asked, or what was said before.
    What was said of a scan goes before what was said of its folder.
    """
    scan = read_scan(*row.files, case=row.case, told=row.told)
    if row.told != NOTHING_TOLD and all(view.evidence is ViewEvidence.PERSON for view in scan.views):
        said = (confirm or confirmed_views().of)(scan)
        return scan if said is None else confirm_views(scan, as_shown=said)
    return as_said(scan, confirm) if row.confirmed is None else confirm_views(scan, as_shown=row.confirmed)


def _files(paths: Sequence[Path], progress: Progress) -> list[Path]:
    """All files under the paths, sorted, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                check_cancelled(progress)
                folders.sort()
                found |= dict.fromkeys(Path(folder) / name for name in sorted(names))
                progress.report(0.0, f"{len(found)} files found")
        elif path.exists():
            found[path] = None
        else:
            raise AppError(f"{path} does not exist.", "Check the path of the scans.")
    return list(found)


def _opened(path: Path) -> ScanSource:
    """A file that holds a scan and whose name can be a case's; raises AppError."""
    source = open_source(path)
    if why := unusable(path.stem):
        raise AppError(
            f'The name "{visible(path.stem)}" {why}.', "Rename the file; its name becomes the case's."
        )
    return source


def _case_codes(groups: Sequence[Group]) -> list[str]:
    """One code per scan: the file's stem without the side, with its folder or a number where that repeats.

    A folder that names the class is never part of it, nor does the code tell which scans share one.
    """
    stems = [
        without_side(group[0].path.stem) or group[0].path.stem if len(group) == 2 else group[0].path.stem
        for group in groups
    ]
    codes: list[str] = []
    often = Counter(stem.casefold() for stem in stems)  # capitals tell no files apart on Windows
    taken: set[str] = set()
    for stem, group in zip(stems, groups, strict=True):
        code = stem if often[stem.casefold()] == 1 else _placed(stem, group[0].path)
        unique, number = code, 2
        while unique.casefold() in taken:
            unique, number = f"{code}-{number}", number + 1
        taken.add(unique.casefold())
        codes.append(unique)
    return codes


def _placed(stem: str, path: Path) -> str:
    """The stem with the nearest folder that does not name a side."""
    folders = path.parent.parts
    telling = [index for index, folder in enumerate(folders) if named_class(folder) is not None]
    if telling:
        return telling_nothing(stem, folders[telling[0] :])
    named = (folder for folder in reversed(folders) if named_side(folder) is None)
    return f"{next(named, path.parent.name)}_{stem}"


def _header_row(case: str, group: Group) -> ScanRow:
    frames = [frame for source in group for frame in source.frames if frame.view and frame.evidence]
    return ScanRow(
        case=case,
        files=tuple(source.path for source in group),
        views=tuple(frame.view for frame in frames if frame.view),
        evidence=tuple(frame.evidence for frame in frames if frame.evidence),
        warnings=tuple(dict.fromkeys(warning for source in group for warning in source.warnings)),
        lossy=any(source.lossy for source in group),
        display_only=any(source.display_only for source in group),
        simulated=any(source.simulated for source in group),
    )


def _decoded_row(case: str, group: Group, confirm: Confirm | None, told: ToldSides) -> ScanRow:
    files = tuple(source.path for source in group)
    try:
        scan = read_scan(*files, case=case, told=told)
    except AppError as error:
        return ScanRow(case, files, reason=str(error))
    confirmed = confirm(scan) if confirm and scan.needs_confirmation else None
    if confirmed is not None:
        scan = confirm_views(scan, as_shown=confirmed)
    return ScanRow(
        case=case,
        files=files,
        views=tuple(view.name for view in scan.views),
        evidence=tuple(view.evidence for view in scan.views),
        hashes=tuple(view_hash(view) for view in scan.views if view.counts.any()),
        warnings=scan.warnings,
        confirmed=confirmed,
        lossy=scan.lossy,
        display_only=scan.display_only,
        simulated=scan.simulated,
    )


def _without_duplicates(rows: Iterable[ScanRow]) -> Iterable[ScanRow]:
    """Rows, of which those with an image seen before say of which case."""
    seen: dict[str, str] = {}
    for row in rows:
        earlier = next((seen[each] for each in row.hashes if each in seen), "")
        if earlier:
            yield replace(row, duplicate_of=earlier, reason=f"Has the same image as case {earlier}.")
            continue
        seen.update(dict.fromkeys(row.hashes, row.case))
        yield row
