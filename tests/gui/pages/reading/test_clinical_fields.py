"""What is known of the patient: from the start or with the second answer, on record and exported."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.analysis.options import AnalysisOptions
from app.errors import AppError
from app.store.opening import open_study
from app.study.aside_rules import AsideRules
from app.study.protocol import AiRules, Arm, Mode, Protocol
from app.study.protocol_file import parse_protocol
from app.subgroup import subgroup
from app.workflows.analysis.analyse import compute
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.rehearsal.readers import rehearse_copy
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.protocol import set_protocol
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import freeze, protocol
from tests.store.studies import readings

START = ("age | Age | years", "sex | Sex")
FIELDS = AsideRules(fields=(*START, "psa | PSA | ng/ml | after"))
TABLE = "case,Age,sex,PSA,ward\n" + "".join(f"scan{n:03d},{60 + n},m,{n}.5,7\n" for n in range(6))


@pytest.fixture
def made(tmp_path: Path, scans: Path) -> Callable[..., Path]:
    def make(rules: Protocol, *, begun: bool = True) -> Path:
        clinical, truth = tmp_path / "clinical.csv", tmp_path / "truth.csv"
        clinical.write_text(TABLE, encoding="utf-8")
        truth.write_text(
            "case,truth\n" + "".join(f"scan{n:03d},{n % 2}\n" for n in range(6)), encoding="utf-8"
        )
        made = new_study(tmp_path / "study", scans, Ingredients(rules, truth, clinical))
        assert made.notes == ()
        if begun:
            freeze(made.path)
        return made.path

    return make


def test_a_second_answer_comes_with_what_was_not_known_at_the_first_and_needs_no_ai(
    made: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = made(protocol(mode=Mode.SEQUENTIAL, beside=FIELDS))
    assert study_check(folder).ok, "nothing of an AI is missing where none is shown"
    person = sit(folder)
    person.start()
    number = int(person.session.snapshot.assignment.case.removeprefix("scan"))
    assert person.panel.clinical.text() == f"Age {60 + number} years   ·   Sex m"
    assert "PSA" not in person.panel.later.text.text() and not person.panel.later.isVisible()
    assert "see more" in person.panel.submit.text()
    person.answer("n", "1")
    person.submit()
    person.wait(lambda: person.session.arm is Arm.AIDED and person.panel.submit.isEnabled())
    assert person.panel.later.isVisible() and not person.panel.ai.isVisible()
    assert person.panel.later.text.text() == f"PSA {number}.5 ng/ml"
    person.type("y9")
    person.submit()
    person.wait_for_case()
    assert not person.panel.later.isVisible()
    person.leave()
    first, second = readings(folder)
    assert (first.answer.call, second.answer.call) == (False, True)
    assert set(first.display.seen) == {"clinical"}
    assert set(second.display.seen) == {"clinical", "clinical_later"}
    assert second.display.seen["clinical_later"] == pytest.approx(second.times.active_seconds)
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8") as file:
        row = next(csv.DictReader(file))
    assert (row["field_age"], row["field_psa"]) == (str(60 + number), f"{number}.5")
    assert "field_ward" not in row, "only what the protocol shows"
    assert float(row["seen_clinical_seconds"]) > 0 and row["seen_clinical_later_seconds"] == ""


def test_the_protocol_decides_what_is_shown_until_the_freeze_and_the_freeze_covers_it(
    made: Callable[..., Path],
) -> None:
    folder = made(protocol(), begun=False)
    before = set_protocol(folder, protocol(beside=AsideRules(("ward | Ward",))))
    opened = open_study(folder)
    assert [case.beside.fields for case in opened.studies.cases()] == [{"ward": "7"}] * 6
    opened.close()
    assert set_protocol(folder, protocol(beside=AsideRules(START))).sha256 != before.sha256
    with pytest.raises(AppError, match="sequential"):
        set_protocol(folder, protocol(beside=FIELDS))
    freeze(folder)
    opened = open_study(folder)
    with opened.database.writing() as connection:
        connection.exec_driver_sql(
            'UPDATE cases SET beside = \'{"fields": {"age": "20"}}\' WHERE code = \'scan000\''
        )
    opened.close()
    assert not study_verify(folder).ok


def test_facts_with_an_ai_come_with_it_and_simulated_readers_and_subgroups_know_them(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    rules = protocol(beside=AsideRules(START), readers=("R1", "R2"))
    folder = made(rules)
    assert replace(rules, mode=Mode.SEQUENTIAL, beside=FIELDS, ai=AiRules(model="net")).reveals_ai
    rehearsed = rehearse_copy(folder, tmp_path / "copy").path
    assert all(set(one.display.seen) == {"clinical"} for one in readings(rehearsed))
    request = AnalysisRequest(
        rehearsed, options=AnalysisOptions(bootstrap=10, subgroups=(subgroup("cases: age > 62"),))
    )
    assert compute(request)


def test_a_line_that_is_no_field_is_said_with_what_it_may_be() -> None:
    text = 'title = "T"\ncode = "T"\n[beside]\nfields = ["PSA ng/ml"]\n'
    with pytest.raises(AppError, match=r"write: psa \| PSA \| ng/ml"):
        parse_protocol(text)


def test_fields_stay_where_the_window_is_small(made: Callable[..., Path], sit: Sit) -> None:
    person = sit(made(protocol(beside=AsideRules(START))), size=(1366, 768))
    person.start()
    assert person.panel.clinical.isVisible() and person.canvas.width() >= 0.69 * person.window.width() - 80
    person.key(Qt.Key.Key_Y)
    assert person.panel.call.yes.isChecked()
