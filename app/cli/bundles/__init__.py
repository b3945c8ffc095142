"""A study on its way to a reader without a network, and back."""
