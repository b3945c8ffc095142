"""Each operation of the page as the command that does the same, for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.gui.command_text import as_typed
from app.gui.pages.study.bundle_wish import BundleWish
from app.gui.pages.study.draft import ProtocolDraft
from app.gui.pages.study.life_wish import SUBJECT, LifeAct, LifeWish


def new(draft: ProtocolDraft) -> str:
    """`scintiread study new`; what is not chosen yet stands as a capital word."""
    words = ["scintiread", "study", "new", draft.folder or "STUDY"]
    for folder in draft.scans or ("SCANS",):
        words += ["--scans", folder]
    given = (
        ("--truth", draft.truth),
        ("--labels", draft.labels),
        ("--clinical", draft.clinical),
        ("--priors", draft.priors),
        ("--series", draft.series),
    )
    for option, path in given:
        words += [option, path] if path else []
    words += ["--protocol", "protocol.toml"]
    words += ["--second-copy", draft.second_copy] if draft.second_copy else []
    options = (
        ("--copy", draft.copy),
        ("--no-burned-in-text", draft.copy and draft.no_burned_in_text),
        ("--pseudonyms", draft.pseudonyms),
    )
    return as_typed([*words, *(option for option, on in options if on)])


def add(study: Path | None, scans: Sequence[str], readers: Sequence[str]) -> str:
    """`scintiread study add`."""
    words = ["scintiread", "study", "add", str(study or "STUDY")]
    for folder in scans:
        words += ["--scans", folder]
    return as_typed([*words, "--readers", ",".join(readers)] if readers else words)


def rehearse(study: Path | None, into: str) -> str:
    """`scintiread study rehearse`."""
    return as_typed(["scintiread", "study", "rehearse", str(study or "STUDY"), "--into", into or "DIR"])


def on_study(verb: str, study: Path | None) -> str:
    """`scintiread study check`, `status` or `verify`."""
    return as_typed(["scintiread", "study", verb, str(study or "STUDY")])


def read(study: Path | None, reader: str) -> str:
    """`scintiread study read`."""
    return as_typed(["scintiread", "study", "read", str(study or "STUDY"), "--reader", reader or "CODE"])


def export(study: Path | None, out: str, formats: Sequence[str]) -> str:
    """`scintiread study export`."""
    words = ["scintiread", "study", "export", str(study or "STUDY"), "--out", out or "DIR"]
    return as_typed([*words, "--formats", ",".join(formats)] if formats else words)


def ai(study: Path | None, model: str) -> str:
    """`scintiread study ai`; the default model needs no name."""
    words = ["scintiread", "study", "ai", str(study or "STUDY"), "--model"]
    return as_typed([*words, model] if model else words)


def bundle(study: Path | None, wish: BundleWish) -> str:
    """`scintiread study bundle`; a passphrase never stands in a command."""
    words = ["scintiread", "study", "bundle", str(study or "STUDY")]
    if wish.reader:
        words += ["--reader", wish.reader, "--out", f"{wish.folder or 'DIR'}/{wish.reader}.scintiread"]
    else:
        words += ["--all", wish.folder or "DIR"]
    words += ["--passphrase-file", "FILE"] if wish.passphrase else []
    words += ["--no-burned-in-text"] if wish.no_burned_in_text else []
    return as_typed([*words, "--codes-name-nobody"] if wish.codes_name_nobody else words)


def life(study: Path | None, wish: LifeWish) -> str:
    """`scintiread study withdraw`, `exclude`, `truth` or `amend`."""
    subject = wish.subject or "CODE"
    if SUBJECT.get(wish.act) == "Reader":
        words = ["withdraw", str(study or "STUDY"), "--reader", subject]
        words += ["--replace-by", wish.value] if wish.value else []
    elif wish.act is LifeAct.CORRECT:
        words = ["truth", str(study or "STUDY"), "--case", subject, "--is", wish.value or "1"]
    elif wish.act is LifeAct.AMEND:
        field = wish.subject or "FIELD"
        words = ["amend", str(study or "STUDY"), "--field", field, "--to", wish.value or "TEXT"]
    elif wish.act is LifeAct.RECORD:
        words = ["truth", str(study or "STUDY"), "--record"]
    else:
        words = ["exclude", str(study or "STUDY"), "--case", subject]
    words += ["--by", wish.by or "NAME", "--reason", wish.reason or "TEXT"]
    undo = ["--undo"] if wish.act in (LifeAct.REINSTATE, LifeAct.READMIT) else []
    return as_typed(["scintiread", "study", *words, *undo])


def merge(study: Path | None) -> str:
    """`scintiread study merge`."""
    return as_typed(["scintiread", "study", "merge", str(study or "STUDY"), "FILE"])
