"""A lesion is one thing on both views: one class, one bone, and one verdict on what was proposed.

Annotation in, Annotation out, as in `edits`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable, own_table
from app.annotation.edits import edited, without
from app.annotation.region import Region, RegionSource

SHARED = frozenset({"label", "bone", "bone_suggested", "comment", "fields"})
"""What belongs to the lesion, whichever of its regions is asked."""


def change(
    annotation: Annotation, uuid: str, table: ClassTable | None = None, /, **fields: object
) -> Annotation:
    """Other fields for a region; its class and bone for every region of its lesion. KeyError if unknown.

    A proposal that a person changes is a person's; what becomes an organ (by `table`, else by
    the user's own) loses the bone that was suggested.
    """
    region = annotation.region(uuid)
    lesion = region.lesion
    organ = "label" in fields and not (table or own_table()).of(str(fields["label"])).in_bone
    if "bone" in fields:
        fields.setdefault("bone_suggested", False)
    elif organ and region.bone_suggested:
        fields |= {"bone": "", "bone_suggested": False}
    shared = {name: value for name, value in fields.items() if name in SHARED}

    def changes(uuid_there: str) -> dict[str, object]:
        return fields if uuid_there == uuid else shared

    def changed(region: Region) -> Region:
        told = changes(region.uuid)
        if region.lesion != lesion or not told:
            return region
        return replace(region, **{"source": _source(region, told), **told})  # type: ignore[arg-type]

    regions = tuple(map(changed, annotation.regions))
    return replace(annotation, regions=regions)


def _source(region: Region, fields: dict[str, object]) -> RegionSource:
    """Whose a region is after that: a suggested bone, or the same again, edits nothing accepted."""
    told = {name for name, value in fields.items() if getattr(region, name) != value}
    if fields.get("bone_suggested"):
        told -= {"bone", "bone_suggested"}
    return edited(region) if told or region.source is RegionSource.AI else region.source


def change_whole(
    annotation: Annotation, lesion: str, table: ClassTable | None = None, /, **fields: object
) -> Annotation:
    """Other fields for every region of a lesion, a rating too. KeyError if unknown."""
    uuids = [region.uuid for region in annotation.regions if region.lesion == lesion]
    if not uuids:
        raise KeyError(lesion)
    for uuid in uuids:
        annotation = change(annotation, uuid, table, **fields)
    return annotation


def answer(annotation: Annotation, lesion: str, key: str, value: str) -> Annotation:
    """Another answer to what the folder asks of a lesion, "" for none. KeyError if unknown."""
    before = next((region.fields for region in annotation.regions if region.lesion == lesion), {})
    fields = {name: said for name, said in {**before, key: value}.items() if said}
    return change_whole(annotation, lesion, fields=fields)


def whole(annotation: Annotation) -> Annotation:
    """No lesion is half accepted: what is proposed of a person's lesion on the other view is accepted too."""
    persons = {region.lesion for region in annotation.regions if region.source is not RegionSource.AI}
    if not any(
        region.source is RegionSource.AI and region.lesion in persons for region in annotation.regions
    ):
        return annotation
    regions = tuple(
        replace(region, source=RegionSource.AI_ACCEPTED)
        if region.source is RegionSource.AI and region.lesion in persons
        else region
        for region in annotation.regions
    )
    return replace(annotation, regions=regions)


def remove(annotation: Annotation, uuids: Iterable[str]) -> Annotation:
    """The annotation without these regions; a proposal goes as the whole lesion that was proposed."""
    chosen = set(uuids)
    proposed = {
        region.lesion
        for region in annotation.regions
        if region.uuid in chosen and region.source is RegionSource.AI
    }
    return without(
        annotation,
        chosen | {region.uuid for region in annotation.regions if region.lesion in proposed},
    )
