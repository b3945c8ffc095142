from __future__ import annotations

from app.wording import counted


def test_one_is_singular_and_everything_else_plural() -> None:
    assert [counted(n, "case") for n in (0, 1, 2, 2000)] == ["0 cases", "1 case", "2 cases", "2,000 cases"]


def test_a_noun_may_bring_its_own_plural_and_verb() -> None:
    assert counted(1, "finding blocks", "findings block") == "1 finding blocks"
    assert counted(3, "finding blocks", "findings block") == "3 findings block"
