"""What the page says about progress, findings and chains, in plain words without an answer in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.study.life import StudyLife
from app.study.pace import Deviation, Presentation
from app.study.status import ReaderProgress
from app.wording import counted


def day(moment: datetime) -> str:
    """A date as people write it, in local time."""
    return f"{moment.astimezone():%d %B %Y}".lstrip("0")


def reader_words(reader: ReaderProgress, now: datetime) -> str:
    """What is worth knowing of one reader."""
    parts = []
    end = reader.finish(now)
    if reader.withdrawn:
        parts.append("withdrawn")
    elif reader.total and reader.left == 0:
        parts.append(f"finished {day(end)}" if end else "finished")
    elif reader.done == 0:
        parts.append("not begun")
    elif end is not None:
        parts.append(f"done about {day(end)}")
    if reader.mean_seconds is not None:
        parts.append(f"{reader.mean_seconds:.0f} s per case")
    if reader.left and reader.hours_left is not None:
        parts.append(f"{_hours(reader.hours_left)} left")
    parts += [
        counted(number, one, several)
        for number, one, several in (
            (reader.skipped, "skipped", "skipped"),
            (reader.technical, "technical problem", "technical problems"),
            (reader.deviations, "deviation", "deviations"),
        )
        if number
    ]
    return " · ".join(parts)


def _hours(hours: float) -> str:
    """Minutes below an hour: "0.0 h" would say that nothing is left."""
    return f"{hours:.1f} h" if hours >= 0.95 else f"{max(1, round(60 * hours))} min"


def presentation_words(reader: str, order: int, item: Presentation) -> str:
    """One point of the plot of the pace."""
    pauses = f" · {counted(item.pauses, 'pause')}" if item.pauses else ""
    return f"{reader} · read as number {order:,} (place {item.position:,}) · {item.seconds:.1f} s{pauses}"


def deviation_rows(deviations: Sequence[Deviation]) -> list[tuple[str, str, str, str]]:
    """Reader, place in the list, when in local time, and what."""
    return [
        (
            each.reader,
            f"{each.position:,}" if each.position else "whole sitting",
            f"{each.at.astimezone():%Y-%m-%d %H:%M}",
            each.text,
        )
        for each in deviations
    ]


def life_rows(life: StudyLife) -> list[tuple[str, str, str, str]]:
    """When in local time, by whom, what, and why."""
    return [(f"{one.at.astimezone():%Y-%m-%d %H:%M}", one.by, one.what, one.reason) for one in life.records]


def study_words(readers: Sequence[ReaderProgress], finish: datetime | None) -> str:
    """How the whole study stands."""
    done, total = sum(reader.done for reader in readers), sum(reader.total for reader in readers)
    if total == 0:
        return "Nothing is assigned yet."
    share = f"{done:,} of {total:,} presentations read ({percent(readers)})."
    deviations = sum(reader.deviations for reader in readers)
    log = f" {counted(deviations, 'deviation')} logged." if deviations else " No deviation logged."
    if done == total:
        return f"{share} The study is complete.{log}"
    if done == 0:
        return f"{share} Nobody has begun: choose a reader below to start reading.{log}"
    if finish is None:
        return f"{share} A finishing date can be foretold once every reader has read for a day.{log}"
    return f"{share} At this pace the study is complete about {day(finish)}.{log}"


def percent(readers: Sequence[ReaderProgress]) -> str:
    """How much is read; 100 % only when nothing is left."""
    done, total = sum(reader.done for reader in readers), sum(reader.total for reader in readers)
    return f"{done * 100 // total} %" if total else ""


def verdict_words(ok: bool, problems: Sequence[str], unchecked: Sequence[str], readers: int) -> str:
    """What the verification says of the whole study."""
    if unchecked and not problems:
        return " ".join(["Not everything could be checked.", *unchecked])
    if ok and readers == 0:
        return "Nobody has read yet, so there is nothing to verify."
    if ok:
        return f"Verified: every reading of {counted(readers, 'reader')} is as it was written."
    return " ".join(["Not as it was written.", *problems])
