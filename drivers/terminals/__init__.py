"""Card terminals: the simulated one and its twin."""
