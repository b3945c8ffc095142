"""The working copy of a bundle: a small study in the user's own folder, made once and then read in."""

from __future__ import annotations

import shutil
from pathlib import Path

from app import paths
from app.bounded import json_in
from app.bundles.archive import BundleArchive
from app.bundles.manifest import BundleStudy, Manifest
from app.errors import AppError
from app.files import moved, refused
from app.language import for_later, tr
from app.private import keep_private, own_folder
from app.progress import Part, Progress
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.studies import ProtocolVersion
from app.study.canonical import canonical_json, from_plain
from app.unfinished import unfinished
from app.workflows.study.protocol import write_protocol

_AGAIN = for_later("Ask whoever made it for a new copy.")


def working_folder(bundle: str) -> Path:
    """Where the working copy of a bundle lies."""
    return paths.user_data() / "bundles" / bundle


def working_copy(archive: BundleArchive, progress: Progress) -> Path:
    """Make the working copy unless it is there, and bring its images back where they were put away.

    Raises AppError when the bundle was altered or the disk refuses; then nothing is left behind.
    """
    manifest = archive.manifest
    place = working_folder(manifest.bundle)
    try:
        if (place / "protocol.toml").is_file():
            _same_bundle(archive, place)
            if not (place / "scans").is_dir():
                _unpack_images(archive, place, progress)
            return place
        own_folder(place.parent)
        with unfinished() as draft:
            made = own_folder(draft / place.name)
            _fill(archive, made, progress)
            moved(made, place)
    except OSError as error:
        raise refused(
            archive.file, error, tr("Free some space in your own folder."), tr("cannot be unpacked")
        ) from error
    return place


def working_copy_anew(archive: BundleArchive, progress: Progress) -> Path:
    """Make the working copy once more, as the bundle was sent; the old one goes when the new one is whole.

    Raises AppError as `working_copy` does, and the old one stays then.
    """
    place = working_folder(archive.manifest.bundle)
    old = place.with_name(f".{place.name}.old")
    try:
        shutil.rmtree(old, ignore_errors=True)
        moved(place, old)
        try:
            made = working_copy(archive, progress)
        except BaseException:
            moved(old, place)
            raise
    except OSError as error:
        raise refused(
            archive.file, error, tr("Free some space in your own folder."), tr("cannot be unpacked")
        ) from error
    shutil.rmtree(old, ignore_errors=True)
    return made


def put_images_away(place: Path) -> None:
    """Remove the unpacked images: of a bundle behind a passphrase nothing readable is left lying about."""
    shutil.rmtree(place / "scans", ignore_errors=True)


def kept_manifest(place: Path) -> Manifest:
    """What the working copy was made from; raises AppError when that cannot be read any more."""
    try:
        return from_plain(Manifest, json_in((place / "bundle" / "manifest.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AppError(
            tr("The working copy {name} is damaged.", name=place.name),
            tr("Move it away and open the bundle again: answers beside the bundle are taken over."),
        ) from error


def _same_bundle(archive: BundleArchive, place: Path) -> None:
    if kept_manifest(place) != archive.manifest:
        raise AppError(
            tr(
                "{file} is not the bundle that was opened here before, although it says so.",
                file=archive.file.name,
            ),
            tr(_AGAIN),
        )


def _fill(archive: BundleArchive, draft: Path, progress: Progress) -> None:
    archive.check(Part(progress, 0.0, 0.4))
    folder = StudyFolder(draft)
    try:
        content = from_plain(BundleStudy, json_in(archive.read("study.json")))
        study = create_study(folder)
    except (ValueError, TypeError, KeyError) as error:
        raise AppError(
            tr("{file}: the protocol or the reading list is damaged.", file=archive.file.name),
            tr(_AGAIN),
        ) from error
    try:
        versions = [ProtocolVersion(each.protocol, each.sha256, each.frozen_utc) for each in content.versions]
        study.studies.adopt(versions, [(each.case, each.version) for each in content.cases], content.plan)
        write_protocol(folder.protocol, versions[-1].protocol)
        _replay_history(archive, study, draft)
    finally:
        study.close()
    own = own_folder(folder.path / "bundle")
    (own / "manifest.json").write_text(canonical_json(archive.manifest), encoding="utf-8")
    (own / "keys.json").write_bytes(archive.read("keys.json"))
    keep_private(own / "keys.json")
    archive.unpack(own, ("ai/",), Part(progress, 0.4, 0.5))
    _unpack_images(archive, folder.path, Part(progress, 0.5, 1.0))


def _unpack_images(archive: BundleArchive, place: Path, progress: Progress) -> None:
    with unfinished() as draft:
        archive.unpack(draft, ("scans/",), progress)
        (draft / "scans").mkdir(exist_ok=True)
        moved(draft / "scans", place / "scans")


def _replay_history(archive: BundleArchive, study: OpenStudy, draft: Path) -> None:
    history = archive.read("history.jsonl")
    if not history:
        return
    file = draft / "history.jsonl"
    file.write_bytes(history)
    try:
        study.take_over(archive.manifest.reader, file)
    finally:
        file.unlink()
