"""What readers were shown of an algorithm, as the record of each reading says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from app.analysis.placements import Bools, Floats


class AiPlan(StrEnum):
    """What the protocol had the readers see of the algorithm on a case."""

    COMPUTED = "as computed"
    WRONG = "planned wrong"
    ABSENT = "planned absent"


@dataclass(frozen=True, eq=False)
class ShownAdvice:
    """What was shown in each read.

    `probability`, `call`: float64 (arms, readers, cases), NaN = nothing was shown; `call` is 1 where the
    probability reached the threshold that was shown beside it. `model`: int (arms, readers, cases), the place
    in `models`, -1 = none. `wrong`, `absent`: bool (cases,), what was planned.
    """

    models: tuple[str, ...]
    model: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    probability: Floats
    call: Floats
    wrong: Bools
    absent: Bools

    @property
    def planned(self) -> Bools:
        """The cases on which readers saw something else than what the algorithm says, bool (cases,)."""
        return self.wrong | self.absent

    def cases(self, plan: AiPlan) -> Bools:
        """The cases of a plan, bool (cases,)."""
        return {AiPlan.WRONG: self.wrong, AiPlan.ABSENT: self.absent}.get(plan, ~self.planned)

    @property
    def name(self) -> str:
        """The algorithm, or all of them."""
        return ", ".join(self.models)

    def only(self, keep: Bools) -> ShownAdvice:
        """The same of some of the cases; `keep`: bool (cases,)."""
        cubes = {key: getattr(self, key)[:, :, keep] for key in ("model", "probability", "call")}
        return replace(self, **cubes, wrong=self.wrong[keep], absent=self.absent[keep])

    def of_readers(self, keep: Bools) -> ShownAdvice:
        """The same of some of the readers; `keep`: bool (readers,)."""
        return replace(self, **{key: getattr(self, key)[:, keep] for key in ("model", "probability", "call")})
