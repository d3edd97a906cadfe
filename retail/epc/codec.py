"""From the bits of a tag to what they say, by the header in the first byte, and back."""

from functools import lru_cache

from retail.epc.bits import LONGEST, BitReader, BitWriter
from retail.epc.characters import digits_only
from retail.epc.families import Ais
from retail.epc.fields import Field
from retail.epc.identifiers import FORMATS, KEY_LENGTH
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SCHEMES, Scheme
from retail.epc.tag import Tag
from retail.epc.unit import Unit, checked
from retail.epc.uris import element_strings

_SGTIN_96 = 0x30
_SERIAL_96 = (1 << 38) - 1


def decode(epc: bytes) -> Tag:
    """Read an EPC as it lies on the tag, header first.

    Bits after the scheme's own are filler (TDS 2.2, 14.4 step 3). Raises :class:`EpcRefused` for everything that the
    standard doesn't allow; never anything else.
    """
    scheme = scheme_of(epc)
    if scheme.header == _SGTIN_96:
        return _sgtin96(bytes(epc))
    filter_value, values, bits = read_values(scheme, epc)
    data = _read_data(bits) if scheme.plus and epc[1] & 0x80 else ()
    return Tag(scheme.name, _unit(scheme, values), filter_value, values, data, bytes(epc))


def _sgtin96(epc: bytes) -> Tag:
    """The usual scheme: what stands above the serial is read once for each article."""
    value = int.from_bytes(epc[:12], "big")
    filter_value, prefix, item, gtin = _article(value >> 38)
    serial = str(value & _SERIAL_96)
    return Tag("SGTIN-96", Unit(gtin, serial), filter_value, (prefix, item, serial), (), epc)


@lru_cache(maxsize=1 << 16)
def _article(head: int) -> tuple[int | None, str, str, str]:
    """Filter, company prefix, item reference and GTIN-14 of the 58 bits above an SGTIN-96's serial."""
    scheme = SCHEMES[_SGTIN_96]
    filter_value, values, _ = read_values(scheme, (head << 38).to_bytes(12, "big"))
    prefix, item, _ = values
    return filter_value, prefix, item, element_strings(scheme, values)[0][1]


def read_values(scheme: Scheme, epc: bytes) -> tuple[int | None, tuple[str, ...], BitReader]:
    """Read filter and values (see :class:`Tag`) by the fields of the scheme; the reader stands behind them."""
    bits = BitReader(epc)
    bits.take(9 if scheme.plus else 8)
    filter_value = bits.take(scheme.filter_bits) if scheme.filter_bits else None
    values = tuple([field.read(bits) for field in _layout(scheme, bits)])
    if scheme.reserved and bits.take(scheme.reserved):
        raise EpcRefused(EpcReason.RESERVED_BITS, f"the last {scheme.reserved} bits of {scheme.name} are zero")
    return filter_value, values, bits


def decode_hex(text: str) -> Tag:
    """Read an EPC in hexadecimal; an odd digit is completed by a zero, since it stands for the first bits."""
    try:
        epc = bytes.fromhex(text if len(text) % 2 == 0 else text + "0")
    except ValueError:
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"not hexadecimal: {text[:64]!r}") from None
    return decode(epc)


def encode(scheme: Scheme, filter_value: int, values: tuple[str, ...], data: Ais = ()) -> Tag:
    """Write an EPC in whole 16-bit words, zeros behind it.

    ``values`` as in :class:`Tag`; the company prefix's own length chooses the partition. :class:`EpcRefused` when a
    value doesn't fit the scheme.
    """
    layout = _layout_for(scheme, values)
    if len(values) != len(layout):
        raise EpcRefused(EpcReason.BAD_URI, f"{scheme.name} has {len(layout)} parts, here are {len(values)}")
    if data and not scheme.plus:
        raise EpcRefused(EpcReason.BAD_URI, f"{scheme.name} has no room for further data")
    out = BitWriter()
    out.put(scheme.header, 8)
    if scheme.plus:
        out.put(int(bool(data)), 1)
    out.put(filter_value, scheme.filter_bits)
    if scheme.partitioned:
        out.put(scheme.layouts.index(layout), 3)
    for field, value in zip(layout, values, strict=True):
        field.write(out, value)
    out.put(0, scheme.reserved)
    for ai, value in data:
        _write_data(out, ai, value)
    filter_shown = filter_value if scheme.filter_bits else None
    return Tag(scheme.name, _unit(scheme, values), filter_shown, values, data, out.words())


def scheme_of(epc: bytes) -> Scheme:
    """The scheme that the header names; refused when it is unknown, or the EPC too short or too long for it."""
    if len(epc) > LONGEST:
        raise EpcRefused(EpcReason.TOO_LONG, f"an EPC has at most {LONGEST} bytes, here are {len(epc)}")
    if not any(epc):
        raise EpcRefused(EpcReason.EMPTY, "the EPC is empty or all zeros")
    scheme = SCHEMES.get(epc[0])
    if scheme is None:
        raise EpcRefused(EpcReason.UNKNOWN_HEADER, f"header {epc[0]:02X} isn't in TDS 2.2", header=epc[0])
    if scheme.bits is not None and len(epc) * 8 < scheme.bits:
        raise EpcRefused(EpcReason.TRUNCATED, f"{scheme.name} has {scheme.bits} bits, here are {len(epc) * 8}")
    return scheme


def _layout(scheme: Scheme, bits: BitReader) -> tuple[Field, ...]:
    if not scheme.partitioned:
        return scheme.layouts[0]
    partition = bits.take(3)
    if partition >= len(scheme.layouts):
        raise EpcRefused(EpcReason.REFUSED_PARTITION, f"partition {partition} isn't defined")
    return scheme.layouts[partition]


def _layout_for(scheme: Scheme, values: tuple[str, ...]) -> tuple[Field, ...]:
    if not scheme.partitioned:
        return scheme.layouts[0]
    partition = 12 - len(values[0]) if values else -1
    if not 0 <= partition < len(scheme.layouts):
        raise EpcRefused(EpcReason.REFUSED_PARTITION, "a company prefix has 6 to 12 digits")
    return scheme.layouts[partition]


def _unit(scheme: Scheme, values: tuple[str, ...]) -> Unit | None:
    if not scheme.item:
        return None
    (_, gtin), (_, serial), *_ = element_strings(scheme, values)
    return checked(Unit(gtin, serial))


def _read_data(bits: BitReader) -> Ais:
    """Further GS1 data up to the filler at the end (TDS 2.2, 15.3)."""
    found = []
    while bits.left >= 8 and not bits.rest_is_zero():
        start = f"{bits.take(8):02x}"
        length = KEY_LENGTH.get(start)
        if length is None:
            raise EpcRefused(EpcReason.UNKNOWN_IDENTIFIER, f"no application identifier begins with {start}")
        ai = start + (f"{bits.take(4 * length - 8):0{length - 2}x}" if length > 2 else "")
        if ai not in FORMATS:
            raise EpcRefused(EpcReason.UNKNOWN_IDENTIFIER, f"({ai}) isn't in TDS 2.2")
        found.append((ai, FORMATS[ai].read(bits)))
    return tuple(found)


def _write_data(out: BitWriter, ai: str, value: str) -> None:
    if not digits_only(ai) or ai not in FORMATS:
        raise EpcRefused(EpcReason.UNKNOWN_IDENTIFIER, f"({ai[:8]}) isn't in TDS 2.2")
    out.put(int(ai, 16), 4 * len(ai))
    FORMATS[ai].write(out, value)
