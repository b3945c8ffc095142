"""Training: recipes on cohorts, by themselves and side by side."""
