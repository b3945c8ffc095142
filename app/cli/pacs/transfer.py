"""`scintiread pacs find|fetch|send`: scans out of a PACS, results back into it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.cli.terminal import TerminalProgress
from app.errors import AppError
from app.pacs.query import FoundStudy, Query
from app.pacs.search import NOT_WHOLE_BODY, Found
from app.scan.deidentify_elements import DeidentifyOptions
from app.workflows.pacs.fetch import Fetching, fetch_found, fetch_from_pacs
from app.workflows.pacs.find import find_on_pacs
from app.workflows.pacs.nodes import node_named, settings_file
from app.workflows.pacs.send import send_to_pacs
from app.workflows.pacs.study import check_study, folder_beside, put_into_study


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    find = verbs.add_parser("find", help="list studies of a PACS; shows names, as its own work list does")
    find.add_argument("node", metavar="NODE", help="the name under which it is entered")
    _configure_query(find)
    find.set_defaults(run=_find)

    fetch = verbs.add_parser("fetch", help="copy studies of a PACS into a folder or a study")
    fetch.add_argument("node", metavar="NODE", help="the name under which it is entered")
    fetch.add_argument("uids", nargs="*", metavar="UID", help="Study Instance UIDs; without, a query decides")
    fetch.add_argument("--to", type=Path, metavar="DIR", help="folder for the files")
    fetch.add_argument("--study", type=Path, help="reader study to which the scans are added")
    fetch.add_argument("--series", default="", metavar="UID", help="only this series of the one study")
    fetch.add_argument("--instance", default="", metavar="UID", help="only this instance of the one study")
    _configure_query(fetch)
    _configure_deidentification(fetch)
    fetch.set_defaults(run=_fetch)

    send = verbs.add_parser("send", help="store DICOM files (scans, SEG, SR, PDF) in a PACS")
    send.add_argument("node", metavar="NODE", help="the name under which it is entered")
    send.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files, or folders of files")
    send.set_defaults(run=_send)


def _configure_query(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("query").add_argument
    add("--patient-id", default="", help="with * and ? for any signs")
    add("--name", default="", help="patient's name, such as 'MUSTER*'")
    add("--accession", default="", help="accession number")
    add("--description", default="", help="study description, such as '*BONE*'")
    add("--from", dest="date_from", default="", metavar="DATE", help="first study date, 2026-03-31")
    add("--until", dest="date_to", default="", metavar="DATE", help="last study date")
    add("--modality", default="NM", help="default: NM; an empty one asks for all")
    add("--all", action="store_true", help="also series that are not whole-body, of any modality")


def _configure_deidentification(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("de-identification on arrival").add_argument
    add("--deidentify", action="store_true", help="keep copies without identity only")
    add("--key", type=Path, help="key file that leads back to the patients (default: DIR-key.json)")
    add("--no-burned-in-text", action="store_true", help="I know: no text stands in the images")
    add("--remove-dates", action="store_true", help="leave dates out instead of shifting them")
    add("--keep-characteristics", action="store_true", help="keep age, sex, size and weight")
    add("--keep-descriptions", action="store_true", help="keep the harmless words of the descriptions")


def _query(chosen: argparse.Namespace) -> Query:
    return Query(
        patient_id=chosen.patient_id,
        patient_name=chosen.name,
        accession=chosen.accession,
        description=chosen.description,
        date_from=chosen.date_from,
        date_to=chosen.date_to,
        modality="" if chosen.all else chosen.modality,
        whole_body=not chosen.all,
    )


def _options(chosen: argparse.Namespace) -> DeidentifyOptions | None:
    if not chosen.deidentify:
        return None
    return DeidentifyOptions(
        no_burned_in_text=chosen.no_burned_in_text,
        dates=not chosen.remove_dates,
        characteristics=chosen.keep_characteristics,
        descriptions=chosen.keep_descriptions,
    )


def _find(chosen: argparse.Namespace) -> int:
    node = node_named(settings_file().current, chosen.node)
    with TerminalProgress() as progress:
        found = find_on_pacs(node, _query(chosen), progress)
    for study in found.studies:
        print("\t".join(_line(study)))
    print(_found_words(found), file=sys.stderr)
    return 0 if found.studies else 1


def _found_words(found: Found) -> str:
    more = " --all lists scans that are not called so, too." if NOT_WHOLE_BODY in dict(found.left_out) else ""
    return found.words + more


def _line(study: FoundStudy) -> Sequence[str]:
    images = sum(len(series.instances) for series in study.series) or study.images or 0
    return (study.uid, study.date, study.patient_id, study.patient_name, study.description, f"{images}")


def _fetch(chosen: argparse.Namespace) -> int:
    node = node_named(settings_file().current, chosen.node)
    query = _query(chosen)
    folder = chosen.to or (folder_beside(chosen.study) if chosen.study else None)
    if folder is None:
        raise AppError("Where should the files go?", "Name a folder with --to, or a study with --study.")
    if (chosen.series or chosen.instance) and len(chosen.uids) != 1:
        raise AppError("A series or an instance belongs to one study.", "Give that study's UID too.")
    if chosen.study:
        check_study(chosen.study)
    with TerminalProgress() as progress:
        if chosen.uids:
            wish = Fetching(tuple(chosen.uids), chosen.series, chosen.instance, query)
        else:
            found = find_on_pacs(node, query, progress)
            if found.left_out or not found.studies:
                print(_found_words(found), file=sys.stderr)
            if not found.studies:
                return 1
            wish = fetch_found(found.studies, query)
        wish = replace(wish, options=_options(chosen), key_file=chosen.key)
        fetched = fetch_from_pacs(node, wish, folder, progress)
    for remark in fetched.remarks:
        print(remark, file=sys.stderr)
    print(fetched.words)
    if chosen.study and fetched.files:
        with TerminalProgress() as progress:
            print(put_into_study(chosen.study, fetched, chosen.no_burned_in_text, progress))
    return 0 if fetched.complete and not any(study.left_out for study in fetched.studies) else 1


def _send(chosen: argparse.Namespace) -> int:
    node = node_named(settings_file().current, chosen.node)
    with TerminalProgress() as progress:
        sending = send_to_pacs(node, chosen.files, progress)
    for sent in sending.files:
        if sent.reason or sent.remark:
            print(sent.reason or sent.remark, file=sys.stderr)
    print(sending.words)
    return 0 if sending.taken == len(sending.files) else 1
