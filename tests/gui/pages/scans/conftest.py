from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.scan.nm_files import nm_dataset, toy_counts, write_nm


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four whole-body objects; the views of `guess` are not named and have to be guessed."""
    folder = tmp_path_factory.mktemp("scans")
    rng = np.random.default_rng(3)
    for name in ("a", "b", "c"):
        write_nm(folder / f"{name}.dcm", *toy_counts(rng))
    anterior, posterior = toy_counts(rng)
    nm_dataset(anterior, posterior, view_codes=(None, None)).save_as(folder / "guess.dcm")
    return folder


@pytest.fixture
def folder(originals: Path, tmp_path: Path) -> Path:
    """The four scans, one of them twice, a text file and a truncated file."""
    target = tmp_path / "scans"
    target.mkdir()
    for file in originals.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    (target / "z_copy.dcm").write_bytes((originals / "a.dcm").read_bytes())
    (target / "letter.dcm").write_text("Dear colleague")
    (target / "short.dcm").write_bytes((originals / "b.dcm").read_bytes()[:5000])
    return target


Wait = Callable[[Callable[[], bool]], None]
