"""Which model it was: said in the same words wherever something that a model made stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelIdentity:
    """A model by its name and version, what it has learned from, and the fingerprint of its weights."""

    name: str
    version: str = ""
    training_data: str = ""
    """Such as "simulated scans only"."""
    weights_sha256: str = ""

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".strip()

    @property
    def taught(self) -> str:
        """Name and version with what must stand beside them: what the model has learned from."""
        return f"{self.title}, trained on {self.training_data}"

    @property
    def source(self) -> tuple[str, str, str]:
        """Which weights said it: the same wherever the answers may stand in one study."""
        return self.name, self.version, self.weights_sha256

    @property
    def simulated(self) -> bool:
        """Whether it has learned from simulated scans."""
        return "simulated" in self.training_data.lower()
