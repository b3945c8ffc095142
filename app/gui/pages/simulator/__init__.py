"""The simulator page: how hard a cohort is by sliders, one patient to look at, and "make cohort"."""
