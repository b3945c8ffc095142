"""A PACS for the tests: Orthanc, started once and emptied before each test that uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.pacs import servers
from tests.scan.nm_files import nm_dataset

WriteScans = Callable[..., Path]


@pytest.fixture(scope="session")
def running_orthanc() -> Iterator[servers.Orthanc]:
    if servers.ORTHANC is None or servers.DICOMWEB is None:
        pytest.skip("needs Orthanc with its DICOMweb plugin (Debian: orthanc orthanc-dicomweb)")
    with servers.orthanc() as started:
        yield started


@pytest.fixture
def orthanc(running_orthanc: servers.Orthanc) -> servers.Orthanc:
    running_orthanc.clear()
    return running_orthanc


@pytest.fixture
def write_scans(tmp_path: Path) -> WriteScans:
    """Writes so many small whole-body scans, one study each, into a folder."""

    def write(count: int, folder: str = "scans", **tags: object) -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        for number in range(count):
            counts = np.full((32, 32), number + 1.0)
            words: dict[str, object] = {
                "PatientID": f"ID{number}",
                "PatientName": f"MUSTER^NR{number}",
                "StudyDate": f"2026{1 + number // 28 % 12:02d}{1 + number % 28:02d}",
                "BurnedInAnnotation": "NO",
            }
            scan = nm_dataset(
                counts, counts, **{key: value for key, value in (words | tags).items() if value is not None}
            )
            scan.save_as(place / f"{number:04d}.dcm", enforce_file_format=True)
        return place

    return write
