"""What a value in a reader's JSON may be: numbers within bounds, EPCs and TIDs in hex, phases."""

from typing import Annotated

from msgspec import Meta

from drivers.errors import Garbled

# what a number in a reader's message may be; anything else isn't that field
Antenna = Annotated[int, Meta(ge=0, le=65_535)]
Cdbm = Annotated[int, Meta(ge=-20_000, le=10_000)]
Dbm = Annotated[float, Meta(ge=-200, le=100)]
Degrees = Annotated[float, Meta(ge=-1e6, le=1e6)]
Khz = Annotated[int, Meta(ge=0, le=10_000_000)]
Mhz = Annotated[float, Meta(ge=0, le=10_000)]
Times = Annotated[int, Meta(ge=0, le=2**31)]


def epc_of_hex(text: str) -> bytes:
    """EPC bytes of hex digits; Garbled for anything else, and for more than 496 bits."""
    try:
        epc = bytes.fromhex(text)
    except ValueError:
        raise Garbled(f"{text[:40]!r} is no EPC in hex") from None
    return in_bounds(epc)


def in_bounds(epc: bytes) -> bytes:
    """An EPC of at most 496 bits: more a tag's protocol control word can't announce (Gen2, 31 words)."""
    if len(epc) > 62:
        raise Garbled(f"an EPC of {len(epc) * 8} bits; a tag holds at most 496")
    return epc


def tid_of_hex(text: str) -> bytes:
    """A TID of hex digits; none if it is anything else: a read is worth as much without."""
    try:
        return epc_of_hex(text)
    except Garbled:
        return b""


def phase_mrad(degrees: float | None) -> int | None:
    """A phase in degrees told in thousandths of a radian, 0 to a whole turn."""
    return None if degrees is None else round((degrees % 360.0) * 17.453292519943295)
