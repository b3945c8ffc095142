"""Maps of where a model looked, as files: the numbers in an npz, and a labelled picture of each view."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.formats.pictures import png_bytes
from app.files import write_whole
from app.learning.maps import overlay
from app.learning.prediction import Prediction
from app.scan.scan import Scan
from app.scan.window import auto_level
from app.study.ai_doubts import sentences
from app.wording import RESEARCH_ONLY

_TOLD = (
    "case", "model", "version", "probability", "method", "training_data", "weights_sha256", "missing_view",
    "familiarity",
)  # fmt: skip
LINE = 17
FOOTER = 5
"""Room for each line of text under a film, and below the last, in pixels."""


def write_heatmaps(folder: Path, prediction: Prediction, scan: Scan) -> tuple[Path, ...]:
    """Write `CASE.npz` and one `CASE_VIEW.png` per view; what the maps are stands in both.

    Arrays of the npz: `attention_VIEW` float16 (rows, cols), 0-1, in the pixels of the view; and text. A
    prediction without attention leaves nothing. Raises AppError when the disk refuses.
    """
    if not prediction.attention:
        return ()
    arrays: dict[str, Any] = {
        f"attention_{view.value}": maps.astype(np.float16) for view, maps in prediction.attention.items()
    }
    arrays |= {key: np.array(text) for key, text in _facts(prediction).items()}
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    files = [folder / f"{prediction.case}.npz"]
    write_whole(files[0], buffer.getvalue())
    levels = auto_level([view.counts for view in scan.views])
    for view in scan.views:
        if view.name in prediction.attention:
            picture = _labelled(
                overlay(view.counts, prediction.attention[view.name], levels),
                _words(prediction, view.name.value),
            )
            files.append(folder / f"{prediction.case}_{view.name.value}.png")
            write_whole(files[-1], png_bytes(picture, text=_facts(prediction)))
    return tuple(files)


def _labelled(picture: NDArray[np.uint8], lines: tuple[str, ...]) -> NDArray[np.uint8]:
    """The picture over a white strip with a few lines of text; small views are doubled for it."""
    from PIL import Image, ImageDraw, ImageFont

    if picture.shape[1] < 400:
        picture = picture.repeat(2, axis=0).repeat(2, axis=1)
    rows, cols = picture.shape[:2]
    image = Image.new("RGB", (cols, rows + LINE * len(lines) + FOOTER), "white")
    image.paste(Image.fromarray(picture), (0, 0))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(13)
    for place, line in enumerate(lines):
        size = 13.0
        while draw.textlength(line, font=font) > cols - 8 and size > 6:
            size -= 0.5
            font = ImageFont.load_default(size)
        draw.text((4, rows + 4 + LINE * place), line, fill="black", font=font)
        font = ImageFont.load_default(13)
    return np.asarray(image, np.uint8)


def _words(prediction: Prediction, view: str) -> tuple[str, ...]:
    return (
        f"{prediction.case}, {view}: metastasis {prediction.probability:.3f} "
        f"(threshold {prediction.threshold:.3f})",
        f"{prediction.model.taught}. {RESEARCH_ONLY}",
        f"{_upper(prediction.attention_method)}; not an outline of lesions.",
        *([sentences(prediction.doubts)] if prediction.doubts else []),
    )


def _facts(prediction: Prediction) -> dict[str, str]:
    told = prediction.row | {"method": prediction.attention_method}
    return {name: told[name] for name in _TOLD}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
