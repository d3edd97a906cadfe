"""SGTIN-96 and SGTIN-198: a partitioned company prefix and item reference, then a serial (TDS 2.2, 14.6.1)."""

from functools import lru_cache

from retail.epc.bits import BitReader, BitWriter
from retail.epc.characters import read_7bit_filled, urn_escaped, write_7bit
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SERIAL_LENGTH, SGTIN_PARTITIONS, Partition
from retail.epc.tag import Tag
from retail.epc.unit import Unit, check_digit, checked

_HEADER_96, _HEADER_198 = 0x30, 0x36
_MASK_38 = (1 << 38) - 1
_MASK_44 = (1 << 44) - 1
_REMEMBERED_ARTICLES = 1 << 16


def decode_sgtin96(epc: bytes) -> Tag:
    """Decode the first 96 bits; bits after them are filler of a longer tag memory."""
    if len(epc) < 12:
        raise EpcRefused(EpcReason.TRUNCATED, f"SGTIN-96 has 12 bytes, here are {len(epc)}")
    value = int.from_bytes(epc[:12], "big")
    prefix, item, gtin = _article((value >> 82) & 7, (value >> 38) & _MASK_44)
    serial = str(value & _MASK_38)
    uri = f"urn:epc:tag:sgtin-96:{(value >> 85) & 7}.{prefix}.{item}.{serial}"
    return Tag("SGTIN-96", Unit(gtin, serial), uri, epc.hex().upper())


def decode_sgtin198(epc: bytes) -> Tag:
    """Decode an SGTIN with an alphanumeric serial of up to 20 characters of 7 bits."""
    bits = BitReader(epc)
    bits.take(8)
    filter_value, partition = bits.take(3), bits.take(3)
    prefix, item, gtin = _article(partition, bits.take(44))
    serial = read_7bit_filled(bits, SERIAL_LENGTH)
    unit = checked(Unit(gtin, serial))
    uri = f"urn:epc:tag:sgtin-198:{filter_value}.{prefix}.{item}.{urn_escaped(serial)}"
    return Tag("SGTIN-198", unit, uri, epc.hex().upper())


def encode_sgtin96(unit: Unit, prefix_length: int, filter: int = 1) -> bytes:
    """Return the 12 bytes of an SGTIN-96.

    ``prefix_length`` is the length of the GS1 company prefix, 6 to 12 digits. :class:`EpcRefused` when the
    serial isn't a number below 2^38 without leading zeros: such a unit needs SGTIN-198 or SGTIN+.
    """
    checked(unit)
    if not (unit.serial.isdecimal() and unit.serial.isascii()):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"an SGTIN-96 serial is a number: {unit.serial!r}")
    if unit.serial != "0" and unit.serial.startswith("0"):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"an SGTIN-96 serial has no leading zero: {unit.serial!r}")
    out = _begin(_HEADER_96, unit, prefix_length, filter)
    out.put(int(unit.serial), 38)
    return out.words()


def encode_sgtin198(unit: Unit, prefix_length: int, filter: int = 1) -> bytes:
    """Return the 26 bytes (13 words) of an SGTIN-198; see :func:`encode_sgtin96`."""
    checked(unit)
    out = _begin(_HEADER_198, unit, prefix_length, filter)
    write_7bit(out, unit.serial)
    out.put(0, 7 * (SERIAL_LENGTH - len(unit.serial)))
    return out.words()


def _begin(header: int, unit: Unit, prefix_length: int, filter_value: int) -> BitWriter:
    partition = 12 - prefix_length
    if not 0 <= partition < len(SGTIN_PARTITIONS):
        raise EpcRefused(EpcReason.REFUSED_PARTITION, f"a company prefix has 6 to 12 digits, not {prefix_length}")
    _check_digit_right(unit)
    widths = SGTIN_PARTITIONS[partition]
    out = BitWriter()
    out.put(header, 8)
    out.put(filter_value, 3)
    out.put(partition, 3)
    out.put(int(unit.gtin[1 : 1 + prefix_length]), widths.prefix_bits)
    out.put(int(unit.gtin[0] + unit.gtin[1 + prefix_length : 13]), widths.item_bits)
    return out


def _check_digit_right(unit: Unit) -> None:
    """These schemes leave the check digit out, so a wrong one would silently become another GTIN."""
    if check_digit(unit.gtin[:13]) != int(unit.gtin[13]):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"the check digit of {unit.gtin} is wrong")


@lru_cache(maxsize=_REMEMBERED_ARTICLES)
def _article(partition: int, field: int) -> tuple[str, str, str]:
    """Return company prefix, item reference (indicator digit first) and GTIN-14 of the 44 bits.

    A store has many units of an article, so that articles are remembered.
    """
    if partition == 7:
        raise EpcRefused(EpcReason.REFUSED_PARTITION, "partition 7 isn't defined")
    widths: Partition = SGTIN_PARTITIONS[partition]
    prefix, item = field >> widths.item_bits, field & ((1 << widths.item_bits) - 1)
    if prefix >= 10**widths.prefix_digits:
        raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"company prefix {prefix} has over {widths.prefix_digits} digits")
    if item >= 10**widths.item_digits:
        raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"item reference {item} has over {widths.item_digits} digits")
    prefix_text, item_text = f"{prefix:0{widths.prefix_digits}d}", f"{item:0{widths.item_digits}d}"
    body = item_text[0] + prefix_text + item_text[1:]
    return prefix_text, item_text, body + str(check_digit(body))
