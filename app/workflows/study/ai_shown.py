"""Whether the AI results that a study keeps are still those that its readers were shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.errors import AppError
from app.store.opening import OpenStudy
from app.study.chain_check import StoredReading, parsed
from app.study.planned_ai import planned
from app.wording import counted

Said = tuple[object, ...]
_KEYS = ("model", "version", "probability", "threshold", "heatmaps_sha256")
MOST = 10
"""So many cases are named; the rest is counted."""


class ShownAi:
    """What readers were shown of the AI by their readings, collected while these pass by."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[Said, str]] = {}
        self._gone = 0

    def noting(self, reader: str, readings: Iterable[StoredReading]) -> Iterator[StoredReading]:
        """The same readings, each noted as it passes."""
        for stored in readings:
            shown: Any = parsed(stored.texts["ai"]).get("shown") if stored.texts["ai"] != "null" else None
            if isinstance(shown, dict):
                said = tuple(shown.get(key) for key in _KEYS)
                self._seen.setdefault(str(stored.columns["case"]), {}).setdefault(said, reader)
            yield stored

    @property
    def remarks(self) -> list[str]:
        """What `problems` could not compare."""
        if not self._gone:
            return []
        return [f"Of {counted(self._gone, 'case')} the AI result that readers were shown is not kept here."]

    def problems(self, study: OpenStudy) -> list[str]:
        """A sentence for each case whose result is not the one that was shown."""
        rules = study.studies.current().protocol.ai
        wrong = []
        for case, seen in sorted(self._seen.items()):
            try:
                result = study.ai.get(case)
            except AppError as error:
                wrong.append(error.message)
                continue
            if result is None:
                self._gone += 1
                continue
            kept = planned(result, rules, case)
            now = () if kept is None else tuple(getattr(kept.shown, key) for key in _KEYS)
            wrong += [
                f"The AI result of case {case} is not the one that reader {reader} was shown."
                for said, reader in seen.items()
                if said not in (now, (*now[:-1], None))  # older records say nothing of the maps
            ]
        more = (
            [f"{len(wrong) - MOST:,} more results are not those that were shown."]
            if len(wrong) > MOST
            else []
        )
        return wrong[:MOST] + more
