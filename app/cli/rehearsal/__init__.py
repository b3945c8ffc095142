"""Studies read by simulated readers: the rehearsal and the demo."""
