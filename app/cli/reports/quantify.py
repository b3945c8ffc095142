"""`scintiread quantify SCAN --masks LABELS`: how much disease a labelled scan shows, or a cohort's scans."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.annotation.class_names import class_names
from app.cli.annotation.masks import add_classes
from app.cli.device import add_device
from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.quantification.indices import INDICES
from app.wording import counted
from app.workflows.reports.quantify import Facts, LesionFinder, facts, quantify


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("scan", type=Path, metavar="SCAN", help="a DICOM, TIFF or PNG file, or a folder of scans")
    add("partner", type=Path, nargs="?", help="the file with the other view, if it is apart")
    add(
        "--masks",
        type=Path,
        metavar="LABELS",
        help="labels/CASE.npz of a simulated scan, PNG masks, Labelme JSON, COCO, DICOM SEG or annotations",
    )
    add_classes(parser)
    add("--model", metavar="NAME", help="the installed model that draws the lesions, instead of LABELS")
    add_device(parser)
    add(
        "--from", dest="format_name", default="", metavar="FORMAT", help="format of LABELS, if not recognised"
    )
    add("--lower-level", type=float, metavar="COUNTS", help="of the displayed form of BSTBI (default: 0)")
    add("--upper-level", type=float, metavar="COUNTS", help="likewise (default: automatic)")
    add("--k", type=float, default=5.0, help="constant of BSTBI (default: 5)")
    add(
        "--no-bone-map",
        dest="bone_map",
        action="store_false",
        help="do not fit the bone regions to the scan where LABELS has none; no BSI and PABS then",
    )
    add("--json", action="store_true", help="print all results for programs")
    add("--out", type=Path, metavar="FOLDER", help="of a folder of scans: where the tables go")
    add(
        "--clinical",
        type=Path,
        metavar="FILE",
        help="of a folder of scans: a table case,alp (CSV, XLSX); how indices go with alkaline phosphatase",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the results; returns 0."""
    if chosen.k <= 0:
        raise AppError("K of BSTBI is above 0.", "Use --k 5, as the paper does.")
    files = (chosen.scan, chosen.partner) if chosen.partner else (chosen.scan,)
    if chosen.masks is not None and chosen.model is not None:
        raise AppError("Lesions come from --masks or --model, not from both.", "Leave one of them out.")
    if chosen.scan.is_dir():
        return _cohort(chosen)
    if chosen.clinical is not None or chosen.out is not None:
        raise AppError(
            f"--clinical and --out are for a folder of scans, and {chosen.scan.name} is none.",
            "Name the folder, or leave them out.",
        )
    scan, labels, burden = quantify(
        files,
        chosen.masks,
        lesions_of=_finder(chosen),
        lower=chosen.lower_level,
        upper=chosen.upper_level,
        k=chosen.k,
        format_name=chosen.format_name,
        names=class_names(chosen.classes),
        bone_map=chosen.bone_map,
    )
    found = facts(scan, labels, burden)
    print(json.dumps(found, indent=2, ensure_ascii=False) if chosen.json else "\n".join(lines(found)))
    return 0


def _finder(chosen: argparse.Namespace) -> LesionFinder | None:
    if chosen.model is None:
        return None
    from app.workflows.models.lesions import lesions_by

    return lesions_by(chosen.model, chosen.device)


def _cohort(chosen: argparse.Namespace) -> int:
    """Quantify every scan of the folder; returns 1 when some were left out, else 0."""
    from app.simulator.cohort import NOTICE
    from app.workflows.reports.quantify_cohort import TITLES, quantify_cohort

    levels = (chosen.lower_level, chosen.upper_level)
    if chosen.out is None or chosen.partner or chosen.json or any(each is not None for each in levels):
        raise AppError(
            f"{chosen.scan.name} is a folder of scans, whose results are tables, at automatic levels.",
            "Name --out FOLDER, and leave partner, levels and --json out.",
        )
    with TerminalProgress() as progress:
        made = quantify_cohort(
            chosen.scan,
            chosen.out,
            chosen.masks,
            lesions_of=_finder(chosen),
            clinical=chosen.clinical,
            k=chosen.k,
            format_name=chosen.format_name,
            names=class_names(chosen.classes),
            bone_map=chosen.bone_map,
            progress=progress,
        )
    print(f"{counted(len(made.rows), 'scan')} of {chosen.scan.name}")
    for row in made.correlations:
        interval = (
            "" if row["pearson_low"] is None else f" ({row['pearson_low']:.2f} to {row['pearson_high']:.2f})"
        )
        linear = "not defined" if row["pearson"] is None else f"r {row['pearson']:.2f}{interval}"
        ranked = "" if row["spearman"] is None else f", rho {row['spearman']:.2f}"
        print(f"  ALP and {TITLES[row['index']]}, {row['scans']}, n = {row['n']}: {linear}{ranked}")
    for sentence in made.said:
        print(f"  ! {sentence}")
    print("\n".join(f"  written: {path}" for path in made.files))
    if made.simulated:
        print(NOTICE)
    return int(len(made.rows) < made.scans)


def lines(found: Facts) -> list[str]:
    """The results as sentences for people, one per line."""
    said = [f"{found['case']}: {_count(found)}"]
    for key, name in (("bstbi_count", "BSTBI (counts)"), ("bstbi_display", "BSTBI (displayed)")):
        row = found[key]
        views = ", ".join(f"{view} {_number(row[view])}" for view in ("anterior", "posterior", "mean"))
        levels = (
            f" at levels {row['lower_level']:g} to {row['upper_level']:g}" if "upper_level" in row else ""
        )
        said.append(f"  {name}: {views}{levels}, K = {found['k']:g}")
    frames = found["bstbi_four_frames"]
    shown = ", ".join(
        f"{view} {shade} {_number(frames[f'{view}_{shade}'])}"
        for shade in ("light", "dark")
        for view in ("anterior", "posterior")
    )
    said.append(
        f"  BSTBI (displayed, four frames): {shown}, mean {_number(frames['mean'])}; dark ends at "
        f"{frames['upper_level_dark']:g}"
    )
    normalisers = "; ".join(f"{one['counts']:.1f} counts, {one['source']}" for one in found["normalisers"])
    remarks = {"bsi_percent": found["bsi_weights"], "bslai": normalisers and f"1 = {normalisers}"}
    for one in INDICES:
        remark = remarks.get(one.key)
        value = _number(found[one.key], f" {one.unit}" if one.unit else "")
        said.append(f"  {one.name} {value}" + (f" ({remark})" if remark else ""))
    for row in found["lesions"]:
        where = f" in {row['region']}" if row["region"] else ""
        ratios = ", ".join(
            f"{row[f'ratio_{what}']:.2f} ± {row[f'ratio_{what}_se']:.2f} to {words}"
            for what, words in (("contralateral", "the other side"), ("background", "its surroundings"))
            if row[f"ratio_{what}"] is not None
        )
        size = f"{_number(row['area_cm2'], ' cm²')}"
        size += f", maximum {_number(row['max'])}, mean {_number(row['mean'])}"
        said.append(
            f"  lesion {row['lesion']}, {row['view']}{where}: {size}" + (f"; {ratios}" if ratios else "")
        )
    return said + [f"  ! {doubt}" for doubt in found["validity"]]


def _count(found: Facts) -> str:
    left_out = counted(found["left_out"], "region") + " left out" if found["left_out"] else ""
    if left_out and not found["lesion_count"]:
        return f"no lesion is counted, {left_out}"
    lesions = counted(found["lesion_count"], "lesion") + (f" and {left_out}" if left_out else "")
    return f"{lesions}, extent of disease {found['eod']}"


def _number(value: float | None, unit: str = "") -> str:
    return "not defined" if value is None else f"{value:.4g}{unit}"
