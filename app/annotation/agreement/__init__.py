"""How far several people's masks of one scan agree, and what they agree on."""
