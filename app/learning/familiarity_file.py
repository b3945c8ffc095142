"""What is usual for a model, as a file beside its weights: plain numbers in the form of safetensors.

The form is eight bytes with the length of a JSON header, the header, and the numbers; it is read and written
here with numpy alone, since predictions come without the libraries of training.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.formats.files import damaged, read_whole
from app.bounded import json_in
from app.learning.familiarity import Gauge, Reference
from app.learning.frame import Floats
from app.learning.picture_measures import MEASURES
from app.scan.scan import ViewName

_HEAD = struct.Struct("<Q")
_FACTS = "scintiread"
_ENTRIES = ("centre", "scale", "axes", "spread", "rest")
OTHER_MEASURES = "was made by another version of the program"


def reference_bytes(reference: Reference, facts: Mapping[str, str]) -> bytes:
    """The reference as the content of a safetensors file, `facts` in its header."""
    arrays: dict[str, Floats] = {}
    for kind, gauges in (("picture", reference.pictures), ("features", reference.features)):
        for name, gauge in gauges.items():
            for entry in _ENTRIES:
                arrays[f"{kind}.{name}.{entry}"] = np.atleast_1d(
                    np.asarray(getattr(gauge, entry), np.float32)
                )
    for word, rows in reference.usual.items():
        arrays[f"usual.{word}"] = rows
    for name, limit in reference.limits.items():
        arrays[f"limit.{name}"] = np.array([limit], np.float32)
    told = {**facts, "measures": json.dumps([name for name, _ in MEASURES])}
    header: dict[str, Any] = {"__metadata__": {_FACTS: json.dumps(told, sort_keys=True)}}
    place, content = 0, b""
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array, "<f4").tobytes()
        ends = [place, place + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": ends}
        place, content = place + len(raw), content + raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text = text.ljust(-(-len(text) // 8) * 8)  # aligned, as the form asks
    return _HEAD.pack(len(text)) + text + content


def read_reference(path: Path, weights_sha256: str) -> Reference:
    """The reference of a model; raises AppError when the file is damaged or of other weights or measures."""
    content = read_whole(path)
    try:
        (length,) = _HEAD.unpack_from(content)
        header = json_in(content[_HEAD.size : _HEAD.size + length])
        told = json_in(header.pop("__metadata__")[_FACTS])
        arrays = {
            name: np.frombuffer(content[_HEAD.size + length :][slice(*entry["data_offsets"])], "<f4").reshape(
                entry["shape"]
            )
            for name, entry in header.items()
        }
        if told["weights_sha256"] != weights_sha256:
            raise damaged(path, "it belongs to other weights")
        if json_in(told["measures"]) != [name for name, _ in MEASURES]:
            raise damaged(path, f"it {OTHER_MEASURES}")
        return _reference(arrays)
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, "it holds no familiarity") from error


def _reference(arrays: Mapping[str, Floats]) -> Reference:
    def below(kind: str) -> dict[str, Floats]:
        return {
            name.removeprefix(f"{kind}."): one for name, one in arrays.items() if name.startswith(f"{kind}.")
        }

    def gauges(kind: str) -> dict[str, Gauge]:
        parts = below(kind)
        names = dict.fromkeys(name.rpartition(".")[0] for name in parts)
        return {
            name: Gauge(
                centre=parts[f"{name}.centre"],
                scale=parts[f"{name}.scale"],
                axes=parts[f"{name}.axes"],
                spread=parts[f"{name}.spread"],
                rest=float(parts[f"{name}.rest"][0]),
            )
            for name in names
        }

    return Reference(
        {ViewName(name): gauge for name, gauge in gauges("picture").items()},
        gauges("features"),
        {name: float(one[0]) for name, one in below("limit").items()},
        below("usual"),
    )
