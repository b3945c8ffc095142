"""A question in the reader's language: the program's by its catalogues, the study's by its protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.language import tr
from app.study.question import Question, QuestionKind


def in_language(question: Question, own: Mapping[str, str]) -> Question:
    """The question as it is shown, with the study's own words; what is recorded stays as it is."""
    text = own.get(question.text) or tr(question.text)
    standard = question.kind is QuestionKind.YES_NO or (text != question.text and question.text not in own)
    choices = tuple(own.get(each) or (tr(each) if standard else each) for each in question.choices)
    words = tuple(own.get(word, word) for word in question.words)
    return replace(
        question, text=text, unit=own.get(question.unit, question.unit), choice_words=choices, words=words
    )
