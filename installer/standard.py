"""Takes out of highdicom's copy of the DICOM standard what this program neither reads nor writes."""

from __future__ import annotations

import json
from pathlib import Path

_KEPT = ("nuclear-medicine", "secondary-capture", "segmentation", "-sr", "encapsulated-pdf")
"""Parts of the names of what stays: scans, what stands for them, masks, reports."""


def keep_own_objects(folder: Path) -> None:
    """Shorten the list of attributes in highdicom's folder `_standard`; nothing where it is not there."""
    attributes = folder / "module_attribute_map.json"
    if not attributes.is_file():
        return
    objects = json.loads((folder / "iod_module_map.json").read_text(encoding="utf-8"))
    wanted = {
        module["key"]
        for name, modules in objects.items()
        if any(part in name for part in _KEPT)
        for module in modules
    }
    known = json.loads(attributes.read_text(encoding="utf-8"))
    kept = {name: items for name, items in known.items() if name in wanted}
    attributes.write_text(json.dumps(kept, separators=(",", ":")), encoding="utf-8")
