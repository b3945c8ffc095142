"""The services of a PACS that are used, by their UIDs (PS3.4 tables A.5-1 and C.6.1-1)."""

from __future__ import annotations

VERIFICATION = "1.2.840.10008.1.1"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
