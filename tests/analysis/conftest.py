"""The reference study of 134 cases, and the published data sets where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.analysis.ingest.assemble import read_readings
from app.analysis.ingest.predictions import read_predictions
from app.analysis.options import AnalysisOptions
from app.analysis.readings import Predictions, Readings
from app.analysis.study import Analysis, analyse_study

REFERENCE = Path(__file__).parent.parent / "data" / "reference"
CLASSIC = Path(__file__).parents[3] / "shared" / "classic"


@pytest.fixture(scope="session")
def reference() -> Path:
    return REFERENCE


@pytest.fixture(scope="session")
def classic() -> Path:
    if not CLASSIC.is_dir():
        pytest.skip("the published data sets are not at hand")
    return CLASSIC


@pytest.fixture(scope="session")
def readings() -> Callable[[str], Readings]:
    """The reference readings by rating column."""
    cubes = {
        name: read_readings(REFERENCE / "study134_readers.csv", name) for name in ("rating", "confidence")
    }
    return cubes.__getitem__


@pytest.fixture(scope="session")
def predictions(readings: Callable[[str], Readings]) -> Predictions:
    return read_predictions((REFERENCE / "study134_ai.csv",), readings("rating"))


@pytest.fixture(scope="session")
def analysis(readings: Callable[[str], Readings], predictions: Predictions) -> Callable[[str], Analysis]:
    """The whole analysis of the reference study by rating column."""
    done = {
        name: analyse_study(readings(name), predictions, AnalysisOptions(seed=20260101))
        for name in ("rating", "confidence")
    }
    return done.__getitem__
