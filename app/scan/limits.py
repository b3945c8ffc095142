"""How large a scan may be; asked before anything is allocated."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.files import refused

MAX_PIXELS = 2**25
"""rows x columns x frames; a whole-body scan has 2**19, the largest screen captures about 2**24."""

MAX_FILE_BYTES = 2**28

MAX_INFLATED_BYTES = 2**27


def check_dimensions(path: Path, rows: int, columns: int, frames: int = 1, samples: int = 1) -> None:
    """Raise AppError when an image is empty or implausibly large."""
    size = f"{columns} × {rows} pixels" + (f" in {frames} frames" if frames != 1 else "")
    if min(rows, columns, frames, samples) < 1:
        raise AppError(f"{path.name} is empty: {size}.", "Export the scan again from the workstation.")
    if rows * columns * frames * samples > MAX_PIXELS:
        raise AppError(
            f"{path.name} claims {size}, which no whole-body scan has.",
            "The file is damaged or not a bone scan; export it again.",
        )
    if min(rows, columns) < 16:
        raise AppError(f"{path.name} is only {size}.", "Choose the whole-body image, not a preview icon.")


def file_size(path: Path) -> int:
    """Size of a file in bytes; raises AppError when it is absent, a folder, empty or too large."""
    try:
        status = path.stat()
    except OSError as error:
        raise refused(path, error, "Check the path.", "cannot be opened") from error
    if path.is_dir():
        raise AppError(
            f"{path.name} is a folder, not a scan.", "Give the files in it, or add it to the library."
        )
    if not path.is_file():
        raise AppError(f"{path.name} is not a regular file.", "Give a DICOM, TIFF or PNG file.")
    if status.st_size == 0:
        raise AppError(f"{path.name} is empty (0 bytes).", "Copy the file again from its origin.")
    if status.st_size > MAX_FILE_BYTES:
        raise AppError(
            f"{path.name} has {status.st_size / 2**20:.0f} MiB, far more than a whole-body scan.",
            "Export the two whole-body images alone.",
        )
    return status.st_size
