"""Readers, people and tagged goods in a room of waves: seeded streams of reads whose truth is known."""
