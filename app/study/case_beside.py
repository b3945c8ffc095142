"""What a study has of a case beside its two views: facts, a prior scan, further series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.study.aside_rules import AsideRules, Moment, clinical_fields
from app.study.canonical import JsonValue


@dataclass(frozen=True)
class CasePrior:
    """An earlier scan, laid on this one. `file` is relative to the study folder; `days` lie between the two,
    None where no date is known."""

    file: str
    image_hashes: Mapping[str, str]
    days: int | None = None


@dataclass(frozen=True)
class CaseSeries:
    """A further series; `file` is relative to the study folder, `sha256` of its slices."""

    key: str
    file: str
    sha256: str


@dataclass(frozen=True)
class CaseBeside:
    """`fields`: clinical facts by the key of the protocol's field."""

    fields: Mapping[str, str] = field(default_factory=dict)
    prior: CasePrior | None = None
    series: tuple[CaseSeries, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """What lies in the study folder, relative to it."""
        return (*((self.prior.file,) if self.prior else ()), *(each.file for each in self.series))

    @property
    def content(self) -> list[JsonValue]:
        """What the freeze covers: where the files lie is no part of it."""
        if self == CaseBeside():
            return []
        prior = [dict(self.prior.image_hashes), self.prior.days] if self.prior is not None else None
        return [dict(self.fields), prior, {each.key: each.sha256 for each in self.series}]

    def moved(self, files: Iterator[str]) -> CaseBeside:
        """The same with its files elsewhere, in the order of `files`."""
        prior = self.prior and replace(self.prior, file=next(files))
        return replace(self, prior=prior, series=tuple(replace(s, file=next(files)) for s in self.series))

    def parts(self, rules: AsideRules) -> tuple[CaseBeside, CaseBeside]:
        """What is shown from the start, and what is not, or only with the second answer."""
        later = {each.key for each in clinical_fields(rules) if each.later}
        first = {key: said for key, said in self.fields.items() if key not in later}
        second = {key: said for key, said in self.fields.items() if key in later}
        at_once = rules.prior is Moment.START
        return (
            CaseBeside(first, self.prior if at_once else None, self.series),
            CaseBeside(second, None if at_once else self.prior),
        )

    def joined(self, later: CaseBeside) -> CaseBeside:
        """Both parts as one."""
        return CaseBeside({**self.fields, **later.fields}, self.prior or later.prior, self.series)
