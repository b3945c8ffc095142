"""Simulated scans measured beside real ones that are degraded alike; the real ones are never stored here."""
