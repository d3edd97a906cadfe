"""Devices: ports, codecs, drivers, and a simulated twin of each. Knows no shop."""
