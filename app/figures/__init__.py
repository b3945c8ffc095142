"""Results drawn: every figure is one function from an analysis to a matplotlib Figure, never through
pyplot.
"""
