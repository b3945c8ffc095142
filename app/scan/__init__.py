"""What a scan is and how it gets in."""
