"""How the Tag Data Standard packs and escapes text: 7-bit, base 64, URN Code 40, URN and Digital Link escapes."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from retail.epc.bits import BitReader, BitWriter
from retail.epc.refused import EpcReason, EpcRefused

SET_82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
)
"""characters that a serial of AI (21) may hold"""

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CODE40 = "\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
_CODE40_AT = {character: place for place, character in enumerate(_CODE40)}
_URN_ESCAPES = {ord(c): f"%{ord(c):02X}" for c in '"&/<>?%'}


class Packing(NamedTuple):
    """One of the encodings of TDS 2.2 table E. ``width`` gives the bits that n characters take (table B)."""

    indicator: int
    pattern: re.Pattern[str]
    width: Callable[[int], int]
    read: Callable[[BitReader, int], str]
    write: Callable[[BitWriter, str], None]


def urn_escaped(text: str) -> str:
    """Escape a serial for a tag URI (TDS 2.2 table A: the six forbidden characters and the per cent sign)."""
    return text.translate(_URN_ESCAPES)


def link_escaped(text: str) -> str:
    """Escape a serial for a GS1 Digital Link path."""
    return quote(text, safe='"')


def read_7bit(bits: BitReader, count: int) -> str:
    """Read ``count`` 7-bit characters of set 82."""
    return _of_set_82("".join(chr(bits.take(7)) for _ in range(count)))


def write_7bit(out: BitWriter, text: str) -> None:
    """Write 7-bit characters of set 82."""
    for character in _of_set_82(text):
        out.put(ord(character), 7)


def read_7bit_filled(bits: BitReader, room: int) -> str:
    """Read a text of up to ``room`` 7-bit characters that is filled up with zeros."""
    text = "".join(chr(bits.take(7)) for _ in range(room)).rstrip("\0")
    return _of_set_82(text)


def _of_set_82(text: str) -> str:
    if not SET_82.issuperset(text):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a character is outside the GS1 character set: {text!r}")
    return text


def _read_integer(bits: BitReader, count: int) -> str:
    value = bits.take(_integer_width(count))
    if value >= 10**count:
        raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{value} has more than {count} digits")
    return f"{value:0{count}d}"


def _write_integer(out: BitWriter, text: str) -> None:
    out.put(int(text), _integer_width(len(text)))


def _integer_width(count: int) -> int:
    largest: int = 10**count - 1
    return largest.bit_length()


def _hex_width(count: int) -> int:
    return 4 * count


def _read_upper_hex(bits: BitReader, count: int) -> str:
    return f"{bits.take(4 * count):0{count}X}"


def _read_lower_hex(bits: BitReader, count: int) -> str:
    return f"{bits.take(4 * count):0{count}x}"


def _write_hex(out: BitWriter, text: str) -> None:
    out.put(int(text, 16), 4 * len(text))


def _read_base64(bits: BitReader, count: int) -> str:
    return "".join(_BASE64[bits.take(6)] for _ in range(count))


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
    Packing(0, re.compile(r"[0-9]+\Z"), _integer_width, _read_integer, _write_integer),
    Packing(1, re.compile(r"[0-9A-F]+\Z"), _hex_width, _read_upper_hex, _write_hex),
    Packing(2, re.compile(r"[0-9a-f]+\Z"), _hex_width, _read_lower_hex, _write_hex),
    Packing(3, re.compile(r"[0-9A-Za-z_-]+\Z"), lambda n: 6 * n, _read_base64, _write_base64),
    Packing(5, re.compile(r"[0-9A-Z.:-]+\Z"), lambda n: 16 * -(-n // 3), _read_code40, _write_code40),
    Packing(4, re.compile(r"[!-~]+\Z"), lambda n: 7 * n, read_7bit, write_7bit),
)
"""In the order of preference between two that take the same number of bits."""

_BY_INDICATOR = {packing.indicator: packing for packing in PACKINGS}


def read_variable(bits: BitReader, longest: int) -> str:
    """Read a variable-length alphanumeric value: 3 bits of encoding, 5 of length, the text (TDS 2.2, 14.5.6)."""
    indicator, length = bits.take(3), bits.take(5)
    packing = _BY_INDICATOR.get(indicator)
    if packing is None:
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"encoding indicator {indicator} isn't defined")
    if length == 0:
        raise EpcRefused(EpcReason.EMPTY, "the serial is empty")
    if length > longest:
        raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"{length} characters where at most {longest} are allowed")
    return packing.read(bits, length)


def write_variable(out: BitWriter, text: str) -> None:
    """Write a variable-length alphanumeric value in the packing that takes the fewest bits."""
    fitting = [packing for packing in PACKINGS if packing.pattern.match(text)]
    if not fitting:
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"no encoding holds {text!r}")
    best = min(fitting, key=lambda packing: packing.width(len(text)))
    out.put(best.indicator, 3)
    out.put(len(text), 5)
    best.write(out, text)
