"""The reading page: one case after the other, images on the left, the answer on the right."""
