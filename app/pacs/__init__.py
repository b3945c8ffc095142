"""Talking to a PACS: the only home of DICOM networking."""
