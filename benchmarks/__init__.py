"""Speeds, measured by one command: `python -m benchmarks` prints the table of the README."""
