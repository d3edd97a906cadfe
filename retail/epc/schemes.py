"""The binary schemes of TDS 2.2 (table 14-1): header, length and fields of each (section 14.6)."""

from collections.abc import Callable
from typing import NamedTuple

from retail.epc import families
from retail.epc.families import Family
from retail.epc.fields import Agency, Digits, Field, Integer, NumericString, Terminated, Text
from retail.epc.formats import Alphanumeric, Delimited, Nibbles, Numeric, Pair, PrioritisedDate

SERIAL_LENGTH = 20
"""longest serial of AI (21)"""

DATED = "date"
"""stands for the date of a DSGTIN+ among its application identifiers; which one it is, the tag says"""


class Scheme(NamedTuple):
    """One EPC binary scheme.

    ``layouts`` are the fields by partition value, or one layout where there is no partition. ``bits`` is the length,
    None when it varies. ``ais`` are the application identifiers of the fields of a "+" scheme, nothing for the others.
    """

    header: int
    name: str
    family: Family
    layouts: tuple[tuple[Field, ...], ...]
    bits: int | None = None
    item: bool = False
    filter_bits: int = 3
    reserved: int = 0
    ais: tuple[str, ...] = ()

    @property
    def partitioned(self) -> bool:
        """Whether three bits say how long the company prefix is."""
        return len(self.layouts) > 1

    @property
    def plus(self) -> bool:
        """Whether it is a scheme of TDS 2 that needs no company prefix and may carry further data."""
        return bool(self.ais)


_PREFIXES = ((40, 12), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6))
"""bits and digits of the company prefix by partition value; 7 isn't defined"""

_Reference = Callable[[int, int], Field]


def _layouts(reference: _Reference, *rest: Field) -> tuple[tuple[Field, ...], ...]:
    return tuple((Digits(digits, bits), reference(bits, digits), *rest) for bits, digits in _PREFIXES)


def _sharing(bits: int, digits: int) -> _Reference:
    """A reference that shares so many bits and digits with the company prefix."""
    return lambda taken_bits, taken_digits: Digits(digits - taken_digits, bits - taken_bits)


_ITEM, _UNIT, _PLACE, _ASSET = _sharing(44, 13), _sharing(58, 17), _sharing(41, 12), _sharing(44, 12)
_PIECE_AND_TOTAL = (Digits(2, 7), Digits(2, 7))
_SERIAL = Text(SERIAL_LENGTH, 140)
_PLUS_SERIAL = Alphanumeric(SERIAL_LENGTH)


def _old() -> tuple[Scheme, ...]:
    f = families
    return (
        Scheme(0x2C, "GDTI-96", f.GDTI, _layouts(_PLACE, Integer(41)), 96),
        Scheme(0x2D, "GSRN-96", f.GSRN, _layouts(_UNIT), 96, reserved=24),
        Scheme(0x2E, "GSRNP-96", f.GSRNP, _layouts(_UNIT), 96, reserved=24),
        Scheme(0x2F, "USDOD-96", f.USDOD, ((Agency(8), Integer(36)),), 96, filter_bits=4),
        Scheme(0x30, "SGTIN-96", f.SGTIN, _layouts(_ITEM, Integer(38)), 96, item=True),
        Scheme(0x31, "SSCC-96", f.SSCC, _layouts(_UNIT), 96, reserved=24),
        Scheme(0x32, "SGLN-96", f.SGLN, _layouts(_PLACE, Integer(41)), 96),
        Scheme(0x33, "GRAI-96", f.GRAI, _layouts(_ASSET, Integer(38)), 96),
        Scheme(0x34, "GIAI-96", f.GIAI, _layouts(lambda bits, _: Integer(82 - bits)), 96),
        Scheme(0x35, "GID-96", f.GID, ((Integer(28), Integer(24), Integer(36)),), 96, filter_bits=0),
        Scheme(0x36, "SGTIN-198", f.SGTIN, _layouts(_ITEM, _SERIAL), 198, item=True),
        Scheme(0x37, "GRAI-170", f.GRAI, _layouts(_ASSET, Text(16, 112)), 170),
        Scheme(0x38, "GIAI-202", f.GIAI, _layouts(lambda bits, digits: Text(30 - digits, 188 - bits)), 202),
        Scheme(0x39, "SGLN-195", f.SGLN, _layouts(_PLACE, _SERIAL), 195),
        Scheme(0x3A, "GDTI-113", f.GDTI, _layouts(_PLACE, NumericString(17, 58)), 113),
        Scheme(0x3B, "ADI-var", f.ADI, ((Agency(6), Terminated(32, 0), Terminated(30, 1, range(1))),), filter_bits=6),
        Scheme(0x3C, "CPI-96", f.CPI, _layouts(_part_number, Integer(31)), 96),
        Scheme(0x3D, "CPI-var", f.CPI, _layouts(_part_text, Integer(40, 10**12))),
        Scheme(0x3E, "GDTI-174", f.GDTI, _layouts(_PLACE, Text(17, 119)), 174),
        Scheme(0x3F, "SGCN-96", f.SGCN, _layouts(_PLACE, NumericString(12, 41)), 96),
        Scheme(0x40, "ITIP-110", f.ITIP, _layouts(_ITEM, *_PIECE_AND_TOTAL, Integer(38)), 110),
        Scheme(0x41, "ITIP-212", f.ITIP, _layouts(_ITEM, *_PIECE_AND_TOTAL, _SERIAL), 212),
    )


def _part_number(bits: int, digits: int) -> Field:
    return Integer(51 - bits, 10 ** (15 - digits))


def _part_text(bits: int, digits: int) -> Field:
    return Terminated(30 - digits, 1, range(30))


def _plus() -> tuple[Scheme, ...]:
    f = families
    gln, gtin, sscc = Nibbles(13), Nibbles(14), Nibbles(18)
    item = (gtin, _PLUS_SERIAL)
    return (
        Scheme(0xF0, "CPI+", f.CPI, ((Delimited(30), Numeric(12)),), ais=("8010", "8011")),
        Scheme(0xF1, "GRAI+", f.GRAI, ((Pair(gtin, Alphanumeric(16)),),), ais=("8003",)),
        Scheme(0xF2, "SGLN+", f.SGLN, ((gln, _PLUS_SERIAL),), ais=("414", "254")),
        Scheme(0xF3, "ITIP+", f.ITIP, ((sscc, _PLUS_SERIAL),), ais=("8006", "21")),
        Scheme(0xF4, "GSRN+", f.GSRN, ((sscc,),), ais=("8018",)),
        Scheme(0xF5, "GSRNP+", f.GSRNP, ((sscc,),), ais=("8017",)),
        Scheme(0xF6, "GDTI+", f.GDTI, ((Pair(gln, Alphanumeric(17)),),), ais=("253",)),
        Scheme(0xF7, "SGTIN+", f.SGTIN, (item,), item=True, ais=("01", "21")),
        Scheme(0xF8, "SGCN+", f.SGCN, ((Pair(gln, Numeric(12)),),), ais=("255",)),
        Scheme(0xF9, "SSCC+", f.SSCC, ((sscc,),), ais=("00",)),
        Scheme(0xFA, "GIAI+", f.GIAI, ((Delimited(30),),), ais=("8004",)),
        Scheme(0xFB, "DSGTIN+", f.SGTIN, ((PrioritisedDate(), *item),), item=True, ais=(DATED, "01", "21")),
    )


SCHEMES: dict[int, Scheme] = {scheme.header: scheme for scheme in _old() + _plus()}
"""by the first byte of the EPC"""

SCHEME_OF: dict[str, Scheme] = {scheme.name: scheme for scheme in SCHEMES.values()}
"""by name as TDS writes it"""
