"""What speaks against relying on a model's answer for one scan, in words that are the same everywhere."""

from __future__ import annotations

UNFAMILIAR = 5.0
"""Below this percentile a scan counts as unlike those that the model knows: 5 of 100 that it does know."""


def unfamiliar(familiarity: float | None) -> bool:
    """Whether a familiarity, 0-100, says that the model does not know such scans; None says nothing."""
    return familiarity is not None and familiarity < UNFAMILIAR


def doubts_of(missing_view: str, familiarity: float | None = None) -> tuple[str, ...]:
    """Clauses without full stop; `missing_view`: anterior or posterior, empty when both were there."""
    said = []
    if missing_view:
        said.append(f"the {missing_view} view was missing: the model saw one view only")
    if familiarity is not None and unfamiliar(familiarity):
        said.append(
            f"the scan is unlike those that the model knows (familiarity {familiarity:.1f} of 100): its "
            "answer may mean nothing"
        )
    return tuple(said)


def sentences(doubts: tuple[str, ...]) -> str:
    """The clauses as sentences."""
    return " ".join(f"{clause[:1].upper()}{clause[1:]}." for clause in doubts)
