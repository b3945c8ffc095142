"""The chapters of an analysis, each from the cube of reads to its rows."""
