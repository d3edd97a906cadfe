"""How the Tag Data Standard packs text: 6-bit, 7-bit and the packings of TDS 2.2 table E; escapes of URN and link."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from retail.epc.bits import BitReader, BitWriter
from retail.epc.refused import EpcReason, EpcRefused

SET_82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
)
"""GS1 character set 82: General Specifications, figure 7.11-1; TDS 2.2 table A-1"""

_SET_6_BIT = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""TDS 2.2 table G-1: the low six bits of ASCII"""

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CODE40 = "\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
_CODE40_AT = {character: place for place, character in enumerate(_CODE40)}
_URN_ESCAPES = {ord(c): f"%{ord(c):02X}" for c in '"#&/<>?%'}
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")


class Packing(NamedTuple):
    """One of the encodings of TDS 2.2 table E. ``width`` gives the bits that n characters take (table B)."""

    indicator: int
    pattern: re.Pattern[str]
    width: Callable[[int], int]
    read: Callable[[BitReader, int], str]
    write: Callable[[BitWriter, str], None]


def digits_only(text: str) -> bool:
    """Whether the text is made of ASCII digits (an empty one is not)."""
    return text.isascii() and text.isdecimal()


def urn_escaped(text: str) -> str:
    """Escape a value for an EPC URI: the characters that TDS 2.2 tables A-1 and G-1 write as triplets."""
    return text.translate(_URN_ESCAPES)


def urn_unescaped(text: str) -> str:
    """Undo :func:`urn_escaped`; :class:`EpcRefused` (bad_uri) when a character should have been escaped."""
    bare = _ESCAPED.sub("", text)
    if any(ord(character) in _URN_ESCAPES for character in bare):
        raise EpcRefused(EpcReason.BAD_URI, f"a character has to be escaped: {text[:64]!r}")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def link_escaped(text: str) -> str:
    """Escape a value for a GS1 Digital Link."""
    return quote(text, safe='"')


def read_7bit(bits: BitReader, count: int) -> str:
    """Read ``count`` 7-bit characters of set 82."""
    return of_set_82("".join([chr(bits.take(7)) for _ in range(count)]))


def write_7bit(out: BitWriter, text: str) -> None:
    """Write 7-bit characters of set 82."""
    for character in of_set_82(text):
        out.put(ord(character), 7)


def read_6bit(bits: BitReader, longest: int) -> str:
    """Read up to ``longest`` 6-bit characters and the six zero bits that end them (TDS 2.2, 14.4.8)."""
    text = ""
    while code := bits.take(6):
        text += chr(code if code >= 32 else code + 64)
        if len(text) > longest:
            raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"more than {longest} characters")
    return of_set_6_bit(text)


def write_6bit(out: BitWriter, text: str) -> None:
    """Write 6-bit characters; the six zero bits are the caller's."""
    for character in of_set_6_bit(text):
        out.put(ord(character) & 63, 6)


def of_set_82(text: str) -> str:
    """Return the text, or refuse it for a character outside GS1's set 82."""
    if not SET_82.issuperset(text):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a character is outside the GS1 character set: {text[:64]!r}")
    return text


def of_set_6_bit(text: str) -> str:
    """Return the text, or refuse it for a character that has no 6-bit form."""
    if not _SET_6_BIT.issuperset(text):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a character has no 6-bit form: {text[:64]!r}")
    return text


def integer_width(count: int) -> int:
    """Bits that ``count`` digits take (TDS 2.2 table B)."""
    largest: int = 10**count - 1
    return largest.bit_length()


def read_integer(bits: BitReader, count: int) -> str:
    """Read ``count`` digits from as few bits as they need; leading zeros are kept."""
    value = bits.take(integer_width(count))
    if value >= 10**count:
        raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{value} has more than {count} digits")
    return f"{value:0{count}d}" if count else ""


def write_integer(out: BitWriter, text: str) -> None:
    """Write digits in as few bits as they need."""
    out.put(int(text or "0"), integer_width(len(text)))


def _hex_width(count: int) -> int:
    return 4 * count


def _read_upper_hex(bits: BitReader, count: int) -> str:
    return f"{bits.take(4 * count):0{count}X}"


def _read_lower_hex(bits: BitReader, count: int) -> str:
    return f"{bits.take(4 * count):0{count}x}"


def _write_hex(out: BitWriter, text: str) -> None:
    out.put(int(text, 16), 4 * len(text))


def _read_base64(bits: BitReader, count: int) -> str:
    return "".join([_BASE64[bits.take(6)] for _ in range(count)])


def _write_base64(out: BitWriter, text: str) -> None:
    for character in text:
        out.put(_BASE64.index(character), 6)


def _read_code40(bits: BitReader, count: int) -> str:
    text = ""
    for _ in range(-(-count // 3)):
        value = bits.take(16) - 1
        if not 0 <= value < 64000:
            raise EpcRefused(EpcReason.BAD_CHARACTERS, "these 16 bits are no URN Code 40")
        text += _CODE40[value // 1600] + _CODE40[value // 40 % 40] + _CODE40[value % 40]
    if text[count:].strip("\0") or "\0" in text[:count]:
        raise EpcRefused(EpcReason.BAD_CHARACTERS, "the filler of URN Code 40 is in the wrong place")
    return text[:count]


def _write_code40(out: BitWriter, text: str) -> None:
    for start in range(0, len(text), 3):
        first, second, third = (_CODE40_AT[character] for character in text[start : start + 3].ljust(3, "\0"))
        out.put(1600 * first + 40 * second + third + 1, 16)


PACKINGS: tuple[Packing, ...] = (
    Packing(0, re.compile(r"[0-9]+\Z"), integer_width, read_integer, write_integer),
    Packing(1, re.compile(r"[0-9A-F]+\Z"), _hex_width, _read_upper_hex, _write_hex),
    Packing(2, re.compile(r"[0-9a-f]+\Z"), _hex_width, _read_lower_hex, _write_hex),
    Packing(3, re.compile(r"[0-9A-Za-z_-]+\Z"), lambda n: 6 * n, _read_base64, _write_base64),
    Packing(5, re.compile(r"[0-9A-Z.:-]+\Z"), lambda n: 16 * -(-n // 3), _read_code40, _write_code40),
    Packing(4, re.compile(r"[!-~]+\Z"), lambda n: 7 * n, read_7bit, write_7bit),
)
"""In the order of preference between two that take the same number of bits."""

PACKING_OF: dict[int, Packing] = {packing.indicator: packing for packing in PACKINGS}
"""by the three bits of the encoding indicator"""
