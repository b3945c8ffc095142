"""What a person draws on a scan."""
