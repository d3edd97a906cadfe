"""GS1 keys in two forms: as an EPC URI divides them (company prefix, reference, serial) and as GS1 writes them.

TDS 2.2, section 7: correspondence between EPCs and GS1 keys. The company prefix stands first in an EPC URI; in a GTIN
or SSCC the indicator or extension digit stands before it, and most keys end with a check digit that the EPC leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from retail.epc.characters import digits_only
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.unit import check_digit

Ais = tuple[tuple[str, str], ...]
"""application identifiers with their values, the key first"""

NO_EXTENSION = "0"
"""what a tag holds for a location without extension (TDS 2.2, 6.3.3); it is written out in links as in URIs"""


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of EPC. ``digits`` counts the key's digits with the check digit, 0 where the key has none."""

    urn: str
    key: str = ""
    digits: int = 0
    before: str = ""
    """what AI (8003) has before the number"""
    moved: bool = False
    """whether the reference's first digit stands before the company prefix"""
    within: int = 0
    """how many further values of the URI are part of the key"""
    serial: str = ""
    """the AI of a serial number that isn't part of the key"""
    serial_optional: bool = False
    """whether a GS1 form without the serial means :data:`NO_EXTENSION`"""

    def ais(self, values: tuple[str, ...]) -> Ais:
        """The GS1 form; nothing for families that GS1 has no key for."""
        if not self.key:
            return ()
        prefix, reference, *rest = values
        key = self.before + self._number(prefix, reference) + "".join(rest[: self.within])
        return ((self.key, key), (self.serial, rest[self.within])) if self.serial else ((self.key, key),)

    def values(self, ais: Mapping[str, str], prefix_length: int) -> tuple[str, ...]:
        """The EPC form; :class:`EpcRefused` when the key is missing, misshapen or has a wrong check digit."""
        key = ais.get(self.key, "") if self.key else ""
        if not key:
            raise EpcRefused(EpcReason.BAD_URI, f"no ({self.key or 'GS1 key'}) to make {self.urn.upper()} of")
        if not 6 <= prefix_length <= 12:
            raise EpcRefused(EpcReason.REFUSED_PARTITION, f"a company prefix has 6 to 12 digits, not {prefix_length}")
        prefix, reference, behind = self._divided(key, prefix_length)
        rest = [behind[:2], behind[2:]] if self.within == 2 else [behind] if self.within else []
        if self.serial:
            rest.append(self._serial(ais))
        return (prefix, reference, *rest)

    def _serial(self, ais: Mapping[str, str]) -> str:
        serial = ais.get(self.serial, "")
        if serial:
            return serial
        if self.serial_optional:
            return NO_EXTENSION
        raise EpcRefused(EpcReason.EMPTY, f"{self.urn.upper()} needs a serial number ({self.serial})")

    def _number(self, prefix: str, reference: str) -> str:
        if not self.digits:
            return prefix + reference
        body = reference[0] + prefix + reference[1:] if self.moved else prefix + reference
        return f"{body}{check_digit(body)}"

    def _divided(self, key: str, prefix_length: int) -> tuple[str, str, str]:
        if not key.startswith(self.before):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"({self.key}) begins with {self.before}: {key[:64]!r}")
        key = key.removeprefix(self.before)
        if not self.digits:
            return key[:prefix_length], key[prefix_length:], ""
        number, behind = key[: self.digits], key[self.digits :]
        if len(number) < self.digits or not digits_only(number) or (behind and not self.within):
            raise EpcRefused(EpcReason.BAD_CHARACTERS, f"({self.key}) has {self.digits} digits: {key[:64]!r}")
        if check_digit(number[:-1]) != int(number[-1]):
            raise EpcRefused(EpcReason.CHECK_DIGIT, f"the check digit of {number} is wrong")
        start = 1 if self.moved else 0
        prefix = number[start : start + prefix_length]
        return prefix, number[:start] + number[start + prefix_length : -1], behind


SGTIN = Family("sgtin", "01", 14, moved=True, serial="21")
SSCC = Family("sscc", "00", 18, moved=True)
SGLN = Family("sgln", "414", 13, serial="254", serial_optional=True)
GRAI = Family("grai", "8003", 13, before="0", within=1)
GIAI = Family("giai", "8004")
GSRN = Family("gsrn", "8018", 18)
GSRNP = Family("gsrnp", "8017", 18)
GDTI = Family("gdti", "253", 13, within=1)
CPI = Family("cpi", "8010", serial="8011")
SGCN = Family("sgcn", "255", 13, within=1)
ITIP = Family("itip", "8006", 14, moved=True, within=2, serial="21")
GID = Family("gid")
USDOD = Family("usdod")
ADI = Family("adi")

QUALIFIERS: Mapping[str, tuple[str, ...]] = {
    "00": (),
    "01": ("22", "10", "21"),
    "253": (),
    "255": (),
    "414": ("254",),
    "8003": (),
    "8004": (),
    "8006": ("22", "10", "21"),
    "8010": ("8011",),
    "8017": ("8019",),
    "8018": ("8019",),
}
"""what may stand behind a key in the path of a Digital Link, in this order; all else is an attribute"""
