"""The headers of TDS 2.2 (table 14-1) and the field widths of the schemes that name an item.

A scheme with ``item`` false is recognised and named, but its tag belongs to no article: a pallet, a returnable
crate, a document. Its row here is where its codec is entered.
"""

from typing import NamedTuple


class Scheme(NamedTuple):
    """One EPC binary scheme. ``bits`` is its fixed length, None when it varies."""

    header: int
    name: str
    bits: int | None = None
    item: bool = False


class Partition(NamedTuple):
    """How the 44 bits of company prefix and item reference are divided (TDS 2.2, SGTIN partition table)."""

    prefix_bits: int
    prefix_digits: int
    item_bits: int
    item_digits: int


_SCHEMES = (
    Scheme(0x2C, "GDTI-96", 96),
    Scheme(0x2D, "GSRN-96", 96),
    Scheme(0x2E, "GSRNP-96", 96),
    Scheme(0x2F, "USDOD-96", 96),
    Scheme(0x30, "SGTIN-96", 96, item=True),
    Scheme(0x31, "SSCC-96", 96),
    Scheme(0x32, "SGLN-96", 96),
    Scheme(0x33, "GRAI-96", 96),
    Scheme(0x34, "GIAI-96", 96),
    Scheme(0x35, "GID-96", 96),
    Scheme(0x36, "SGTIN-198", 198, item=True),
    Scheme(0x37, "GRAI-170", 170),
    Scheme(0x38, "GIAI-202", 202),
    Scheme(0x39, "SGLN-195", 195),
    Scheme(0x3A, "GDTI-113", 113),
    Scheme(0x3B, "ADI-var"),
    Scheme(0x3C, "CPI-96", 96),
    Scheme(0x3D, "CPI-var"),
    Scheme(0x3E, "GDTI-174", 174),
    Scheme(0x3F, "SGCN-96", 96),
    Scheme(0x40, "ITIP-110", 110),
    Scheme(0x41, "ITIP-212", 212),
    Scheme(0xF0, "CPI+"),
    Scheme(0xF1, "GRAI+"),
    Scheme(0xF2, "SGLN+"),
    Scheme(0xF3, "ITIP+"),
    Scheme(0xF4, "GSRN+"),
    Scheme(0xF5, "GSRNP+"),
    Scheme(0xF6, "GDTI+"),
    Scheme(0xF7, "SGTIN+", item=True),
    Scheme(0xF8, "SGCN+"),
    Scheme(0xF9, "SSCC+"),
    Scheme(0xFA, "GIAI+"),
    Scheme(0xFB, "DSGTIN+", item=True),
)

SCHEMES: dict[int, Scheme] = {scheme.header: scheme for scheme in _SCHEMES}
"""by the first byte of the EPC"""

SGTIN_PARTITIONS: tuple[Partition, ...] = (
    Partition(40, 12, 4, 1),
    Partition(37, 11, 7, 2),
    Partition(34, 10, 10, 3),
    Partition(30, 9, 14, 4),
    Partition(27, 8, 17, 5),
    Partition(24, 7, 20, 6),
    Partition(20, 6, 24, 7),
)
"""by partition value; 7 isn't defined"""

DATE_TYPES: tuple[tuple[str, str], ...] = (
    ("11", "production"),
    ("13", "packaging"),
    ("15", "best before"),
    ("16", "sell by"),
    ("17", "expiration"),
    ("7006", "first freeze"),
    ("7007", "harvest"),
)
"""application identifier and meaning of a DSGTIN+ date, by its type of four bits"""

SERIAL_LENGTH = 20
"""longest serial of AI (21)"""
