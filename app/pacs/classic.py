"""The classic protocol, DIMSE over TCP (PS3.7, PS3.8), behind the questions of `archive`."""

from __future__ import annotations

from app.pacs.find import echo, find_studies, look_into
from app.pacs.retrieve import fetch
from app.pacs.store import store

__all__ = ["echo", "fetch", "find_studies", "look_into", "store"]
