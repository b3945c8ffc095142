"""AI results on their way to a reader: sealed one by one, each opened by the answer that it waits for.

What a seal is good for: whoever opens the file finds no probability and no heat map, and no sign which
results are absent or planned to be wrong, because every aided case has a seal of the same length. The program
opens a seal of sequential mode only after the first answer is durable. What it is not good for: the secret
travels in the bundle, so that a programmer with patience could open the seals; no offline scheme prevents it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.scan.scan import ViewName
from app.store.bundle_keys import derived_key, seal, unseal
from app.store.opening import OpenStudy
from app.study.ai_result import AiResult, Attention
from app.study.canonical import canonical_json

_LENGTH_BYTES = 8


def ai_results_for(_study: OpenStudy, _reader: str, _cases: Sequence[str]) -> Mapping[str, AiResult]:
    """What the AI is going to say to this reader, by case; planned absent ones are not among them."""
    return {}


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
    """A result as an npz archive: its words as JSON, its heat maps as float32 (rows, cols)."""
    if result is None:
        return b""
    words = {
        "model": result.model,
        "version": result.version,
        "training_data": result.training_data,
        "probability": result.probability,
        "threshold": result.threshold,
        "weights_sha256": result.weights_sha256,
        "heatmap_method": result.heatmap_method,
    }
    text = np.frombuffer(canonical_json(words).encode(), dtype=np.uint8)
    maps = {view.value: np.asarray(heat, dtype=np.float32) for view, heat in result.heatmaps.items()}
    packed = io.BytesIO()
    np.savez_compressed(packed, words=text, allow_pickle=False, **maps)
    return packed.getvalue()


def result_from_bytes(content: bytes) -> AiResult | None:
    """The result again; raises ValueError when it is none."""
    if not content:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            words = json.loads(packed["words"].tobytes())
            maps: dict[ViewName, Attention] = {
                view: packed[view.value].astype(np.float32) for view in ViewName if view.value in packed
            }
        return AiResult(**words, heatmaps=maps)
    except (OSError, KeyError, TypeError, EOFError) as error:
        raise ValueError("it is no AI result") from error


def seal_name(number: int) -> str:
    """Where the seal of the bundle's case of this number lies."""
    return f"ai/{number:05d}.sealed"


def seal_file(folder: Path, number: int) -> Path:
    """The same in an unpacked bundle."""
    return folder / seal_name(number)


def _key(secret: str, bundle: str, case: str) -> bytes:
    return derived_key(bytes.fromhex(secret), "ai", bundle, case)
