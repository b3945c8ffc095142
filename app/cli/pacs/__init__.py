"""Scans from a PACS, results to it."""
