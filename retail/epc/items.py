"""Writing the EPCs of items: a unit in one of the four schemes that name one."""

from typing import NamedTuple

from retail.epc.codec import encode
from retail.epc.families import SGTIN
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SCHEME_OF
from retail.epc.unit import Unit, checked


class ItemDate(NamedTuple):
    """The date of a DSGTIN+: an application identifier of ``DATE_TYPES`` and six digits, YYMMDD (day may be 00)."""

    ai: str
    yymmdd: str


def encode_sgtin96(unit: Unit, prefix_length: int, filter: int = 1) -> bytes:
    """Return the 12 bytes of an SGTIN-96.

    ``prefix_length`` is the length of the GS1 company prefix, 6 to 12 digits. :class:`EpcRefused` when the
    serial isn't a number below 2^38 without leading zeros: such a unit needs SGTIN-198 or SGTIN+.
    """
    return encode(SCHEME_OF["SGTIN-96"], filter, _parts(unit, prefix_length)).epc


def encode_sgtin198(unit: Unit, prefix_length: int, filter: int = 1) -> bytes:
    """Return the 26 bytes (13 words) of an SGTIN-198; see :func:`encode_sgtin96`."""
    return encode(SCHEME_OF["SGTIN-198"], filter, _parts(unit, prefix_length)).epc


def encode_sgtin_plus(unit: Unit, filter: int = 1) -> bytes:
    """Return the whole words of an SGTIN+ without further data; it needs no company prefix length."""
    return encode(SCHEME_OF["SGTIN+"], filter, checked(unit)).epc


def encode_dsgtin_plus(unit: Unit, date: ItemDate, filter: int = 1) -> bytes:
    """Return the whole words of a DSGTIN+ without further data."""
    if not isinstance(date.ai, str) or "=" in date.ai:
        raise EpcRefused(EpcReason.BAD_DATE, f"not a date of a DSGTIN+: {date}")
    return encode(SCHEME_OF["DSGTIN+"], filter, (f"{date.ai}={date.yymmdd}", *checked(unit))).epc


def _parts(unit: Unit, prefix_length: int) -> tuple[str, ...]:
    """Company prefix, item reference and serial; the check digit is left out, so a wrong one is refused."""
    checked(unit)
    return SGTIN.values({"01": unit.gtin, "21": unit.serial}, prefix_length)
