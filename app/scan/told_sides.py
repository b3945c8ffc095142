"""What a person said of the views in a folder of pictures: which half, or which file, is which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from app.scan.scan import ViewEvidence, ViewName
from app.scan.source import Claim, ScanSource


@dataclass(frozen=True)
class ToldSides:
    """`left`: the view on the left of pictures with both; `words`: what the names of a view's files have.

    Words count at the end of a file's name, or else anywhere in it; the longer one decides.
    """

    left: ViewName | None = None
    words: tuple[tuple[str, ViewName], ...] = ()

    def side_of(self, path: Path) -> ViewName | None:
        """The side that the name of a file tells, None for none."""
        found = self._word(path)
        return None if found is None else found[1]

    def bare(self, path: Path) -> str:
        """A file's stem without the word of its view; "" where it has none."""
        found = self._word(path)
        if found is None:
            return ""
        place = path.stem.casefold().rfind(found[0].casefold())
        return (path.stem[:place] + path.stem[place + len(found[0]) :]).strip(" _-.")

    def told(self, sources: Iterable[ScanSource]) -> list[ScanSource]:
        """The sources with what was said; two views that differ by the words alone are one examination."""
        known = [self._knowing(source) for source in sources]
        families: dict[tuple[Path, str], list[int]] = defaultdict(list)
        for place, source in enumerate(known):
            if self.words and len(source.frames) == 1 and not source.examination and self.bare(source.path):
                families[source.path.parent, self.bare(source.path)].append(place)
        for (folder, bare), places in families.items():
            if {self.side_of(known[place].path) for place in places} == set(ViewName) and len(places) == 2:
                for place in places:
                    known[place] = replace(known[place], examination=f"{folder}\n{bare}")
        return known

    def _word(self, path: Path) -> tuple[str, ViewName] | None:
        stem = path.stem.casefold()
        ending = [each for each in self.words if stem.endswith(each[0].casefold())]
        inside = ending or [each for each in self.words if each[0].casefold() in stem]
        return max(inside, key=lambda each: len(each[0]), default=None)

    def _knowing(self, source: ScanSource) -> ScanSource:
        source = replace(source, left=self.left) if self.left is not None else source
        side = self.side_of(source.path)
        if side is None or len(source.frames) != 1:
            return source
        claim = Claim(side, ViewEvidence.PERSON, "a person")
        return replace(source, frames=(replace(source.frames[0], claims=(claim,)),))


NOTHING_TOLD = ToldSides()
