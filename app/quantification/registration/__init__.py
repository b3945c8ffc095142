"""Fitting the skeleton to a scan: where each bone lies on it, and one scan laid on another."""
