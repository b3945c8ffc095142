"""Models: asked, checked, shipped."""
