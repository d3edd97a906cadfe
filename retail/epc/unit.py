"""The identity of a tagged item: GTIN-14 and serial, whatever scheme its tag was written in."""

import re
from typing import NamedTuple

from retail.epc.refused import EpcReason, EpcRefused

_GTIN = re.compile(r"[0-9]{14}\Z")
_SERIAL = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}\Z""")
"""GS1 character set 82, the one of AI (21): GS1 General Specifications, figure 7.11-1"""


_ZEROS = ord("0")


class Unit(NamedTuple):
    """One physical item. ``key`` (``gtin14.serial``) is how facts, rows and screens name it."""

    gtin: str
    serial: str

    @property
    def key(self) -> str:
        """``gtin14.serial``"""
        return f"{self.gtin}.{self.serial}"

    @classmethod
    def parse(cls, key: str) -> "Unit":
        """Read a unit key; :class:`EpcRefused` when it isn't 14 digits, a dot and a serial of AI (21)."""
        gtin, dot, serial = key[:14], key[14:15], key[15:]
        if dot != ".":
            raise EpcRefused(
                EpcReason.BAD_CHARACTERS, f"a unit key is a GTIN of 14 digits, a dot and a serial: {key!r}"
            )
        return checked(cls(gtin, serial))


def check_digit(body: str) -> int:
    """Return the GS1 check digit of a number without its check digit (GTIN, SSCC, GLN alike)."""
    digits = body.encode()
    weighted = 3 * sum(digits[-1::-2]) + sum(digits[-2::-2])
    return (_ZEROS * (len(digits) + 2 * ((len(digits) + 1) // 2)) - weighted) % 10


def checked(unit: Unit) -> Unit:
    """Return the unit if its GTIN and serial are well formed, else raise :class:`EpcRefused`."""
    if not _GTIN.match(unit.gtin):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"a GTIN has 14 digits here: {unit.gtin!r}")
    if not unit.serial:
        raise EpcRefused(EpcReason.EMPTY, "the serial is empty")
    if not _SERIAL.match(unit.serial):
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"not a serial of AI (21): {unit.serial!r}")
    return unit
