"""Names of classes match however people write them, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation.class_names import ClassNames, class_names, keep_names, read_names, word_key
from app.annotation.classes import class_table
from app.errors import AppError

NAMES = ClassNames(class_table())


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Metastasis", "metastasis"),
        ("METASTASES ", "metastasis"),
        ("bone-metastasis", "metastasis"),
        ("Métastases", "metastasis"),
        ("Knochenmetastasen", "metastasis"),
        ("転移", "metastasis"),
        ("骨转移", "metastasis"),
        ("전이", "metastasis"),
        ("Fractures", "fracture"),
        ("Injection_Site", "injection site"),
        ("artifacts", "artefact"),
        ("kidneys", "kidney"),
    ],
)
def test_case_plural_and_language_do_not_matter(theirs: str, ours: str) -> None:
    assert NAMES.of(theirs) == ours


@pytest.mark.parametrize("label", ["no metastasis", "non-metastatic", "hot spot", "metastasis?x", "M"])
def test_what_is_not_known_is_not_guessed(label: str) -> None:
    assert NAMES.of(label) == label
    assert class_table().unknown([label, label]) == f"“{label}” (2)"


def test_no_name_means_two_classes() -> None:
    meant: dict[str, set[str]] = {}
    for each in class_table().classes:
        for name in (each.name, *each.also):
            meant.setdefault(word_key(name), set()).add(each.name)
    assert {key: names for key, names in meant.items() if len(names) > 1} == {}


@given(st.sampled_from([each.name for each in class_table().classes]), st.sampled_from(" -_."))
def test_every_class_is_found_by_its_own_name(name: str, after: str) -> None:
    assert NAMES.of(name.upper() + after) == name


def test_a_map_says_what_other_names_mean_either_way_round(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text('"Hot spot" = "Metastases"\ndegenerative = ["wear", "worn joint"]\n', "utf-8-sig")
    names = class_names(file)
    assert [names.of(label) for label in ("hot spots", "Wear", "worn joints")] == [
        "metastasis",
        "degenerative",
        "degenerative",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'"hot spot" = "tumour"', "“tumour” is no class; the classes are metastasis, "),
        (b"hot spot = metastasis", "line 1 is no TOML"),
        (b"", "has no line such as"),
        (b"a = 7", "“a” has neither a class nor a list"),
        ('"L\u00e4sion" = "metastasis"'.encode("latin-1"), "not saved as UTF-8"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_in_one_sentence(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "map.toml").write_bytes(content)
    with pytest.raises(AppError, match=r"map\.toml cannot be used") as refused:
        read_names(tmp_path / "map.toml", class_table())
    assert reason in str(refused.value)


def test_names_that_a_person_gave_are_kept() -> None:
    keep_names({"Hot spot": "metastasis"})
    keep_names({"wear": "degenerative", 'a "b" \\ c': "fracture"})
    names = class_names()
    assert [names.of(label) for label in ("hot spots", "WEAR", 'A "b" \\ c')] == [
        "metastasis",
        "degenerative",
        "fracture",
    ]
