"""NIfTI-1 files, as much of them as images and label maps of planar scans need.

The format: nifti.nimh.nih.gov/nifti-1, header of 348 bytes, then extensions, then voxels, x fastest.
"""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.formats.files import MOST_BYTES, damaged, read_whole

_HEADER, _COMMENT, _MM = 348, 6, 2
_KINDS = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8",
}  # fmt: skip
"""Codes of the kinds of voxels (datatype)."""
_CODES = {np.dtype(np.uint8): 2, np.dtype(np.float32): 16}
_HALF = 0.7071067811865476
APART_MM = 200.0
"""Between the two views in a file: about as far as chest and back are."""


@dataclass(frozen=True, eq=False)
class Nifti:
    """Voxels (columns, rows, slices) of numbers, affine float64 (4, 4) to RAS in mm, and a comment."""

    voxels: NDArray[Any]
    affine: NDArray[np.float64]
    comment: str = ""

    @property
    def coronal(self) -> bool:
        """Whether its rows run along the body, as the file says."""
        return int(np.abs(self.affine[:3, 1]).argmax()) == 2


def nifti_bytes(voxels: NDArray[Any], spacing_mm: tuple[float, float] | None, comment: str = "") -> bytes:
    """A compressed file of uint8 or float32 (columns, rows, slices), all seen from the front.

    `spacing_mm`: along rows and columns; columns run to the patient's left, rows to the feet, slices to the
    back, the anterior view first.
    """
    row, column = spacing_mm or (1.0, 1.0)
    text = comment.encode()
    room = -(-(len(text) + 8) // 16) * 16 if text else 0
    extension = struct.pack("<ii", room, _COMMENT) + text.ljust(room - 8, b"\0") if text else b""
    head = bytearray(_HEADER)
    code = _CODES[voxels.dtype]
    struct.pack_into("<i", head, 0, _HEADER)
    struct.pack_into("<8h", head, 40, 3, *voxels.shape, 1, 1, 1, 1)
    struct.pack_into("<hh", head, 70, code, voxels.dtype.itemsize * 8)
    struct.pack_into("<8f", head, 76, 1.0, column, row, APART_MM, 0, 0, 0, 0)
    struct.pack_into("<fff", head, 108, float(_HEADER + 4 + room), 1.0, 0.0)
    head[123] = _MM if spacing_mm else 0
    struct.pack_into("<hh", head, 252, 1, 1)  # scanner's own coordinates, in both ways of saying it
    struct.pack_into("<6f", head, 256, 0.0, _HALF, -_HALF, 0.0, 0.0, 0.0)
    struct.pack_into("<12f", head, 280, -column, 0, 0, 0, 0, 0, -APART_MM, 0, 0, -row, 0, 0)
    head[344:348] = b"n+1\0"
    flag = bytes([1 if text else 0, 0, 0, 0])
    return gzip.compress(bytes(head) + flag + extension + voxels.tobytes(order="F"), 6, mtime=0)


def read_nifti(path: Path) -> Nifti:
    """A NIfTI-1 file, compressed or not; raises AppError when it is none, damaged, or too large."""
    whole = read_whole(path)
    try:
        if whole[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                whole = file.read(MOST_BYTES + 1)
        if len(whole) > MOST_BYTES:
            raise damaged(path, "it is too large for a label file")
        order = "<" if struct.unpack_from("<i", whole)[0] == _HEADER else ">"
        if struct.unpack_from(order + "i", whole)[0] != _HEADER or whole[344:347] not in (b"n+1", b"ni1"):
            raise damaged(path, "it is no NIfTI-1 file")
        sizes = struct.unpack_from(order + "8h", whole, 40)
        shape = tuple(max(size, 1) for size in sizes[1 : sizes[0] + 1]) + (1,) * (3 - sizes[0])
        if any(size != 1 for size in shape[3:]):
            raise damaged(path, "it has more than three dimensions")
        kind = np.dtype(order + _KINDS[struct.unpack_from(order + "h", whole, 70)[0]])
        begin, slope, offset = struct.unpack_from(order + "fff", whole, 108)
        number = int(np.prod(shape[:3], dtype=np.int64))
        voxels = np.frombuffer(whole, kind, number, int(begin)).reshape(shape[:3], order="F")
        if slope not in (0.0, 1.0) or offset:
            voxels = voxels * slope + offset
        return Nifti(voxels, _affine(whole, order), _comment(whole, order, int(begin)))
    except (OSError, EOFError, KeyError, ValueError, struct.error) as error:
        raise damaged(path, "it is no NIfTI-1 file, or cut off") from error


def _affine(whole: bytes, order: str) -> NDArray[np.float64]:
    affine = np.eye(4)
    by_quaternion, by_rows = struct.unpack_from(order + "hh", whole, 252)
    steps = struct.unpack_from(order + "4f", whole, 76)
    if by_rows > 0:
        affine[:3] = np.array(struct.unpack_from(order + "12f", whole, 280)).reshape(3, 4)
        return affine
    affine[:3, :3] = np.diag(steps[1:])
    if by_quaternion > 0:
        b, c, d, *place = struct.unpack_from(order + "6f", whole, 256)
        a = max(1 - b * b - c * c - d * d, 0.0) ** 0.5
        turn = np.array(
            [
                [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
                [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
                [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
            ]
        )
        affine[:3, :3] = turn @ np.diag((*steps[1:3], steps[3] * (-1.0 if steps[0] < 0 else 1.0)))
        affine[:3, 3] = place
    return affine


def _comment(whole: bytes, order: str, begin: int) -> str:
    """The text of the first comment among the extensions; "" for none."""
    place = _HEADER + 4
    if len(whole) < place or not whole[_HEADER]:
        return ""
    while place + 8 <= begin:
        size, code = struct.unpack_from(order + "ii", whole, place)
        if size < 16:
            return ""
        if code == _COMMENT:
            return whole[place + 8 : place + size].rstrip(b"\0").decode("utf-8", "replace")
        place += size
    return ""
