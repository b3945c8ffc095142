"""A net as an ONNX graph in onnxruntime: half of torch's time, a tenth of its size."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import AppError
from app.learning.engine import Answers, NoMemory
from app.learning.frame import Floats

INPUT, PROBABILITY, ATTENTION, PLANES, FEATURES = "images", "probability", "attention", "planes", "features"
REGIONS = "regions"
"""Names of the graph's input and outputs; only the probability is always there."""
WEIGHTS_KEY, METHOD_KEY = "scintiread.weights_sha256", "scintiread.attention"
"""Metadata of the graph: the fingerprint of the weights that it was made from, and how it finds attention."""
_SPENT = ("failed to allocate", "out of memory", "bad allocation", "bad_alloc", "cuda_error_out_of_memory")


class OnnxEngine:
    """One graph in one session; `threads` 0 takes every core."""

    def __init__(self, graph: Path, device: str = "cpu", threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        options.log_severity_level = 4  # what matters is raised; the rest would only alarm people
        providers = ["CUDAExecutionProvider"] if device == "cuda" else []
        try:
            self._session: Any = onnxruntime.InferenceSession(  # the library has no types
                str(graph), options, providers=[*providers, "CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises a dozen kinds, all its own
            raise AppError(
                f"{graph.name} is no graph that can be run: it is damaged or of a newer kind.",
                "Add the model again.",
            ) from error
        used = self._session.get_providers()
        self.device = "cuda" if "CUDAExecutionProvider" in used else "cpu"
        self._outputs = tuple(output.name for output in self._session.get_outputs())
        given = self._session.get_inputs()
        if PROBABILITY not in self._outputs or [one.name for one in given] != [INPUT]:
            raise AppError(
                f"{graph.name} is not a graph that this program made.",
                "Add the model's run with `models add`.",
            )
        self.shape: tuple[int, ...] = tuple(given[0].shape[1:])
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)

    @property
    def attention_method(self) -> str:
        """How the graph finds where the net looked; empty where it does not."""
        return self.metadata.get(METHOD_KEY, "") if ATTENTION in self._outputs else ""

    @property
    def draws(self) -> bool:
        """Whether the graph draws planes."""
        return PLANES in self._outputs

    def run(self, images: Floats, *, attention: bool, planes: bool) -> Answers:
        """Answers to inputs (n, channels, rows, cols); only what is asked for is computed."""
        wanted = [PROBABILITY]
        wanted += [ATTENTION] if attention and self.attention_method else []
        wanted += [PLANES] if planes and self.draws else []
        wanted += [FEATURES] if FEATURES in self._outputs else []  # they lie on the way to the answer
        wanted += [REGIONS] if REGIONS in self._outputs else []
        try:
            made = self._session.run(wanted, {INPUT: np.ascontiguousarray(images, dtype=np.float32)})
        except MemoryError:
            raise NoMemory from None
        except Exception as error:
            if any(word in str(error).lower() for word in _SPENT):
                raise NoMemory from error
            raise
        named = dict(zip(wanted, made, strict=True))
        return Answers(
            named[PROBABILITY].reshape(-1),
            named.get(ATTENTION),
            named.get(PLANES),
            named.get(FEATURES),
            named.get(REGIONS),
        )


def cuda_there() -> bool:
    """Whether this onnxruntime can use an NVIDIA device."""
    import onnxruntime

    return "CUDAExecutionProvider" in onnxruntime.get_available_providers()
