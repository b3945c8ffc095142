"""How much disease a labelled scan shows: one index per file, each with its source and unit."""
