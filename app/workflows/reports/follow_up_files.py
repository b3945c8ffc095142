"""A comparison of two scans in files: numbers for programs, a table, a figure, and the difference maps."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from app.files import csv_text, refused, write_whole
from app.wording import counted
from app.workflows.reports.follow_up import FollowUp

Facts = dict[str, Any]
"""Names to values that JSON knows."""


def follow_up_facts(found: FollowUp) -> Facts:
    """All results by name; None where something is not known, `validity` says why."""
    return {
        "prior": found.prior.case,
        "current": found.current.case,
        "days": found.days,
        "views": [
            {
                "view": view.name.value,
                "reference_bone": view.reference.bone,
                "scale": view.reference.scale,
                "bones_compared": view.reference.bones,
                "risen_cm2": view.area_cm2(risen=True),
                "fallen_cm2": view.area_cm2(risen=False),
            }
            for view in found.views
        ],
        "changes": [
            {
                "index": each.name,
                "unit": each.unit,
                "prior": each.prior,
                "current": each.current,
                "change": each.change,
            }
            for each in found.changes
        ],
        "lesions": [
            {
                "lesion": each.lesion,
                "view": each.view.value,
                "region": " / ".join(each.regions),
                "median_z": each.z,
                "new": each.new,
            }
            for each in found.lesions
        ],
        "validity": list(found.validity),
    }


def between(found: FollowUp) -> str:
    """How far apart the scans are, in words."""
    return "days between not known" if found.days is None else f"{counted(found.days, 'day')} between"


def write_follow_up(found: FollowUp, out: Path) -> list[Path]:
    """Write follow_up.json, follow_up.csv, follow_up.png, follow_up.svg and z_maps.npz into a folder.

    Raises AppError where the folder or a file cannot be written; every file is whole or not there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(out, error, "Choose another folder.", "could not be made") from error
    facts = follow_up_facts(found)
    contents = {
        "follow_up.json": json.dumps(facts, indent=2, ensure_ascii=False).encode("utf-8"),
        "follow_up.csv": _table(facts),
        **_pictures(found),
        "z_maps.npz": _maps(found),
    }
    for name, content in contents.items():
        write_whole(out / name, content)
    return [out / name for name in contents]


def _table(facts: Facts) -> bytes:
    columns = ("index", "unit", "prior", "current", "change")
    return csv_text([columns, *([row[name] for name in columns] for row in facts["changes"])]).encode()


def _maps(found: FollowUp) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {f"z_{view.name.value}": view.z for view in found.views}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _pictures(found: FollowUp) -> dict[str, bytes]:
    from app.figures.follow_up import FollowUpPanel, follow_up_figure

    panels = [
        FollowUpPanel(
            view.name.value,
            view.prior,
            view.current,
            view.z,
            view.body,
            view.spacing_mm[0] / view.spacing_mm[1] if view.spacing_mm else 1.0,
            view.reference.bone,
        )
        for view in found.views
    ]
    simulated = found.prior.simulated or found.current.simulated
    title = f"{found.current.case} compared with {found.prior.case}"
    figure = follow_up_figure(panels, title, between(found), simulated=simulated)
    pictures = {}
    for kind, metadata in (("svg", {"Date": None}), ("png", {"Software": "ScintiRead"})):
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, dpi=160, metadata=metadata)
        pictures[f"follow_up.{kind}"] = buffer.getvalue()
    return pictures
