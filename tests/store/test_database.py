"""Databases that are damaged, foreign, full, closed or of another time."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from app.errors import AppError
from app.store.backup import KEPT, keep_backup
from app.store.database import Database
from app.store.migrations import MIGRATIONS, NEWEST, migrate
from app.store.opening import open_study
from app.store.tables import METADATA
from app.study.clock import SimulatedClock
from app.workflows.study.verify import study_verify
from tests.patience import PATIENCE_S
from tests.store.studies import make_study, read_cases, sit
from tests.study.helpers import DISPLAY, START, YES


def test_the_migrations_end_in_the_tables_that_the_program_uses(tmp_path: Path) -> None:
    def shape(url: str) -> dict[str, object]:
        engine = create_engine(url)
        looked = inspect(engine)
        found: dict[str, object] = {}
        for table in looked.get_table_names():
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in looked.get_columns(table)]
            indexes = sorted((str(i["name"]), i["column_names"]) for i in looked.get_indexes(table))
            unique = sorted(str(u["column_names"]) for u in looked.get_unique_constraints(table))
            found[table] = (columns, indexes, unique, looked.get_pk_constraint(table)["constrained_columns"])
        engine.dispose()
        return found

    migrated, direct = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
    database = Database(migrated)
    migrate(database)
    migrate(database)
    database.close()
    engine = create_engine(direct)
    METADATA.create_all(engine)
    engine.dispose()
    assert shape(migrated) == shape(direct)
    assert [number for number, _ in MIGRATIONS] == list(range(1, NEWEST + 1))


def test_a_database_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    with closing(sqlite3.connect(path / "study.db")) as connection:
        connection.execute("INSERT INTO schema_version VALUES (?, '2099')", (NEWEST + 1,))
        connection.commit()
    with pytest.raises(AppError, match="newer program"):
        open_study(path)


@pytest.mark.parametrize("damage", ["text", "zeros", "half", "empty header"])
def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, damage: str) -> None:
    path = make_study(tmp_path / "study", count=200)
    read_cases(path, 3)
    file = path / "study.db"
    whole = file.read_bytes()
    bad = {
        "text": b"this is no database\n" * 50,
        "zeros": whole[:100] + b"\0" * (len(whole) - 100),
        "half": whole[: len(whole) // 2],
        "empty header": b"\0" * 100 + whole[100:],
    }[damage]
    file.write_bytes(bad)
    with pytest.raises(AppError, match=r"study\.db") as caught:
        study_verify(path)
    assert "backup" in caught.value.hint
    assert file.read_bytes() == bad


def test_the_newest_backup_takes_the_place_of_a_damaged_database(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    read_cases(path, 3)
    opened = open_study(path)
    opened.back_up()
    opened.close()
    (path / "study.db").write_bytes(b"damaged")
    shutil.copyfile(sorted((path / "backup").iterdir())[-1], path / "study.db")
    found = study_verify(path)
    assert found.ok
    assert found.chains[0].readings == 3


def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    made = [keep_backup(path / "study.db", path / "backup") for _ in range(KEPT + 2)]
    assert sorted((path / "backup").iterdir()) == made[-KEPT:]


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    (path / "study.db").unlink()
    with pytest.raises(AppError, match=r"study\.db is missing"):
        open_study(path)


def test_a_folder_that_is_no_study_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="is not a study"):
        open_study(tmp_path)


def test_a_full_disk_loses_nothing_and_the_answer_can_be_given_again(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    study = open_study(path)
    session = sit(study, SimulatedClock(START))
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    session.tick()
    with study.database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    long_answer = type(YES)(call=True, rating=80, comment="x" * 100_000)
    with pytest.raises(AppError, match="disk is full"):
        session.submit(long_answer, DISPLAY)
    assert session.snapshot.done == 0
    with study.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    session.submit(long_answer, DISPLAY)
    assert session.snapshot.done == 1
    study.close()
    assert study_verify(path).ok


FULL = """
import resource, signal, sys
from pathlib import Path
from app.errors import AppError
from app.study.clock import SimulatedClock
from app.store.opening import open_study
from tests.store.studies import sit
from tests.study.helpers import DISPLAY, START, YES
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
study = open_study(Path(sys.argv[1]))
session = sit(study, SimulatedClock(START))
largest = max(file.stat().st_size for file in Path(sys.argv[1]).iterdir() if file.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 20_000, resource.RLIM_INFINITY))
saved = 0
try:
    while session.open_next():
        session.displayed(DISPLAY, {}, 0.1)
        session.submit(YES, DISPLAY)
        saved += 1
except AppError as error:
    print("refused", saved, error.message)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    session.submit(YES, DISPLAY)
    print("saved", saved + 1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are a Unix thing")
def test_when_the_system_refuses_to_write_everything_acknowledged_is_kept(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study", count=60)
    child = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    refused, saved = child.stdout.splitlines()
    before = int(refused.split()[1])
    assert "study.db" in refused
    assert saved == f"saved {before + 1}"
    found = study_verify(path)
    assert found.ok
    assert found.chains[0].readings == before + 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to become another user")
def test_a_read_only_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path, another = make_study(tmp_path / "study"), make_study(tmp_path / "another")
    for folder in (*tmp_path.parents, tmp_path):
        if folder.stat().st_uid == os.geteuid() and "pytest" in str(folder):
            folder.chmod(0o755)
    script = (
        "import os, sys; from pathlib import Path; from app.errors import AppError\n"
        "from app.workflows.study.read import open_session\n"
        "open_session(Path(sys.argv[2]), 'R1').close()  # all is imported before the rights are gone\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: open_session(Path(sys.argv[1]), 'R1')\n"
        "except AppError as error: print(error)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, str(path), str(another)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    assert "cannot be written" in child.stdout
    assert "permission" in child.stdout


def test_a_password_in_a_url_never_shows(tmp_path: Path) -> None:
    database = Database("sqlite:///" + str(tmp_path / "x.db"))
    assert database.name == "x.db"
    database.close()
    pytest.importorskip("psycopg")
    server = Database("postgresql+psycopg://app:secret@127.0.0.1:1/none?connect_timeout=1")
    with pytest.raises(AppError) as caught, server.reading() as connection:
        connection.execute(text("SELECT 1"))
    server.close()
    assert "secret" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="a name there has no question mark")
def test_a_folder_may_be_called_as_it_likes(tmp_path: Path) -> None:
    folder = tmp_path / "ill? or not & 100 %20 #1"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'x.db'}")
    assert database.name == "x.db"
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (word TEXT)")
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert (folder / "x.db").stat().st_size


def test_a_long_path_of_windows_is_a_file_too() -> None:
    assert Database("sqlite:///\\\\?\\UNC\\server\\share\\x.db").name.endswith("x.db")


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can take away what is open there")
def test_a_file_that_was_taken_away_while_open_is_never_written_to(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = Database(f"sqlite:///{path}")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (word TEXT)")
    path.rename(tmp_path / "away.db")
    with pytest.raises(AppError, match="not where it was"), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('lost')")
    (tmp_path / "away.db").rename(path)
    for _ in range(2):  # the same file again: the very next try works
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO kept VALUES ('there')")
    with database.reading() as connection:
        words = connection.exec_driver_sql("SELECT word FROM kept").scalars().all()
    assert words == ["there", "there"]
    database.close()


def test_a_file_that_was_replaced_while_open_is_told_and_then_used(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = Database(f"sqlite:///{path}")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (word TEXT)")
    database.close()
    (tmp_path / "restored.db").write_bytes(path.read_bytes())
    (tmp_path / "restored.db").replace(path)
    with pytest.raises(AppError, match="not where it was"), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('no')")
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('yes')")
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT word FROM kept").scalars().all() == ["yes"]
    database.close()
