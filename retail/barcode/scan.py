"""What a scanned text means: a GTIN, GS1 data, a Digital Link, a price or weight code, or plain text.

Wraps ``biip``. The AIM id (ISO/IEC 15424, ``]C1``) says which symbol was read: it decides between plain digits, GS1
element strings and links (GS1 General Specifications, 5.1.3). Under ``]E0``, ``]E3`` and ``]E4`` a composite symbol's
second part stands behind ``|]e0``; in DataBar (``]e0``) it simply goes on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message

from retail.barcode.patterns import FRANCE, Pattern
from retail.errors import Refused

FNC1 = "\x1d"
Kind = Literal["gtin", "element_string", "digital_link", "price", "weight", "text"]


class ScanRefusal(StrEnum):
    """Why a scan can't be used."""

    EMPTY = "empty_scan"
    CHECK_DIGIT = "bad_check_digit"
    UNREADABLE = "unreadable_scan"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan says. ``gtin`` has 14 digits; of a price or weight code it is the code with value zero.

    ``ais`` are the GS1 application identifiers with their values, those of a composite symbol's second part among
    them; ``text`` is the scan without AIM ids, of a composite its first part. ``addon`` are the two or five digits
    beside a magazine's or book's code.
    """

    kind: Kind
    text: str
    gtin: str | None = None
    serial: str | None = None
    price_minor: int | None = None
    weight_g: int | None = None
    ais: Mapping[str, str] = field(default_factory=dict)
    addon: str | None = None


_GS1_SYMBOLS = frozenset({"C1", "e0", "e1", "e2", "e3", "d2", "Q3", "J1"})
_RETAIL_LENGTHS = {"E0": (13, 12), "E3": (15, 18), "E4": (8,), "I1": (14,)}
"""digits under an AIM id: 13 of EAN, or 12 where a scanner sends UPC-A as it is; an add-on under ``]E3`` behind"""
_COMPOSITE = "|]e0"
_AIM = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_AIM_LETTERS = frozenset("ABCDEFGHIKLMNOPQRSTUXYZJcdehsz")


def read(text: str, aim: str = "", *, patterns: Sequence[Pattern] = FRANCE) -> Scanned:
    """What a scan means; ``aim`` may stand in front of the text instead.

    Refused: ``empty_scan``, ``bad_check_digit``, ``unreadable_scan``.
    """
    symbol, data = _symbol(text.strip("\r\n\t "), aim)
    if not data:
        raise Refused(ScanRefusal.EMPTY, "the scanner sent nothing")
    if not data.replace(FNC1, "").isprintable():
        raise Refused(ScanRefusal.UNREADABLE, "the scan holds characters that no code has")
    if symbol in _GS1_SYMBOLS:
        return _element_string(data.lstrip(FNC1))
    if symbol in _RETAIL_LENGTHS:
        first, _, second = data.partition(_COMPOSITE)
        scanned = _retail(symbol, first, patterns)
        return _composite(scanned, second) if _COMPOSITE in data else scanned
    if re.match(r"https?://", data, re.IGNORECASE):
        return _link(data)
    return _free(symbol, data, patterns)


def _symbol(text: str, aim: str) -> tuple[str, str]:
    if aim:
        text = aim + text
    if not text.startswith("]"):
        return "", text
    found = _AIM.match(text)
    if found is None or found[1] not in _AIM_LETTERS:
        raise Refused(ScanRefusal.UNREADABLE, f"{text[:3]!r} is not an AIM id")
    return found[1] + found[2], text[found.end() :]


def _retail(symbol: str, data: str, patterns: Sequence[Pattern]) -> Scanned:
    lengths = _RETAIL_LENGTHS[symbol]
    if not _digits(data) or len(data) not in lengths:
        raise Refused(ScanRefusal.UNREADABLE, f"]{symbol} carries {' or '.join(map(str, lengths))} digits")
    if symbol == "E3":
        return replace(_gtin(data[:13], patterns), addon=data[13:])
    return _gtin(data, patterns)


def _composite(scanned: Scanned, second: str) -> Scanned:
    """A retail code with what the second part of its composite symbol says about it."""
    told = _element_string(second.lstrip(FNC1))
    return replace(scanned, ais=told.ais, serial=told.serial)


def _gtin(digits: str, patterns: Sequence[Pattern]) -> Scanned:
    if int(digits[-1]) != gs1_standard_check_digit(digits[:-1]):
        raise Refused(ScanRefusal.CHECK_DIGIT, f"the check digit of {digits} is wrong", code=digits)
    if len(digits) == 13:
        for pattern in patterns:
            parts = pattern.split(digits)
            if parts is not None:
                return _measured(pattern, digits, *parts)
    return Scanned("gtin", digits, gtin=digits.zfill(14))


def _measured(pattern: Pattern, digits: str, base: str, value: Decimal) -> Scanned:
    gtin = base.zfill(14)
    if pattern.kind == "price":
        return Scanned("price", digits, gtin=gtin, price_minor=int(value * 100))
    return Scanned("weight", digits, gtin=gtin, weight_g=int(value * 1000))


def _element_string(data: str) -> Scanned:
    if not data:
        raise Refused(ScanRefusal.EMPTY, "a GS1 symbol with nothing in it")
    try:
        message = GS1Message.parse(data)
    except ParseError as error:
        raise Refused(ScanRefusal.UNREADABLE, f"not GS1 data: {error}") from error
    return _from_elements("element_string", data, message.element_strings)


def _link(data: str) -> Scanned:
    scheme, rest = data.split("://", 1)
    try:
        link = GS1DigitalLinkURI.parse(f"{scheme.lower()}://{rest}")
    except ParseError as error:
        raise Refused(ScanRefusal.UNREADABLE, "the link names no article") from error
    return _from_elements("digital_link", data, link.element_strings)


def _from_elements(kind: Kind, data: str, elements: GS1ElementStrings) -> Scanned:
    gtin: str | None = None
    weight: int | None = None
    price: int | None = None
    ais = {element.ai.ai: element.value for element in elements}
    for element in elements:
        ai = element.ai.ai
        if element.gtin_error or element.sscc_error:
            raise Refused(ScanRefusal.CHECK_DIGIT, f"the check digit of {element.value} is wrong", code=element.value)
        if ai == "01":
            gtin = element.value
        elif ai.startswith("310") and element.decimal is not None:
            weight = int(element.decimal * 1000)
        elif ai.startswith("392") and element.decimal is not None:
            price = int(element.decimal * 100)
    return Scanned(kind, data, gtin=gtin, serial=ais.get("21"), price_minor=price, weight_g=weight, ais=ais)


def _free(symbol: str, data: str, patterns: Sequence[Pattern]) -> Scanned:
    """No symbol known, or one that may carry anything."""
    if _digits(data) and len(data) in (8, 12, 13, 14):
        right = int(data[-1]) == gs1_standard_check_digit(data[:-1])
        if right or not symbol:
            return _gtin(data, patterns)
    if not symbol and (data.startswith(FNC1) or re.match(r"01[0-9]{14}.", data)):
        try:
            return _element_string(data.lstrip(FNC1))
        except Refused:
            return Scanned("text", data)
    return Scanned("text", data)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
