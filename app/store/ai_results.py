"""What a model said of a study's cases, computed or imported ahead; one model at a time, never mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, delete, func, insert, select

from app.bounded import json_in
from app.errors import AppError
from app.model_identity import ModelIdentity
from app.store.database import Database
from app.store.heatmaps import packed, result_with
from app.store.server.told import tell_ai
from app.store.tables import AI_RESULTS
from app.study.ai_result import AiResult
from app.study.canonical import canonical_json


@dataclass(frozen=True)
class AiEntry:
    """What is known of a kept result without its maps.

    `images` maps the view's name to the hash of the counts that the result was made from.
    """

    case: str
    model: ModelIdentity
    probability: float
    threshold: float
    heatmap: bool
    familiarity: float | None
    images: Mapping[str, str]


class AiResults:
    """The table of AI results of one study."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._brought: dict[str, Sequence[Any]] = {}  # Any: rows

    def entries(self) -> tuple[AiEntry, ...]:
        """All results without their maps, by case."""
        columns = AI_RESULTS.c
        size = func.length(columns.heatmaps).label("size")
        query = select(columns.case_code, columns.result, columns.images, size).order_by(columns.case_code)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            _entry(row.case_code, _words(row.result, row.case_code), row.images, row.size) for row in rows
        )

    def get(self, case: str) -> AiResult | None:
        """The result of a case with its maps, None when there is none; raises AppError when it is damaged."""
        rows = self._brought.pop(case, None)
        if rows is None:
            (rows,) = self._database.look(self.query(case))
        if not rows:
            return None
        row = rows[0]
        try:
            return result_with(_words(row.result, case), bytes(row.heatmaps))
        except (ValueError, TypeError) as error:
            raise _damaged(case) from error

    @staticmethod
    def query(case: str) -> Select[Any]:  # Any: SQLAlchemy's columns
        """What is asked for one case."""
        return select(AI_RESULTS).where(AI_RESULTS.c.case_code == case)

    def bring(self, case: str, rows: Sequence[Any]) -> None:  # Any: rows
        """What a server said to the query of a case, for the next who asks."""
        self._brought[case] = rows

    def keep(self, results: Mapping[str, tuple[AiResult, Mapping[str, str]]]) -> None:
        """Keep results, each with the hashes of its images, all of them or none.

        What another model said before is removed in the same step. Raises AppError when the database refuses.
        """
        rows = [_row(case, result, images) for case, (result, images) in results.items()]
        if not rows:
            return
        first = next(iter(results.values()))[0]
        source = canonical_json(first.model.source)
        with self._database.writing() as connection:
            columns = AI_RESULTS.c
            connection.execute(
                delete(AI_RESULTS).where((columns.source != source) | columns.case_code.in_(list(results)))
            )
            connection.execute(insert(AI_RESULTS), rows)
            tell_ai(connection, list(results))

    def clear(self) -> int:
        """Remove all; how many there were."""
        with self._database.writing() as connection:
            return int(connection.execute(delete(AI_RESULTS)).rowcount)


def _row(case: str, result: AiResult, images: Mapping[str, str]) -> dict[str, object]:
    return {
        "case_code": case,
        "source": canonical_json(result.model.source),
        "images": canonical_json(images),
        "result": canonical_json(replace(result, heatmaps_sha256="").words),
        "heatmaps": packed(result.heatmaps),
    }


def _words(text: str, case: str) -> dict[str, Any]:  # JSON: the fields of AiResult
    try:
        words = json_in(text)
    except ValueError as error:
        raise _damaged(case) from error
    if not isinstance(words, dict):
        raise _damaged(case)
    return words


def _entry(case: str, words: Mapping[str, Any], images: str, size: int) -> AiEntry:
    try:
        return AiEntry(
            case=case,
            model=ModelIdentity(words["model"], words["version"], "", words["weights_sha256"]),
            probability=words["probability"],
            threshold=words["threshold"],
            heatmap=bool(size),
            familiarity=words.get("familiarity"),
            images=json_in(images),
        )
    except (KeyError, ValueError) as error:
        raise _damaged(case) from error


def _damaged(case: str) -> AppError:
    return AppError(
        f"The AI result of case {case} is damaged.",
        "Compute it again with `scintiread study ai`.",
    )
