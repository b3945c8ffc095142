"""Which films of a scan stand side by side: its views, and their copies or a prior scan beside them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.gui.canvas.panel import Film, Panel
from app.gui.canvas.prepared import PreparedScan
from app.scan.scan import ViewName


class PriorPlace(StrEnum):
    """Where the prior scan stands."""

    HIDDEN = "hidden"
    BESIDE = "beside"
    IN_PLACE = "in place"
    """On the films of the scan itself, to and fro with a key."""


def panels_of(
    prepared: PreparedScan,
    old_panels: Sequence[Panel],
    *,
    dual: bool,
    attention: bool,
    prior: PreparedScan | None = None,
    place: PriorPlace = PriorPlace.HIDDEN,
) -> tuple[Panel, ...]:
    """The panels of a scan, with the films of the old ones where they show the same.

    A prior scan that was laid on this one stands beside the films instead of any copies, or in their place.
    Without it, copies with a model's attention stand there, or else the dark ones.
    """
    old = {(panel.name, panel.dark, panel.prior): panel.film for panel in old_panels}
    earlier: tuple[Panel, ...] = ()
    if prior is not None and place is not PriorPlace.HIDDEN:
        films = {name: _film(prior, name, False, old, prior=True) for name in ViewName}
        earlier = tuple(Panel(name, False, film, prior=True) for name, film in films.items())
        if place is PriorPlace.IN_PLACE:
            return earlier
    panels: list[Panel] = []
    for dark in (False, True) if dual and not earlier and not attention else (False,):
        panels += [Panel(name, dark, _film(prepared, name, dark, old)) for name in ViewName]
    if earlier:
        return (*panels, *earlier)
    if attention:
        panels += [Panel(panel.name, False, panel.film, attention=True) for panel in panels]
    return tuple(panels)


def _film(
    prepared: PreparedScan,
    name: ViewName,
    dark: bool,
    old: dict[tuple[ViewName, bool, bool], Film | None],
    *,
    prior: bool = False,
) -> Film | None:
    view, film = prepared.scan.view(name), old.get((name, dark, prior))
    if view is None or (film is not None and film.view is view):
        return film if view is not None else None
    return Film(view, prepared.indexed[name], None if dark else prepared.developed[name])
