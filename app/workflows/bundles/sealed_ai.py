"""Opens the sealed AI results of a bundle, each when the protocol lets its reader see it."""

from __future__ import annotations

from app.bundles.manifest import BundleKeys, Manifest
from app.errors import AppError
from app.store.opening import OpenStudy
from app.study.ai_result import AiResult
from app.study.assignment import Assignment
from app.study.protocol import Arm, Mode, Protocol
from app.study.reading import AiShown
from app.workflows.bundles.ai import opened_result, seal_file


class SealedAi:
    """The AI of one session on a bundle's working copy."""

    def __init__(self, study: OpenStudy, protocol: Protocol, manifest: Manifest, keys: BundleKeys) -> None:
        """`study` is the working copy; nothing is opened yet."""
        self._study = study
        self._mode = protocol.mode
        self._manifest = manifest
        self._keys = keys
        self._numbers = {case.code: number for number, case in enumerate(study.studies.cases(), start=1)}
        self._shown: dict[int, AiShown | None] = {}

    def result(self, assignment: Assignment) -> AiResult | None:
        """What the AI says, None when it is planned to be absent or has no part in this arm.

        Raises AppError before its time, or when the seal was altered.
        """
        sequential = self._mode is Mode.SEQUENTIAL
        if not sequential and assignment.arm is not Arm.AIDED:
            return None
        reader, position = self._manifest.reader, assignment.position
        if sequential and not self._study.readings.locked_at(reader, position):
            raise AppError("The AI is sealed until the first answer is locked.", "Lock the first answer.")
        file = seal_file(self._study.folder.path / "bundle", self._numbers[assignment.case])
        try:
            sealed = file.read_bytes()
            found = opened_result(sealed, self._keys.sealing, self._manifest.bundle, assignment.case)
        except (OSError, ValueError) as error:
            raise AppError(
                f"The AI result of case {assignment.case} was altered or is missing.",
                "Record a technical problem and tell the coordinator.",
            ) from error
        self._shown[position] = found.shown if found is not None else None
        return found

    def shown(self, assignment: Assignment) -> AiShown | None:
        """What the record of the aided answer says of it."""
        if assignment.position not in self._shown:
            self.result(assignment)
        return self._shown[assignment.position]
