"""How values of GS1 application identifiers are written in bits by the "+" schemes (TDS 2.2, 14.5).

Each format is a :class:`~retail.epc.fields.Field`: bits to the value's text and back, :class:`EpcRefused` otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retail.epc.bits import BitReader, BitWriter
from retail.epc.characters import PACKING_OF, PACKINGS, digits_only, integer_width, read_integer, write_integer
from retail.epc.fields import Digits, Field
from retail.epc.refused import EpcReason, EpcRefused

DATE_TYPES: tuple[tuple[str, str], ...] = (
    ("11", "production"),
    ("13", "packaging"),
    ("15", "best before"),
    ("16", "sell by"),
    ("17", "expiration"),
    ("7006", "first freeze"),
    ("7007", "harvest"),
)
"""application identifier and meaning of a DSGTIN+ date, by its type of four bits (14.5.3)"""

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def figures(count: int) -> Digits:
    """Exactly ``count`` digits as one number (14.5.2)."""
    return Digits(count, integer_width(count))


@dataclass(frozen=True, slots=True)
class Nibbles:
    """Exactly ``count`` digits of four bits (14.5.4)."""

    count: int

    def read(self, bits: BitReader) -> str:
        text = f"{bits.take(4 * self.count):0{self.count}x}"
        if not text.isdecimal():
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"digits expected: {text}")
        return text

    def write(self, out: BitWriter, text: str) -> None:
        if len(text) != self.count or not digits_only(text):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"{self.count} digits expected: {text[:64]!r}")
        out.put(int(text, 16), 4 * self.count)


@dataclass(frozen=True, slots=True)
class Alphanumeric:
    """Up to ``longest`` characters: 3 bits of packing, the length, the text packed as tightly as it goes (14.5.6)."""

    longest: int
    length_bits: int = 5
    shortest: int = 1

    def read(self, bits: BitReader) -> str:
        indicator, length = bits.take(3), bits.take(self.length_bits)
        packing = PACKING_OF.get(indicator)
        if packing is None:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"encoding indicator {indicator} isn't defined")
        self._check(length)
        return packing.read(bits, length) if length else ""

    def write(self, out: BitWriter, text: str) -> None:
        self._check(len(text))
        fitting = [packing for packing in PACKINGS if packing.pattern.match(text)] if text else PACKINGS[:1]
        if not fitting:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"no encoding holds {text[:64]!r}")
        best = min(fitting, key=lambda packing: packing.width(len(text)))
        out.put(best.indicator, 3)
        out.put(len(text), self.length_bits)
        best.write(out, text)

    def _check(self, length: int) -> None:
        if length < self.shortest:
            raise EpcRefused(EpcReason.EMPTY, "the text is empty")
        if length > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{length} characters where {self.longest} are allowed")


@dataclass(frozen=True, slots=True)
class Numeric:
    """Up to ``longest`` digits: the length, then one number; leading zeros are kept (14.5.13)."""

    longest: int
    length_bits: int = 4
    shortest: int = 1

    def read(self, bits: BitReader) -> str:
        length = bits.take(self.length_bits)
        self._check(length)
        return read_integer(bits, length)

    def write(self, out: BitWriter, text: str) -> None:
        self._check(len(text))
        if text and not digits_only(text):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"digits expected: {text!r}")
        out.put(len(text), self.length_bits)
        write_integer(out, text)

    def _check(self, length: int) -> None:
        if length < self.shortest:
            raise EpcRefused(EpcReason.EMPTY, "the number is empty")
        if length > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{length} digits where {self.longest} are allowed")


@dataclass(frozen=True, slots=True)
class Delimited:
    """Digits of four bits, then F, or E and the rest as alphanumeric text (14.5.5): GIAI and CPI."""

    longest: int

    def read(self, bits: BitReader) -> str:
        text = ""
        while (nibble := bits.take(4)) < 10:
            text += str(nibble)
            if len(text) > self.longest:
                raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {self.longest} characters")
        if nibble == 0xE:
            text += Alphanumeric(self.longest - len(text)).read(bits)
        elif nibble != 0xF:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"{nibble:X} is no digit and ends no number")
        return self._begun(text)

    def write(self, out: BitWriter, text: str) -> None:
        self._begun(text)
        if len(text) > self.longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {self.longest} characters: {text[:64]!r}")
        rest = text.lstrip("0123456789")
        for digit in text[: len(text) - len(rest)]:
            out.put(int(digit), 4)
        out.put(0xE if rest else 0xF, 4)
        if rest:
            Alphanumeric(self.longest).write(out, rest)

    @staticmethod
    def _begun(text: str) -> str:
        if len(text) < 5 or not digits_only(text[:4]):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a company prefix and more expected: {text[:64]!r}")
        return text


@dataclass(frozen=True, slots=True)
class Moment:
    """YYMMDD and ``times`` of hh, mm, ss in 7, 4, 5, 5, 6 and 6 bits (14.5.8 and 14.5.9); the day may be 00."""

    times: int = 0

    @property
    def count(self) -> int:
        """digits"""
        return 6 + 2 * self.times

    def read(self, bits: BitReader) -> str:
        return self._checked([bits.take(width) for width in (7, 4, 5, 5, 6, 6)[: 3 + self.times]])

    def write(self, out: BitWriter, text: str) -> None:
        if len(text) != self.count or not digits_only(text):
            raise EpcRefused(EpcReason.BAD_DATE, f"a date of {self.count} digits expected: {text[:64]!r}")
        parts = [int(text[place : place + 2]) for place in range(0, self.count, 2)]
        self._checked(parts)
        for part, width in zip(parts, (7, 4, 5, 5, 6, 6), strict=False):
            out.put(part, width)

    def _checked(self, parts: Sequence[int]) -> str:
        year, month, day, *clock = parts
        if year > 99 or not 1 <= month <= 12 or day > _DAYS[month - 1]:
            raise EpcRefused(EpcReason.BAD_DATE, f"year {year}, month {month}, day {day} is no date")
        if clock and (clock[0] > 24 or (clock[0] == 24 and any(clock[1:])) or any(part > 59 for part in clock[1:])):
            raise EpcRefused(EpcReason.BAD_DATE, f"{clock} is no time of day")
        return "".join(f"{part:02d}" for part in parts)


@dataclass(frozen=True, slots=True)
class PrioritisedDate:
    """A date and what it means (14.5.3); its text is the application identifier, ``=`` and YYMMDD."""

    def read(self, bits: BitReader) -> str:
        kind = bits.take(4)
        if kind >= len(DATE_TYPES):
            raise EpcRefused(EpcReason.BAD_DATE, f"date type {kind} isn't defined")
        return f"{DATE_TYPES[kind][0]}={Moment().read(bits)}"

    def write(self, out: BitWriter, text: str) -> None:
        ai, _, date = text.partition("=")
        kinds = [known for known, _ in DATE_TYPES]
        if ai not in kinds:
            raise EpcRefused(EpcReason.BAD_DATE, f"no date of a DSGTIN+: {text[:64]!r}")
        out.put(kinds.index(ai), 4)
        Moment().write(out, date)


@dataclass(frozen=True, slots=True)
class DateOrRange:
    """A date or two of them, by one bit before (14.5.10)."""

    def read(self, bits: BitReader) -> str:
        two = bits.take(1)
        return Moment().read(bits) + (Moment().read(bits) if two else "")

    def write(self, out: BitWriter, text: str) -> None:
        out.put(int(len(text) > 6), 1)
        Moment().write(out, text[:6])
        if len(text) > 6:
            Moment().write(out, text[6:])


@dataclass(frozen=True, slots=True)
class Precise:
    """A date with none, one, two or three parts of the time of day, by two bits before (14.5.11)."""

    def read(self, bits: BitReader) -> str:
        return Moment((1, 2, 3, 0)[bits.take(2)]).read(bits)

    def write(self, out: BitWriter, text: str) -> None:
        times = max(0, min(3, (len(text) - 6) // 2))
        out.put((3, 0, 1, 2)[times], 2)
        Moment(times).write(out, text)


@dataclass(frozen=True, slots=True)
class Country:
    """Two capital letters in six bits each (14.5.12)."""

    def read(self, bits: BitReader) -> str:
        letters = (bits.take(6), bits.take(6))
        if max(letters) > 25:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, "a country code has two capital letters")
        return "".join(chr(65 + letter) for letter in letters)

    def write(self, out: BitWriter, text: str) -> None:
        if len(text) != 2 or not all("A" <= letter <= "Z" for letter in text):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a country code has two capital letters: {text[:64]!r}")
        for letter in text:
            out.put(ord(letter) - 65, 6)


@dataclass(frozen=True, slots=True)
class Bit:
    """One bit that stands for one of two texts (14.5.7 and 14.5.14)."""

    texts: tuple[str, str]

    def read(self, bits: BitReader) -> str:
        return self.texts[bits.take(1)]

    def write(self, out: BitWriter, text: str) -> None:
        if text not in self.texts:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"{text[:64]!r} is none of {self.texts}")
        out.put(self.texts.index(text), 1)


@dataclass(frozen=True, slots=True)
class Order:
    """``n/m`` with both from 1 to 9 (14.5.15)."""

    def read(self, bits: BitReader) -> str:
        return self._checked(f"{bits.take(4)}/{bits.take(4)}")

    def write(self, out: BitWriter, text: str) -> None:
        self._checked(text)
        out.put(int(text[0]), 4)
        out.put(int(text[2]), 4)

    @staticmethod
    def _checked(text: str) -> str:
        if len(text) != 3 or text[1] != "/" or not set(text[0] + text[2]) <= set("123456789"):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"n/m expected: {text[:64]!r}")
        return text


@dataclass(frozen=True, slots=True)
class Pair:
    """A first component of known length, then a second."""

    first: Digits | Nibbles
    second: Field

    def read(self, bits: BitReader) -> str:
        head = self.first.read(bits)
        return head + self.second.read(bits)

    def write(self, out: BitWriter, text: str) -> None:
        self.first.write(out, text[: self.first.count])
        self.second.write(out, text[self.first.count :])
