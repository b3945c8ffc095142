"""When a device has no memory left: smaller batches, then the processor, and it is said."""

from __future__ import annotations

import numpy as np
import pytest

from app.learning.engine import Answers, CarefulEngine, NoMemory
from app.learning.frame import Floats
from tests.learning.tiny import inputs


class Small:
    """A device with room for `room` inputs; answers are their means, so that each is known."""

    attention_method = ""

    def __init__(self, device: str, room: int) -> None:
        self.device, self.room, self.sizes = device, room, list[int]()

    def run(self, images: Floats, *, attention: bool, planes: bool) -> Answers:
        if len(images) > self.room:
            raise NoMemory
        self.sizes.append(len(images))
        return Answers(images.mean(axis=(1, 2, 3)), images[:, 0], images)


def test_a_batch_too_large_is_halved_until_it_fits_and_nothing_is_lost() -> None:
    said: list[str] = []
    small = Small("cuda", 3)
    careful = CarefulEngine(small, lambda: Small("cpu", 9), said.append)
    images = inputs(7)
    given = careful.run(images, attention=True, planes=True)
    np.testing.assert_allclose(given.probability, images.mean(axis=(1, 2, 3)))
    np.testing.assert_array_equal(given.planes, images)
    assert small.sizes == [3, 3, 1]
    assert said == ["The cuda device has no memory for 7 scans at once: 3 now."]
    careful.run(images, attention=False, planes=False)
    assert len(said) == 1  # it does not try the large batch again


def test_a_device_without_room_for_one_scan_hands_over_to_the_processor() -> None:
    said: list[str] = []
    careful = CarefulEngine(Small("cuda", 0), lambda: Small("cpu", 9), said.append)
    images = inputs(2)
    np.testing.assert_allclose(
        careful.run(images, attention=False, planes=False).probability, images.mean(axis=(1, 2, 3))
    )
    assert careful.device == "cpu"
    assert said[-1] == "The cuda device has no memory for one scan: the processor goes on."


def test_a_processor_without_memory_gives_up() -> None:
    careful = CarefulEngine(Small("cpu", 0), lambda: Small("cpu", 0), lambda _: None)
    with pytest.raises(NoMemory):
        careful.run(inputs(1), attention=False, planes=False)
