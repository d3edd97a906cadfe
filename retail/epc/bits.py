"""Bits in the order in which they lie on a tag: most significant first."""

from retail.epc.refused import EpcReason, EpcRefused

LONGEST = 62
"""bytes of EPC memory that a Gen2 tag can announce: 31 words of 16 bits, 496 bits in all (TDS 2.2, 9.3)"""


class BitReader:
    """Takes fields off the front of a byte string; refuses to read past its end."""

    __slots__ = ("_left", "_value")

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    @property
    def left(self) -> int:
        """Bits not yet taken."""
        return self._left

    def take(self, width: int) -> int:
        """Return the next ``width`` bits as a number; :class:`EpcRefused` (truncated) when fewer are left."""
        if width > self._left:
            raise EpcRefused(EpcReason.TRUNCATED, f"{width} more bits expected, {self._left} left")
        self._left -= width
        return (self._value >> self._left) & ((1 << width) - 1)

    def rest_is_zero(self) -> bool:
        """Whether only filler is left."""
        return not self._value & ((1 << self._left) - 1)


class BitWriter:
    """Appends fields; the result is padded with zeros to whole 16-bit words, as tag memory is."""

    __slots__ = ("_length", "_value")

    def __init__(self) -> None:
        self._value = 0
        self._length = 0

    def put(self, value: int, width: int) -> None:
        """Append ``value`` in ``width`` bits; :class:`EpcRefused` (field_too_large) when it doesn't fit."""
        if value < 0 or value >> width:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{value} doesn't fit in {width} bits")
        self._value = (self._value << width) | value
        self._length += width

    def words(self) -> bytes:
        """Return all that was written, zero-filled to a multiple of 16 bits; refused (too_long) above 496 bits."""
        padding = -self._length % 16
        size = (self._length + padding) // 8
        if size > LONGEST:
            raise EpcRefused(EpcReason.TOO_LONG, f"{self._length} bits are more than a tag's EPC memory holds")
        return (self._value << padding).to_bytes(size, "big")
