"""Which item a tag is, and nothing else: the fast way from the bits to the unit key.

A reader's report holds EPCs that were never seen, of articles that mostly were. An SGTIN-96 is one number; what stands
above its 38 bits of serial says the article and is looked up. What isn't known yet is worked out in whole numbers, the
check digit from a table of weighted sums. An SGTIN+ has its GTIN in plain hexadecimal digits. All other schemes are
read field by field.
"""

from collections import Counter

from retail.epc.bits import LONGEST
from retail.epc.characters import integer_width
from retail.epc.codec import read_values, scheme_of
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SCHEMES, Scheme
from retail.epc.uris import element_strings

_SGTIN_96, _SGTIN_PLUS = 0x30, 0xF7
_SERIAL_96 = (1 << 38) - 1
_ARTICLES_KEPT = 1 << 17
_PLUS = SCHEMES[_SGTIN_PLUS]

_DIVISIONS = tuple(
    (10**digits, bits, (1 << bits) - 1, 10 ** (13 - digits), 10 ** (12 - digits))
    for digits, bits in ((12, 4), (11, 7), (10, 10), (9, 14), (8, 17), (7, 20), (6, 24))
)
"""by partition: the company prefix's limit; bits, mask and limit of the item reference; weight of its first digit"""

_INTEGER_WIDTHS = tuple(integer_width(count) for count in range(21))


_WEIGHTED = bytes((3 * (n % 10) + n // 10 % 10 + 3 * (n // 100 % 10) + n // 1000) % 10 for n in range(10_000))
"""of four digits the sum weighted 1, 3, 1, 3, in tens' remainder; small enough to stay in a core's first cache"""

_articles: dict[int, str] = {}
"""the 58 bits of an SGTIN-96 above the serial -> ``gtin14.``"""
_known = _articles.get
_number = int.from_bytes


def item_key(epc: bytes) -> str | None:
    """Return ``gtin14.serial`` of an item's EPC, None when the EPC names something else.

    Further data behind the EPC isn't looked at. Raises :class:`EpcRefused` as ``decode`` does, nothing else.
    """
    size = len(epc)
    if size == 12:
        value = _number(epc, "big")
        article = _known(value >> 38)
        if article is not None:
            return f"{article}{value & _SERIAL_96}"
        if epc[0] == _SGTIN_96:
            return f"{_article(value >> 38)}{value & _SERIAL_96}"
    if 10 <= size <= LONGEST and epc[0] == _SGTIN_PLUS:
        return _plus_key(epc)
    scheme = scheme_of(epc)
    if not scheme.item:
        return None
    return item_key(epc[:12]) if scheme.header == _SGTIN_96 else _identity(scheme, epc)


class ItemKeys(dict[bytes, str | None]):
    """Item keys by EPC, each worked out once: ``keys[epc]``; None when it is no item's or is refused.

    ``refused`` counts the EPCs that gave None, by reason, ``not_an_item`` for those that name something else. At
    ``limit`` EPCs everything is forgotten, so that strangers' tags can't fill the memory.
    """

    def __init__(self, limit: int = 400_000) -> None:
        super().__init__()
        self.refused: Counter[str] = Counter()
        self._limit = limit

    def __missing__(self, epc: bytes) -> str | None:
        try:
            key = item_key(epc)
        except EpcRefused as refusal:
            key = None
            self.refused[refusal.reason] += 1
        else:
            if key is None:
                self.refused["not_an_item"] += 1
        if len(self) >= self._limit:
            self.clear()
        self[epc] = key
        return key


def _article(head: int) -> str:
    """Work out ``gtin14.`` of the 58 bits above an SGTIN-96's serial, and keep it."""
    partition = head >> 44 & 7
    if partition == 7:
        raise EpcRefused(EpcReason.REFUSED_PARTITION, "partition 7 isn't defined")
    prefix_limit, item_bits, item_mask, item_limit, first = _DIVISIONS[partition]
    prefix, item = (head & 0xFFFFFFFFFFF) >> item_bits, head & item_mask
    if prefix >= prefix_limit or item >= item_limit:
        raise EpcRefused(EpcReason.FIELD_TOO_LARGE, f"company prefix {prefix} or item {item} has too many digits")
    indicator = item // first
    twelve = prefix * first + item - indicator * first
    low = twelve % 100_000_000
    weighted = _WEIGHTED[low % 10_000] + _WEIGHTED[low // 10_000] + _WEIGHTED[twelve // 100_000_000] + 3 * indicator
    gtin = f"{indicator}{twelve:012d}{-weighted % 10}."
    if len(_articles) >= _ARTICLES_KEPT:
        _articles.clear()
    _articles[head] = gtin
    return gtin


def _plus_key(epc: bytes) -> str:
    """The key of an SGTIN+ whose serial is digits or hexadecimal; all else, and what is wrong, field by field."""
    digits = epc.hex()
    gtin, packed = digits[3:17], int(digits[17:19], 16)
    packing, length = packed >> 5, packed & 31
    if not gtin.isdecimal() or packing > 2 or not 1 <= length <= 20:
        return _identity(_PLUS, epc)
    if packing:
        serial = digits[19 : 19 + length]
        return (
            f"{gtin}.{serial.upper() if packing == 1 else serial}" if len(serial) == length else _identity(_PLUS, epc)
        )
    width = _INTEGER_WIDTHS[length]
    spare = len(epc) * 8 - 76 - width
    if spare < 0:
        return _identity(_PLUS, epc)
    serial = f"{_number(epc, 'big') >> spare & ((1 << width) - 1):0{length}d}"
    return f"{gtin}.{serial}" if len(serial) == length else _identity(_PLUS, epc)


def _identity(scheme: Scheme, epc: bytes) -> str:
    """The key by the fields of the scheme, without the data behind them."""
    values = read_values(scheme, epc)[1]
    (_, gtin), (_, serial), *_ = element_strings(scheme, values)
    return f"{gtin}.{serial}"
