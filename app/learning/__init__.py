"""The models: how they are trained, what they say, where they looked. The only home of torch."""
