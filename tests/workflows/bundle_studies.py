"""A study of three named patients with AI results, its bundles, and readers who read them offline."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.store.opening import open_study
from app.study.ai_result import AiResult
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.protocol import AiRules, Mode, Protocol
from app.workflows.bundles.make import make_all_bundles, make_bundle
from app.workflows.bundles.open import open_bundle, open_bundle_session
from app.workflows.bundles.scans import Assurance
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.read import OpenedSession
from tests.scan.nm_files import toy_counts, write_nm
from tests.study.helpers import NO, START, YES
from tests.workflows.studies import read_one, write_truth

LOOKED = Assurance(no_burned_in_text=True, codes_name_nobody=True)
PASSPHRASE = "vier kleine runde worte"
PATIENT = "Mustermann^Erika"
PROBABILITIES = {"C1": 0.8127, "C2": 0.2943, "C3": 0.6371}
HYPOTHESIS = "Readers follow the AI where it errs"


def rules(mode: Mode = Mode.SEQUENTIAL, readers: tuple[str, ...] = ("R1", "R2")) -> Protocol:
    """Sequential with one planned wrong and one planned absent AI result."""
    ai = AiRules(model="net", wrong_cases=("C1",), absent_cases=("C2",))
    return replace(
        Protocol("Offline", "OFF"), mode=mode, readers=readers, ai=ai, hypothesis=HYPOTHESIS, washout_days=0
    )


def make_study(folder: Path, protocol: Protocol, cases: int = 3, **more: object) -> Path:
    """A study of named patients with truth and AI results; `more` are further ingredients."""
    scans = folder / "scans"
    scans.mkdir(parents=True)
    for number in range(1, cases + 1):
        counts = toy_counts(np.random.default_rng(number))
        write_nm(
            scans / f"C{number}.dcm",
            *counts,
            PatientID=f"KLINIK{number}",
            PatientName=PATIENT,
            PatientBirthDate="19480321",
        )
    truth = write_truth(folder / "truth.csv", cases)
    made = new_study(folder / "study", scans, Ingredients(protocol, truth=truth, **more))  # type: ignore[arg-type]
    heat = np.linspace(0, 1, 1024 * 256, dtype=np.float32).reshape(1024, 256)
    study = open_study(made.path)
    results = {
        case: (
            AiResult(
                ModelIdentity("net", "1.0", "simulated scans", "f" * 64),
                p,
                0.5,
                "Grad-CAM",
                {ViewName.ANTERIOR: heat},
            ),
            {},
        )
        for case, p in PROBABILITIES.items()
    }
    study.ai.keep(results)
    study.close()
    return made.path


def make_bundles(folder: Path) -> Path:
    """The folder with a study and its bundles, that of R1 once more behind the passphrase."""
    study = make_study(folder, rules())
    make_all_bundles(study, folder, assurance=LOOKED)
    make_bundle(study, "R1", folder / "locked.scintiread", passphrase=PASSPHRASE, assurance=LOOKED)
    return folder


def sit(
    bundle: Path, home: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str | None = None
) -> tuple[OpenedSession, SimulatedClock]:
    """Sit down at a bundle on the computer whose user has this home."""
    monkeypatch.setenv("SCINTIREAD_HOME", str(home))
    clock = SimulatedClock(START)
    return open_bundle_session(open_bundle(bundle, passphrase=passphrase), clock=clock), clock


def read(
    bundle: Path, home: Path, monkeypatch: pytest.MonkeyPatch, count: int = 3, answer: Answer = YES
) -> Path:
    """Read so many cases offline and leave; gives the file of results."""
    session, clock = sit(bundle, home, monkeypatch)
    for _ in range(count):
        read_one(session, clock, answer)
    session.close()
    return bundle.with_suffix(".scintiread-results")


def copy_of(bundle: Path, folder: Path) -> Path:
    """The same bundle, sent to another computer without any answers."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(bundle, folder / bundle.name))


__all__ = [
    "LOOKED",
    "NO",
    "PASSPHRASE",
    "PATIENT",
    "PROBABILITIES",
    "YES",
    "copy_of",
    "make_bundles",
    "make_study",
    "read",
    "rules",
    "sit",
]
