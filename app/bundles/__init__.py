"""Bundles: one file with all that a reader needs offline, and the answers on their way back."""
