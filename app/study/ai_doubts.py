"""What speaks against relying on a model's answer for one scan, in words that are the same everywhere."""

from __future__ import annotations


def doubts_of(missing_view: str) -> tuple[str, ...]:
    """Clauses without full stop; `missing_view`: anterior or posterior, empty when both were there."""
    said = []
    if missing_view:
        said.append(f"the {missing_view} view was missing: the model saw one view only")
    return tuple(said)


def sentences(doubts: tuple[str, ...]) -> str:
    """The clauses as sentences."""
    return " ".join(f"{clause[:1].upper()}{clause[1:]}." for clause in doubts)
