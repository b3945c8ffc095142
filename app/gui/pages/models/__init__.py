"""The page of the models: what is installed, what they say of a folder, and training new ones."""
