"""A frozen protocol is amended where it does no harm, on record; readings stay under their own version."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import run
from app.errors import AppError
from app.store.opening import open_study
from app.study.amendable import AMENDABLE
from app.study.case import frozen_sha256
from app.study.clock import SimulatedClock
from app.study.protocol import Scale
from app.study.protocol_fields import FIELDS
from app.study.protocol_file import protocol_text, read_protocol
from app.study.reader_texts import ReaderTexts, TextKind
from app.workflows.study.amend import amend_field, amend_protocol
from app.workflows.study.protocol import study_facts
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.study.helpers import START, YES, protocol
from tests.workflows.studies import make_study, read_one

BY = ("A. Coordinator", "readers asked what counts as an artefact")
TEXTS = ReaderTexts(instructions="Read every case.")


def begun(folder: Path) -> Path:
    study = make_study(folder, protocol(texts=TEXTS), count=3).path
    clock = SimulatedClock(START)
    sitting = open_session(study, "R1", clock=clock)
    sitting.confirm(TextKind.INSTRUCTIONS)
    read_one(sitting, clock, YES)
    sitting.close()
    return study


def test_amended_instructions_are_a_new_version_that_is_confirmed_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = begun(tmp_path)
    before = study_facts(study)
    words = ["study", "amend", str(study), "--field", "texts.instructions", "--to", "A pen is an artefact."]
    assert run([*words, "--by", BY[0], "--reason", BY[1]]) == 0
    assert "amended to version 2: texts.instructions" in capsys.readouterr().out
    after = study_facts(study)
    assert (after.protocol.version, after.sha256 != before.sha256) == (2, True)
    assert read_protocol(study / "protocol.toml") == after.protocol
    clock = SimulatedClock(START)
    sitting = open_session(study, "R1", clock=clock)
    assert sitting.texts() == (TextKind.INSTRUCTIONS,)
    read_one(sitting, clock, YES)
    sitting.close()
    opened = open_study(study)
    who = [reading.identity for reading in opened.readings.all("R1")]
    assert [(one.protocol_version, one.protocol_sha256) for one in who] == [
        (1, before.sha256),
        (2, after.sha256),
    ]
    opened.close()
    assert study_verify(study).ok


def test_what_decides_what_was_read_is_refused_with_a_sentence(tmp_path: Path) -> None:
    study = begun(tmp_path)
    kept = study_facts(study).protocol
    for wanted, named in (
        (replace(kept, seed=2), "seed"),
        (replace(kept, readers=("R1", "R2")), "readers"),
        (replace(kept, answer=replace(kept.answer, scale=Scale.FIVE)), "answer.scale"),
        (replace(kept, analysis=replace(kept.analysis, alpha=0.1)), "analysis.alpha"),
    ):
        with pytest.raises(AppError, match=f"{named} never changes"):
            amend_protocol(study, wanted, *BY)
    file = tmp_path / "wanted.toml"
    file.write_text(protocol_text(replace(kept, title="Better", mode="crossover")), encoding="utf-8")  # type: ignore[arg-type]
    assert run(["study", "amend", str(study), "--protocol", str(file), "--by", "B", "--reason", "x"]) == 2
    with pytest.raises(AppError, match="says so already"):
        amend_protocol(study, kept, *BY)
    with pytest.raises(AppError, match="no day"):
        amend_field(study, "deadline", "soon", *BY)
    with pytest.raises(AppError, match="never changes"):
        amend_field(study, "washout_days", "1", *BY)
    assert study_facts(study).protocol == kept
    assert study_verify(study).ok
    assert set(AMENDABLE) <= {field.path for field in FIELDS}


def test_before_the_freeze_there_is_nothing_to_amend(tmp_path: Path) -> None:
    study = make_study(tmp_path).path
    with pytest.raises(AppError, match="Nobody has opened"):
        amend_field(study, "contact", "B", *BY)


def test_a_version_that_no_record_tells_of_is_found(tmp_path: Path) -> None:
    study = begun(tmp_path)
    amend_field(study, "contact", "office", *BY)
    opened = open_study(study)
    after = replace(opened.studies.current().protocol, version=3, contact="elsewhere")
    opened.studies.extend(after, (), ())
    opened.close()
    (study / "protocol.toml").write_text(protocol_text(after), encoding="utf-8")
    assert study_verify(study).problems == ("Version 3 of the protocol changed contact without a record.",)


def test_studies_of_before_keep_their_hash_while_contact_and_deadline_are_empty(tmp_path: Path) -> None:
    study = make_study(tmp_path).path
    with closing(sqlite3.connect(study / "study.db")) as connection:
        ((body, sha256),) = connection.execute("SELECT body, sha256 FROM protocols").fetchall()
    assert {"contact", "deadline"} <= set(json.loads(body))
    opened = open_study(study)
    version, cases = opened.studies.current(), opened.studies.cases()
    assert frozen_sha256(replace(version.protocol, contact="office"), cases) != sha256
    assert frozen_sha256(version.protocol, cases) == sha256
    opened.close()
