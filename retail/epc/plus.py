"""SGTIN+ and DSGTIN+: the GTIN in decimal nibbles and a serial of variable packing (TDS 2.2, 14.6.17 and 14.6.18).

They need no company prefix length. Bits after the serial may carry further GS1 data (the AIDC toggle): they don't
belong to the identity and aren't read here.
"""

from typing import NamedTuple

from retail.epc.bits import BitReader, BitWriter
from retail.epc.characters import link_escaped, read_variable, write_variable
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import DATE_TYPES, SERIAL_LENGTH
from retail.epc.tag import Tag
from retail.epc.unit import Unit, checked

_SGTIN_PLUS, _DSGTIN_PLUS = 0xF7, 0xFB


class ItemDate(NamedTuple):
    """The date of a DSGTIN+: an application identifier of ``DATE_TYPES`` and six digits, YYMMDD (day may be 00)."""

    ai: str
    yymmdd: str


def decode_sgtin_plus(epc: bytes) -> Tag:
    """Decode an SGTIN+."""
    bits = BitReader(epc)
    bits.take(12)
    unit = _unit(bits)
    return Tag("SGTIN+", unit, _link(unit), epc.hex().upper())


def decode_dsgtin_plus(epc: bytes) -> Tag:
    """Decode a DSGTIN+; its date stands in the link's query."""
    bits = BitReader(epc)
    bits.take(12)
    date = _date(bits)
    unit = _unit(bits)
    return Tag("DSGTIN+", unit, f"{_link(unit)}?{date.ai}={date.yymmdd}", epc.hex().upper())


def encode_sgtin_plus(unit: Unit, filter: int = 1) -> bytes:
    """Return the whole words of an SGTIN+ without further data."""
    checked(unit)
    out = BitWriter()
    out.put(_SGTIN_PLUS, 8)
    out.put(0, 1)
    out.put(filter, 3)
    _put_unit(out, unit)
    return out.words()


def encode_dsgtin_plus(unit: Unit, date: ItemDate, filter: int = 1) -> bytes:
    """Return the whole words of a DSGTIN+ without further data."""
    checked(unit)
    out = BitWriter()
    out.put(_DSGTIN_PLUS, 8)
    out.put(0, 1)
    out.put(filter, 3)
    _put_date(out, date)
    _put_unit(out, unit)
    return out.words()


def _link(unit: Unit) -> str:
    return f"https://id.gs1.org/01/{unit.gtin}/21/{link_escaped(unit.serial)}"


def _unit(bits: BitReader) -> Unit:
    gtin = f"{bits.take(56):014x}"
    if not gtin.isdecimal():
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a GTIN is made of digits: {gtin}")
    return checked(Unit(gtin, read_variable(bits, SERIAL_LENGTH)))


def _put_unit(out: BitWriter, unit: Unit) -> None:
    out.put(int(unit.gtin, 16), 56)
    write_variable(out, unit.serial)


def _date(bits: BitReader) -> ItemDate:
    kind, year, month, day = bits.take(4), bits.take(7), bits.take(4), bits.take(5)
    if kind >= len(DATE_TYPES):
        raise EpcRefused(EpcReason.BAD_DATE, f"date type {kind} isn't defined")
    if year > 99 or not 1 <= month <= 12:
        raise EpcRefused(EpcReason.BAD_DATE, f"year {year}, month {month} is no date")
    return ItemDate(DATE_TYPES[kind][0], f"{year:02d}{month:02d}{day:02d}")


def _put_date(out: BitWriter, date: ItemDate) -> None:
    kinds = [ai for ai, _ in DATE_TYPES]
    text = date.yymmdd
    if date.ai not in kinds or len(text) != 6 or not (text.isascii() and text.isdecimal()):
        raise EpcRefused(EpcReason.BAD_DATE, f"not a date of a DSGTIN+: {date}")
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12 or day > 31:
        raise EpcRefused(EpcReason.BAD_DATE, f"not a date: {text}")
    for value, width in ((kinds.index(date.ai), 4), (year, 7), (month, 4), (day, 5)):
        out.put(value, width)
