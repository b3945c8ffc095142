"""Nets, one per file; torch is imported here and nowhere above."""
