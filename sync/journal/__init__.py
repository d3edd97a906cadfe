"""Append-only logs of facts, one per device: hash-chained, signed, and sent as they are."""
