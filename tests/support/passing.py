"""The reads of a unit that is carried out through a gate with an antenna on each side."""

from typing import Final

from drivers.readings import Read

INSIDE, OUTSIDE = 1, 2
PASSING: Final = (-58, -54, -50, -47, -46, -48, -51, -54)
"""dBm, from half a metre before an antenna to half a metre behind it"""
LEAVING: Final = (
    *((INSIDE, -1_500_000 + 100_000 * n, rssi) for n, rssi in enumerate(PASSING)),
    *((OUTSIDE, -700_000 + 100_000 * n, rssi) for n, rssi in enumerate(PASSING)),
)
"""(antenna, µs, dBm) of its reads, the last of them now"""


def carried_out(epc: bytes, now_us: int) -> list[Read]:
    """Seen inside, then outside, until now."""
    return [(epc, antenna, rssi * 100, now_us + at_us, 1) for antenna, at_us, rssi in LEAVING]
