"""Whose bundles this user has opened: a study's key is asked about once, and another one is told."""

from __future__ import annotations

import json
from pathlib import Path

from app import paths
from app.bounded import json_in
from app.bundles.manifest import Manifest, fingerprint
from app.errors import AppError
from app.files import write_whole
from app.language import tr


class UnfamiliarSigner(AppError):  # noqa: N818  (a question that a person answers)
    """A bundle whose key this user has not said to be the coordinator's; `signer` is that key."""

    def __init__(self, manifest: Manifest, known: str) -> None:
        study, key = manifest.study, manifest.fingerprint
        if known:
            message = (
                f"This bundle of the study {study} is signed with the key {key}. "
                f"The bundles that were opened here before have another: {fingerprint(known)}."
            )
            hint = tr("Ask the coordinator whether the key changed. If nobody knows of it, do not open it.")
        else:
            message = tr(
                "This is the first bundle of the study {study} here, signed with the key {key}.",
                study=study,
                key=key,
            )
            hint = tr("Compare the key with the coordinator's, over the telephone. Nobody asks again.")
        super().__init__(message, hint)
        self.signer = manifest.signer


def require_familiar(manifest: Manifest, trusted: str = "") -> None:
    """Raise UnfamiliarSigner unless the key is the one known for the study, or `trusted`."""
    known = _known().get(manifest.study, "")
    if manifest.signer not in (known, trusted):
        raise UnfamiliarSigner(manifest, known)


def remember_signer(manifest: Manifest) -> None:
    """Keep the key as that of the study; raises AppError when the disk refuses."""
    known = _known()
    if known.get(manifest.study) != manifest.signer:
        text = json.dumps({**known, manifest.study: manifest.signer}, indent=1, ensure_ascii=False)
        write_whole(_file(), text, "Check the disk.")


def _file() -> Path:
    return paths.user_data() / "bundle_signers.json"


def _known() -> dict[str, str]:
    """The keys by the study's code; none where the file is not there or damaged: then it is asked again."""
    try:
        said = json_in(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(study): str(key) for study, key in said.items()} if isinstance(said, dict) else {}
