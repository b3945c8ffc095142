"""Which files of a folder make one scan: single views of one examination find their partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.scan.named_pairs import named_pairs
from app.scan.scan import ViewEvidence, ViewName
from app.scan.source import Claim, ScanSource

Group = tuple[ScanSource, ...]


def grouped(sources: Iterable[ScanSource]) -> list[Group]:
    """One group per scan, one file or two, in the order of their first file.

    Copies of a file stay alone: a copy is no partner, but it may be whole where the original is damaged.
    Files that do not say of which examination they are find their partner by their names.
    """
    order: dict[ScanSource, int] = {}
    families: dict[tuple[str, bool], list[ScanSource]] = defaultdict(list)
    groups: list[Group] = []
    seen: set[str] = set()
    for index, source in enumerate(paired_by_name(list(sources))):
        order[source] = index
        copied = source.instance in seen and bool(source.instance)
        seen.add(source.instance)
        if source.examination and len(source.frames) == 1 and not copied:
            families[source.examination, source.display_only].append(source)
        else:
            groups.append((source,))
    for family in families.values():
        groups += _pairs(sorted(family, key=lambda source: source.place))
    return sorted(groups, key=lambda group: order[group[0]])


def paired_by_name(sources: Sequence[ScanSource]) -> list[ScanSource]:
    """The same sources; two that belong together by their names share an examination and know their sides.

    Only single views that no header assigns to an examination are looked at.
    """
    pairs = named_pairs(each.path for each in sources if len(each.frames) == 1 and not each.examination)
    return [_knowing(source, *pairs[source.path]) if source.path in pairs else source for source in sources]


def _knowing(source: ScanSource, key: str, claim: Claim) -> ScanSource:
    """The source with what its name and its partner's say; a code in the file stands above it."""
    (frame,) = source.frames
    coded = [each for each in frame.claims if each.evidence is ViewEvidence.CODE]
    return replace(source, frames=(replace(frame, claims=(*coded, claim)),), examination=key)


def _pairs(family: Sequence[ScanSource]) -> list[Group]:
    """Partners among the single views of one examination; who finds none, or too many, stays alone."""
    if len(family) == 2 and _fit(*family):
        return [tuple(family)]
    series: dict[int, list[ScanSource]] = defaultdict(list)
    for source in family:
        series[source.place[0]].append(source)
    if len(family) > 2 and len(series) > 1 and any(len(part) == 2 for part in series.values()):
        return [group for part in series.values() for group in _pairs(part)]
    front, back = (_surely(family, side) for side in (ViewName.ANTERIOR, ViewName.POSTERIOR))
    if len(front) == len(back) and len(front) + len(back) == len(family):
        return list(zip(front, back, strict=True))
    return [(source,) for source in family]


def _surely(family: Sequence[ScanSource], side: ViewName) -> list[ScanSource]:
    return [source for source in family if source.frames[0].surely is side]


def _fit(one: ScanSource, two: ScanSource) -> bool:
    """Whether two views may belong together: not both surely of the same side."""
    first, second = one.frames[0].surely, two.frames[0].surely
    return first is None or first is not second
