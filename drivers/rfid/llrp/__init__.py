"""LLRP 1.0.1 (EPCglobal): codec without input or output, report fast path, reader driver, reader twin."""
