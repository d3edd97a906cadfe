"""Fields of the binary schemes of TDS 1: each reads its bits as the text of the EPC URI and writes it back.

A field is read by the decoding method of TDS 2.2, 14.4, and written by the encoding method of 14.3. Whatever those
forbid is an :class:`EpcRefused`; texts are without escapes.
"""

from dataclasses import dataclass
from typing import Protocol

from retail.epc.bits import BitReader, BitWriter
from retail.epc.characters import digits_only, of_set_82, read_6bit, write_6bit
from retail.epc.refused import EpcReason, EpcRefused


class Field(Protocol):
    """A piece of an EPC between two fixed places, or up to its own end."""

    def read(self, bits: BitReader) -> str:
        """Take the field off the bits."""

    def write(self, out: BitWriter, text: str) -> None:
        """Append the field; what doesn't fit is refused."""


@dataclass(frozen=True, slots=True)
class Digits:
    """A number of exactly ``count`` digits, leading zeros kept (14.4.3 and 14.4.10); of no digits it is zero."""

    count: int
    width: int

    def read(self, bits: BitReader) -> str:
        value = bits.take(self.width)
        if value >= 10**self.count:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{value} has more than {self.count} digits")
        return f"{value:0{self.count}d}" if self.count else ""

    def write(self, out: BitWriter, text: str) -> None:
        if len(text) != self.count or (text and not digits_only(text)):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"{self.count} digits expected: {text[:64]!r}")
        out.put(int(text or "0"), self.width)


@dataclass(frozen=True, slots=True)
class Integer:
    """A number without leading zeros (14.4.1), below ``limit`` if there is one."""

    width: int
    limit: int = 0

    def read(self, bits: BitReader) -> str:
        return str(self._checked(bits.take(self.width)))

    def write(self, out: BitWriter, text: str) -> None:
        if not digits_only(text) or (text[0] == "0" and text != "0"):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a number without leading zero expected: {text[:64]!r}")
        if len(text) > self.width:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{text[:64]}… doesn't fit in {self.width} bits")
        out.put(self._checked(int(text)), self.width)

    def _checked(self, value: int) -> int:
        if self.limit and value >= self.limit:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{value} isn't below {self.limit}")
        return value


@dataclass(frozen=True, slots=True)
class NumericString:
    """Up to ``longest`` digits whose leading zeros are kept by a digit 1 put before them (14.4.6)."""

    longest: int
    width: int

    def read(self, bits: BitReader) -> str:
        text = str(bits.take(self.width))
        if text[0] != "1" or len(text) == 1:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, "a numeric string begins with a 1 that isn't its own")
        if len(text) - 1 > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {self.longest} digits")
        return text[1:]

    def write(self, out: BitWriter, text: str) -> None:
        if not digits_only(text):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"digits expected: {text[:64]!r}")
        if len(text) > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {self.longest} digits: {text[:64]!r}")
        out.put(int("1" + text), self.width)


@dataclass(frozen=True, slots=True)
class Text:
    """One to ``longest`` 7-bit characters, zeros behind them up to ``width`` (14.4.2, 14.4.5)."""

    longest: int
    width: int

    def read(self, bits: BitReader) -> str:
        raw = bits.take(self.width)
        spare = self.width - 7 * self.longest
        if raw & ((1 << spare) - 1):
            raise EpcRefused(EpcReason.RESERVED_BITS, "the bits behind the last character aren't zero")
        packed = raw >> spare
        text = "".join([chr((packed >> shift) & 127) for shift in range(7 * self.longest - 7, -1, -7)]).rstrip("\0")
        if not text:
            raise EpcRefused(EpcReason.EMPTY, "the text is empty")
        return of_set_82(text)

    def write(self, out: BitWriter, text: str) -> None:
        if not text:
            raise EpcRefused(EpcReason.EMPTY, "the text is empty")
        if len(text) > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {self.longest} characters: {text[:64]!r}")
        packed = 0
        for character in of_set_82(text):
            packed = packed << 7 | ord(character)
        out.put(packed << (self.width - 7 * len(text)), self.width)


@dataclass(frozen=True, slots=True)
class Terminated:
    """``shortest`` to ``longest`` 6-bit characters ended by six zero bits (14.4.8); ``#`` only where allowed."""

    longest: int
    shortest: int = 1
    hash_at: range = range(0)

    def read(self, bits: BitReader) -> str:
        return self._checked(read_6bit(bits, self.longest))

    def write(self, out: BitWriter, text: str) -> None:
        write_6bit(out, self._checked(text))
        out.put(0, 6)

    def _checked(self, text: str) -> str:
        if len(text) < self.shortest:
            raise EpcRefused(EpcReason.EMPTY, "the text is too short")
        if len(text) > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {self.longest} characters: {text[:64]!r}")
        if any(character == "#" and place not in self.hash_at for place, character in enumerate(text)):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a # in the wrong place: {text!r}")
        if text == "#" and self.hash_at == range(1):
            raise EpcRefused(EpcReason.EMPTY, "nothing stands behind the #")
        return text


@dataclass(frozen=True, slots=True)
class Agency:
    """A CAGE code of 5 or a DoDAAC of 6 characters without I and O, in 6 or 8 bits each (14.4.7).

    A CAGE code has a space before it.
    """

    bits_each: int

    def read(self, bits: BitReader) -> str:
        codes = [bits.take(self.bits_each) for _ in range(6)]
        if self.bits_each == 6:
            codes = [code if code >= 32 else code + 64 for code in codes]
        text = "".join(map(chr, codes))
        return self._checked(text.removeprefix(" "))

    def write(self, out: BitWriter, text: str) -> None:
        for character in self._checked(text).rjust(6):
            out.put(ord(character) & ((1 << self.bits_each) - 1), self.bits_each)

    def _checked(self, text: str) -> str:
        if len(text) not in (5, 6) or not set(text) <= set("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"neither a CAGE code nor a DoDAAC: {text[:64]!r}")
        return text
