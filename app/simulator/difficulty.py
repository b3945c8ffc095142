"""How hard a cohort is: prevalence, contrast, mimics, counts, appearance; and the presets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.errors import AppError
from app.simulator.appearance import APPEARANCES, Appearance


@dataclass(frozen=True)
class Difficulty:
    """What makes a cohort easy or hard; factors are about 1."""

    prevalence: float = 0.5
    """Share of patients with metastases."""
    contrast: float = 1.0
    """Scale of the metastases' uptake above bone."""
    size: float = 1.0
    """Scale of their radius."""
    solitary: float = 0.22
    """Share of positives with exactly one lesion, besides those whom chance gives one."""
    limbs: float = 1.0
    """Scale of the share of metastases in limbs and skull."""
    extent: float = 1.0
    """Scale of the shares of diffuse disease and superscan."""
    mimics: float = 1.0
    """Scale of the probability of every benign finding and artefact."""
    counts: float = 1.0
    """Scale of the total counts."""
    least_cnr: float = 10.0
    """A positive shows one lesion with at least this contrast-to-noise ratio, or its lesions are redrawn."""

    appearance: str = "usual"
    """How bodies and cameras look: usual, wide (for training) or unfamiliar (for testing)."""

    def __post_init__(self) -> None:
        if self.appearance not in APPEARANCES:
            raise AppError(
                f"No appearance is called {self.appearance}.",
                f"Choose one of {', '.join(APPEARANCES)}.",
            )
        if not 0.0 <= self.prevalence <= 1.0:
            raise AppError("The prevalence is not between 0 and 1.", "0.08 is the real world, 0.5 a trial.")
        scales = {name: value for name, value in vars(self).items() if name != "appearance"}
        bad = [name for name, value in scales.items() if not (0 <= value < 1000)]
        if not self.counts > 0:
            bad.append("counts")
        if bad:
            names = ", ".join(dict.fromkeys(bad))
            raise AppError(f"The difficulty is too small or too large in {names}.", "Scales are about 1.")

    @property
    def look(self) -> Appearance:
        """The appearance itself."""
        return APPEARANCES[self.appearance]


PRESETS: dict[str, Difficulty] = {
    "trial": Difficulty(),
    "screening": Difficulty(prevalence=0.08),
    "easy": Difficulty(contrast=1.8, size=1.15, solitary=0.1, mimics=0.4, counts=1.3, least_cnr=15.0),
    "hard": Difficulty(contrast=0.65, solitary=0.5, extent=0.5, mimics=1.5, counts=0.7, least_cnr=6.0),
    "wide": Difficulty(
        contrast=0.7, solitary=0.4, limbs=2.5, extent=0.8, mimics=1.2, least_cnr=6.0, appearance="wide"
    ),
    "unfamiliar": Difficulty(appearance="unfamiliar"),
}
"""`screening`: as in routine, 8 % ill (Hsieh 2021, J Pers Med 11:1248); the others: half of them.
`wide` is made for training models, `unfamiliar` for testing them on what they were not trained on."""


def preset(name: str, prevalence: float | None = None) -> Difficulty:
    """The preset of that name, with another prevalence if given.

    Raises AppError when there is no such preset.
    """
    if name not in PRESETS:
        raise AppError(f"There is no preset called {name}.", f"Choose one of {', '.join(PRESETS)}.")
    chosen = PRESETS[name]
    return chosen if prevalence is None else replace(chosen, prevalence=prevalence)
