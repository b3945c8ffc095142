"""What only this program knows of a region, as other programs' JSON carries it along."""

from __future__ import annotations

from typing import Any

from app.annotation.region import Region, RegionSource, fields_from, proposed_from, proposed_row

OWN = "scintiread"
"""The key under which it stands."""


def own_row(region: Region) -> dict[str, Any]:
    """What a format of another program has no field for; what nobody said is left out."""
    return {
        "uuid": region.uuid,
        "lesion": region.lesion,
        "rating": region.rating,
        "source": region.source.value,
        **({"bone_suggested": True} if region.bone_suggested else {}),
        **({"comment": region.comment} if region.comment else {}),
        **({"fields": dict(region.fields)} if region.fields else {}),
        **proposed_row(region.proposed_by),
    }


def own_fields(own: dict[str, Any]) -> dict[str, Any]:
    """The fields of a region out of that row; its identity, lesion and bone are for the format to take."""
    fields: dict[str, Any] = {}
    if own.get("bone_suggested"):
        fields["bone_suggested"] = True
    if isinstance(own.get("rating"), int | float):
        fields["rating"] = float(own["rating"])
    if own.get("source") in set(RegionSource):
        fields["source"] = RegionSource(own["source"])
    if own.get("comment"):
        fields["comment"] = str(own["comment"])
    if answers := fields_from(own.get("fields")):
        fields["fields"] = answers
    if (by := proposed_from(own.get("proposed_by"))) is not None:
        fields["proposed_by"] = by
    return fields
