"""AI results on their way to a reader: sealed one by one, each opened by the answer that it waits for.

What a seal is good for: whoever opens the file finds no probability and no heat map, and no sign which
results are absent or planned to be wrong, because every aided case has a seal of the same length. The program
opens a seal of sequential mode only after the first answer is durable. What it is not good for: the secret
travels in the bundle, so that a programmer with patience could open the seals; no offline scheme prevents it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.bounded import json_in
from app.bundles.keys import derived_key, seal, unseal
from app.store.heatmaps import packed, result_with
from app.study.ai_result import AiResult
from app.study.canonical import canonical_json

_LENGTH_BYTES = 8


def sealed_results(
    results: Mapping[str, AiResult], cases: Sequence[str], secret: str, bundle: str
) -> dict[str, bytes]:
    """One seal per case, all of one length; a case without a result gets one too."""
    texts = {case: result_bytes(results.get(case)) for case in cases}
    length = max((len(text) for text in texts.values()), default=0)
    return {
        case: seal(
            _key(secret, bundle, case),
            len(text).to_bytes(_LENGTH_BYTES, "big") + text.ljust(length, b"\0"),
            f"{bundle} {case}",
        )
        for case, text in texts.items()
    }


def opened_result(sealed: bytes, secret: str, bundle: str, case: str) -> AiResult | None:
    """What was sealed for a case; raises ValueError when it does not open."""
    content = unseal(_key(secret, bundle, case), sealed, f"{bundle} {case}")
    length = int.from_bytes(content[:_LENGTH_BYTES], "big")
    return result_from_bytes(content[_LENGTH_BYTES : _LENGTH_BYTES + length])


def result_bytes(result: AiResult | None) -> bytes:
    """A result as a line of JSON, and its heat maps as a study keeps them."""
    if result is None:
        return b""
    return canonical_json(result.words).encode() + b"\n" + packed(result.heatmaps)


def result_from_bytes(content: bytes) -> AiResult | None:
    """The result again; raises ValueError when it is none."""
    if not content:
        return None
    line, _, maps = content.partition(b"\n")
    try:
        return result_with(json_in(line), maps)
    except TypeError as error:
        raise ValueError("it is no AI result") from error


def seal_name(number: int) -> str:
    """Where the seal of the bundle's case of this number lies."""
    return f"ai/{number:05d}.sealed"


def seal_file(folder: Path, number: int) -> Path:
    """The same in an unpacked bundle."""
    return folder / seal_name(number)


def _key(secret: str, bundle: str, case: str) -> bytes:
    return derived_key(bytes.fromhex(secret), "ai", bundle, case)
