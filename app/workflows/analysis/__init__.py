"""What the readings of a study say."""
