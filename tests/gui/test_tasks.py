from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.gui.tasks import Tasks
from app.progress import Progress, check_cancelled


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    assert tasks.close()


def test_the_result_arrives_on_the_thread_of_the_window_after_run_has_returned(
    tasks: Tasks, qtbot: QtBot
) -> None:
    threads: list[threading.Thread] = []
    results: list[int] = []

    def work(_progress: Progress) -> int:
        threads.append(threading.current_thread())
        return 42

    def done(result: int) -> None:
        threads.append(threading.current_thread())
        results.append(result)

    tasks.run(work, done)
    assert results == []
    qtbot.waitUntil(lambda: results == [42])
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_an_error_for_the_user_reaches_failed(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[AppError] = []

    def work(_progress: Progress) -> None:
        raise AppError("The disk is full.", "Free some space.")

    tasks.run(work, lambda _: pytest.fail("it is not done"), heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert (heard[0].message, heard[0].hint) == ("The disk is full.", "Free some space.")


def test_an_error_that_nobody_handles_is_announced(tasks: Tasks, qtbot: QtBot) -> None:
    def work(_progress: Progress) -> None:
        raise AppError("The share is gone.")

    with qtbot.waitSignal(tasks.failed_unheard) as heard:
        tasks.run(work, lambda _: None)
    assert heard.args[0].message == "The share is gone."


def test_an_unexpected_error_is_logged_and_told_without_its_words(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[AppError] = []

    def work(_progress: Progress) -> None:
        raise ZeroDivisionError("secret")

    with caplog.at_level(logging.ERROR, "app"):
        tasks.run(work, lambda _: None, heard.append, title="Counting")
        qtbot.waitUntil(lambda: bool(heard))
    assert "Counting" in heard[0].message
    assert "secret" not in str(heard[0])
    assert caplog.records[0].exc_info is not None


def test_work_that_is_cancelled_ends_as_cancelled_and_nothing_else(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[str] = []
    begun = threading.Event()

    def work(progress: Progress) -> None:
        begun.set()
        while True:
            check_cancelled(progress)

    task = tasks.run(
        work,
        lambda _: heard.append("done"),
        lambda _: heard.append("failed"),
        cancelled=lambda: heard.append("cancelled"),
    )
    assert begun.wait(10)
    task.cancel()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["cancelled"]
    assert tasks.running == frozenset()


def test_progress_arrives_in_order_and_never_after_the_end(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[object] = []

    def work(progress: Progress) -> None:
        for step in range(1000):
            progress.report(step / 1000, "working")
        progress.report(1.0, "ready")

    tasks.run(work, lambda _: heard.append("done"), progressed=lambda fraction, words: heard.append(fraction))
    qtbot.waitUntil(lambda: "done" in heard)
    fractions = heard[: heard.index("done")]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) < 200
    assert heard[-1] == "done"


def test_nothing_arrives_for_an_owner_that_is_gone(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[int] = []
    release = threading.Event()
    owner = QObject()

    def work(_progress: Progress) -> int:
        release.wait(10)
        return 1

    tasks.run(work, heard.append, owner=owner)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, 52)  # deferred delete
    release.set()
    qtbot.waitUntil(lambda: not tasks.running)
    assert heard == []


def test_closing_stops_what_runs_drops_what_waits_and_delivers_nothing_more(qtbot: QtBot) -> None:
    tasks = Tasks()
    heard: list[object] = []
    stopped: list[bool] = []

    def work(progress: Progress) -> None:
        while not progress.cancelled:
            pass
        stopped.append(True)

    for _ in range(20):
        tasks.run(work, heard.append, heard.append)
    qtbot.waitUntil(lambda: len(tasks.running) == 20)
    assert tasks.close()
    qtbot.wait(20)
    assert heard == []
    assert 0 <= len(stopped) < 20


def test_hundreds_of_tasks_all_arrive_once(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[int] = []
    for number in range(500):
        tasks.run(lambda _, number=number: number, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 500)
    assert sorted(heard) == list(range(500))
