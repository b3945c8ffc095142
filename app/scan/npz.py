"""Arrays out of NPZ files of strangers: looked at before anything is allocated, and refused in one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from app.scan.limits import MAX_PIXELS


class Arrays(Mapping[str, NDArray[Any]]):
    """The arrays of an open file by their names, each read when it is asked for.

    Raises KeyError for one that is not there, and ValueError for one that is larger than any scan, holds
    Python objects, is cut off or damaged.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = [name.removesuffix(".npy") for name in archive.namelist()]

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._names:
            raise KeyError(name)
        try:
            with self._archive.open(f"{name}.npy") as file:
                _check(file)
            with self._archive.open(f"{name}.npy") as file:
                array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
        except (BadZipFile, EOFError, MemoryError, OverflowError, SyntaxError, TypeError) as error:
            raise ValueError("it is damaged") from error
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@contextmanager
def opened_npz(source: Path | IO[bytes]) -> Iterator[Arrays]:
    """The arrays of an NPZ file; raises OSError, and ValueError for what is none."""
    try:
        with ZipFile(source) as archive:
            yield Arrays(archive)
    except BadZipFile as error:
        raise ValueError("it is no NPZ file") from error


def _check(file: IO[bytes]) -> None:
    """Raise ValueError when the header claims more than any scan has."""
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, kind = read(file)
    if kind.hasobject:
        raise ValueError("it holds Python objects")
    values = float(np.prod(np.asarray(shape, np.float64)))  # as a whole number it might wrap around
    if values > MAX_PIXELS or values * kind.itemsize > 8 * MAX_PIXELS:
        raise ValueError(f"it claims an array of {' × '.join(map(str, shape))}")
