"""Files of numbers become a cube of reads; each complaint names the file, the line and the remedy."""
