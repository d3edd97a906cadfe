"""What the status page shows of an LLRP reader's troubles."""

from dataclasses import dataclass


@dataclass(slots=True)
class LlrpCounters:
    """Counted since the driver was made."""

    garbled: int = 0
    """messages, tag reports, and bytes between messages that made no sense, and were dropped"""
    overflowed: int = 0
    """times that the reader said it had lost reads"""
    unknown: int = 0
    """parameters of unknown type, passed over"""
    clock_jumps: int = 0
    """times that the reader's clock had to be corrected while it was connected"""
