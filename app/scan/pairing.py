"""Settles which view is which: the ladder of evidence, from a code in the file down to a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from app.errors import AppError
from app.scan.films import views_in
from app.scan.image_side import first_is_anterior, looks_posterior
from app.scan.pictures import Piece, bodies, hot_is_high
from app.scan.scan import Acquisition, Counts, Origin, Placed, Scan, View, ViewEvidence, ViewName
from app.scan.source import Claim, Frame, ScanSource


class Candidate(NamedTuple):
    """One image that may be a view of the scan; float32 (rows, cols)."""

    frame: Frame
    counts: Counts
    source: ScanSource
    placed: Placed | None = None


GUESSES = (ViewEvidence.DETECTOR, ViewEvidence.WORD, ViewEvidence.NUMBER, ViewEvidence.LAYOUT)
"""The rungs below a code and a name, but for the picture's content; the first that answers decides."""


def scan_from(case: str, sources: Sequence[ScanSource]) -> Scan:
    """One scan out of the file, or the two files, of an examination; decodes the pixels.

    Raises AppError when the pixels cannot be decoded or the views do not belong together.
    """
    warnings = [warning for source in sources for warning in source.warnings]
    candidates = [candidate for source in sources for candidate in _candidates(source, warnings)]
    if len(candidates) > 2:
        raise AppError(
            f"{sources[0].path.name} and its companions give {len(candidates)} views; a scan has one or two.",
            "Give one file with both views, or two files with one view each.",
        )
    views = _settled(candidates, warnings)
    accumulated = _accumulated(sources)
    scan = Scan(
        case=case,
        anterior=views.get(ViewName.ANTERIOR),
        posterior=views.get(ViewName.POSTERIOR),
        files=tuple(source.path for source in sources),
        acquisition=replace(_common(sources), counts_accumulated=accumulated),
        lossy=any(source.lossy for source in sources),
        display_only=any(source.display_only for source in sources),
        simulated=any(source.simulated for source in sources),
    )
    warnings += _doubts(scan)
    return replace(scan, warnings=tuple(dict.fromkeys(warnings)))


def confirm_views(scan: Scan, as_shown: bool) -> Scan:
    """The scan after a person looked at it: sides kept when right `as_shown`, otherwise exchanged."""
    shown = scan if as_shown else exchanged(scan)
    return _arranged(shown, [replace(view, evidence=ViewEvidence.PERSON) for view in shown.views])


def exchanged(scan: Scan) -> Scan:
    """The scan with its sides exchanged; what they rest on stays as it was."""
    return _arranged(scan, [replace(view, name=view.name.opposite) for view in scan.views])


def _arranged(scan: Scan, views: Sequence[View]) -> Scan:
    """The scan with these views and the doubts that they raise, in place of those it had."""
    named = {view.name: view for view in views}
    arranged = replace(scan, anterior=named.get(ViewName.ANTERIOR), posterior=named.get(ViewName.POSTERIOR))
    before = set(_doubts(scan))
    others = tuple(warning for warning in scan.warnings if warning not in before)
    return replace(arranged, warnings=others + tuple(_doubts(arranged)))


def _candidates(source: ScanSource, warnings: list[str]) -> list[Candidate]:
    """Views of one file: its frames, or the two halves of a frame with two bodies side by side."""
    pixels = source.load(warnings)
    if source.display_only:
        if len(source.frames) == 1:
            return _side_by_side(source, views_in(source.path, pixels[0], warnings), pixels[0])
        pixels = np.stack([hot_is_high(picture) for picture in pixels])
    elif len(source.frames) == 1:
        return _side_by_side(source, bodies(pixels[0]), pixels[0])
    return [Candidate(frame, counts, source) for frame, counts in zip(source.frames, pixels, strict=True)]


def _side_by_side(source: ScanSource, found: Sequence[Piece], picture: Counts) -> list[Candidate]:
    """The bodies in an only frame: anterior left, posterior right, the custom of every workstation."""
    rows, columns = picture.shape
    placed = [Placed(piece.left, piece.top, columns, rows) for piece in found]
    if len(found) == 1:
        return [Candidate(source.frames[0], found[0].counts, source, placed[0])]
    sides = (ViewName.ANTERIOR, ViewName.POSTERIOR)
    if len(found) > len(sides):
        raise AppError(
            f"{source.path.name} shows more than two bodies in one picture.",
            "Export the anterior and the posterior view alone.",
        )
    evidence = ViewEvidence.LAYOUT
    if source.left is not None:
        sides, evidence = (source.left, source.left.opposite), ViewEvidence.PERSON
    frames = [Frame(0, (Claim(side, evidence),)) for side in sides]
    return [
        Candidate(frame, piece.counts, source, place)
        for frame, piece, place in zip(frames, found, placed, strict=True)
    ]


def _settled(candidates: list[Candidate], warnings: list[str]) -> dict[ViewName, View]:
    """Views by name; two that claim one side, or none, are told apart by the image."""
    if len(candidates) == 1:
        frame, counts = candidates[0][:2]
        name = frame.view or (ViewName.POSTERIOR if looks_posterior(counts) else ViewName.ANTERIOR)
        return {name: _view(name, frame.evidence or ViewEvidence.IMAGE, candidates[0])}
    (first, one, source_one, _), (second, two, source_two, _) = candidates
    if first.surely is not None and first.surely is second.surely and source_one is not source_two:
        raise AppError(
            f"{source_one.path.name} and {source_two.path.name} are both {first.view} views.",
            "Give one anterior and one posterior view, or open them one by one.",
        )
    anterior_first, evidence = _told_apart(first, second) or (
        first_is_anterior(one, two),
        (ViewEvidence.IMAGE, ViewEvidence.IMAGE),
    )
    if first.view is not None and first.view is second.view:
        rung = "name" if first.surely else "detector" if first.evidence is ViewEvidence.DETECTOR else "word"
        warnings.append(f"Both views claim the same {rung}; their sides were told by {evidence[0]}.")
    names = (ViewName.ANTERIOR, ViewName.POSTERIOR)
    if not anterior_first:
        names = (ViewName.POSTERIOR, ViewName.ANTERIOR)
    return {
        names[0]: _view(names[0], evidence[0], candidates[0]),
        names[1]: _view(names[1], evidence[1], candidates[1]),
    }


def _told_apart(first: Frame, second: Frame) -> tuple[bool, tuple[ViewEvidence, ViewEvidence]] | None:
    """Whether the first of two views is the anterior one, and what says so; None when nothing does.

    Where one view is named the other is the other side. A word of two meanings is a name where its opposite
    stands for the other view.
    """
    if (side := _first_of(first.surely, second.surely)) is not None:
        named = first.evidence if first.surely else second.evidence
        other = second.evidence if second.surely else named
        return side is ViewName.ANTERIOR, (named or ViewEvidence.TEXT, other or ViewEvidence.TEXT)
    words = first.said_by(ViewEvidence.WORD), second.said_by(ViewEvidence.WORD)
    if None not in words and (side := _first_of(*words)) is not None:
        return side is ViewName.ANTERIOR, (ViewEvidence.TEXT, ViewEvidence.TEXT)
    for rung in GUESSES:
        if (side := _first_of(first.said_by(rung), second.said_by(rung))) is not None:
            return side is ViewName.ANTERIOR, (rung, rung)
    return None


def _first_of(one: ViewName | None, two: ViewName | None) -> ViewName | None:
    """The first view's side by what is said of both; None when they are told the same, or nothing."""
    if one is two:
        return None
    return one if one is not None or two is None else two.opposite


def _view(name: ViewName, evidence: ViewEvidence, candidate: Candidate) -> View:
    frame, counts, source, placed = candidate
    addressed = source.acquisition.file_format == "DICOM" and counts.shape == (source.rows, source.columns)
    whole = len(source.frames) == 1 and counts.shape == (source.rows, source.columns)  # one view is the file
    return View(
        name=name,
        counts=np.ascontiguousarray(counts, dtype=np.float32),
        spacing_mm=source.spacing_mm,
        evidence=evidence,
        counts_accumulated=source.counts_accumulated if whole else None,
        origin=Origin(source.path, frame.index if addressed else None, source.date, placed),
    )


def _accumulated(sources: Sequence[ScanSource]) -> int | None:
    given = [source.counts_accumulated for source in sources]
    return sum(value for value in given if value is not None) if given and None not in given else None


def _common(sources: Sequence[ScanSource]) -> Acquisition:
    return sources[0].acquisition


def _doubts(scan: Scan) -> list[str]:
    """What a reader or coordinator should know before trusting the scan."""
    doubts = []
    if scan.needs_confirmation:
        how = ", ".join(dict.fromkeys(view.evidence.value for view in scan.views if view.assumed))
        doubts.append(f"Which view is which was assumed from {how}; a person has to confirm it.")
    if len(scan.views) == 1:
        doubts.append(f"Only the {scan.views[0].name} view is there.")
    elif scan.views[0].counts.shape != scan.views[1].counts.shape:
        doubts.append("The two views differ in size.")
    if scan.lossy:
        approximate = "" if scan.display_only else "; counts are approximate and not measured"
        doubts.append(f"The pixels went through lossy compression{approximate}.")
    if scan.display_only:
        doubts.append("A picture without counts: it can be looked at and marked, not measured.")
    elif not scan.views[0].spacing_mm:
        doubts.append("The pixel spacing is not given; areas cannot be given in cm².")
    if any(not view.counts.any() for view in scan.views):
        doubts.append("A view is entirely empty.")
    return doubts
