"""Outlines: drawn, converted, compared."""
