"""Scans: found, described, de-identified."""
