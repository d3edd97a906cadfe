"""GS1 keys as URIs: ours are canonical GS1 Digital Links, others' EPC URIs are brought to the same form.

Sources: GS1 Digital Link URI Syntax 1.2 (4.11), TDS 2.2 (6: EPC URIs), CBV 2.0 (8.9: which keys and qualifiers stay).
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from retail.epc import Unit, check_digit
from retail.epc.characters import link_escaped

ROOT = "https://id.gs1.org"

_SHORT_NAMES = {
    "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017", "gsrn": "8018",
    "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004",
    "cpv": "22", "lot": "10", "ser": "21",
}  # fmt: skip
_QUALIFIERS = {"01": ("21", "235", "10"), "8006": ("21", "10"), "414": ("254",), "8010": ("8011",)}
"""qualifiers that identify more finely, the finest first; others and the query string fall away"""
_KEYS = frozenset(
    {"00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8017", "8018"}
)
_CANONICAL = re.compile(
    r"https://id\.gs1\.org/(01/\d{14}(/21/[^/?#]+)?|414/\d{13}(/254/[^/?#]+)?|00/\d{18})\Z", re.ASCII
)
"""the usual forms that need no change, so that they cost one look"""
_UNESCAPED = re.compile(r"https://id\.gs1\.org/[0-9A-Za-z/._-]*\Z", re.ASCII)
_LINK_ESCAPES = {ord(c): f"%{ord(c):02X}" for c in "!()*+,:"}
"""what a URN may hold unescaped and a Digital Link may not"""


def unit_uri(key: str) -> str:
    """The Digital Link of a tagged item, from its unit key. Raises ``EpcRefused``."""
    unit = Unit.parse(key)
    return f"{ROOT}/01/{unit.gtin}/21/{link_escaped(unit.serial)}"


def class_uri(gtin: str) -> str:
    """The Digital Link of an article (GTIN-14)."""
    return f"{ROOT}/01/{gtin}"


def canonical(uri: str) -> str:
    """The canonical Digital Link of an EPC URI, EPC class or pattern URI or Digital Link; other URIs as they are."""
    if _CANONICAL.match(uri):
        return uri
    if uri.startswith("urn:epc:"):
        return _from_urn(uri) or uri
    if uri.startswith(("https://", "http://")):
        return _from_link(uri) or uri
    return uri


def match_form(uri: str) -> str:
    """The canonical form with one way of escaping, by which two spellings of a key are found to be the same."""
    link = canonical(uri)
    if _UNESCAPED.match(link) or not link.startswith(ROOT):
        return link
    return ROOT + "/".join(link_escaped(unquote(part)) for part in link[len(ROOT) :].split("/"))


def _from_link(uri: str) -> str | None:
    parts = uri.split("?")[0].split("#")[0].rstrip("/").split("/")[3:]
    parts = [_SHORT_NAMES.get(part, part) if n % 2 == len(parts) % 2 else part for n, part in enumerate(parts)]
    for n in range(len(parts) % 2, len(parts), 2):
        key, value = parts[n], parts[n + 1]
        if key in _KEYS and re.match(r"\d{4}", value):
            rest = dict(zip(parts[n + 2 :: 2], parts[n + 3 :: 2], strict=True))
            finest = next((ai for ai in _QUALIFIERS.get(key, ()) if ai in rest), None)
            value = value.zfill(14) if key == "01" and value.isdecimal() else value
            return f"{ROOT}/{key}/{value}" + (f"/{finest}/{rest[finest]}" if finest else "")
    return None


class _Parts(NamedTuple):
    """An EPC URI taken apart: company prefix, reference, and what follows the second dot."""

    prefix: str
    reference: str
    rest: str

    def number(self, digits: int, lead: bool = False) -> str | None:
        """Prefix and reference with check digit; ``lead``: the reference's first digit comes first."""
        both = self.prefix + self.reference
        if not (both.isdecimal() and both.isascii() and len(both) == digits and 6 <= len(self.prefix) <= 12):
            return None
        body = self.reference[0] + self.prefix + self.reference[1:] if lead else both
        return body + str(check_digit(body))


def _key(
    ai: str, digits: int, *, lead: bool = False, qualifier: str = "", joined: bool = False, zero: str = ""
) -> Callable[[_Parts], str | None]:
    """How the URIs of one scheme become links: ``joined`` serials follow the number without a qualifier."""

    def build(parts: _Parts) -> str | None:
        number = parts.number(digits, lead)
        if number is None:
            return None
        link = f"{ROOT}/{ai}/{zero}{number}"
        serial = parts.rest.translate(_LINK_ESCAPES)
        if joined:
            return link + serial
        bare = not qualifier or not serial or (qualifier == "254" and serial == "0")
        return link if bare else f"{link}/{qualifier}/{serial}"

    return build


def _free(ai: str) -> Callable[[_Parts], str | None]:
    def build(parts: _Parts) -> str | None:
        reference = parts.reference + ("." + parts.rest if parts.rest else "")
        return f"{ROOT}/{ai}/{parts.prefix}{reference.translate(_LINK_ESCAPES)}"

    return build


def _itip(parts: _Parts) -> str | None:
    number = parts.number(13, lead=True)
    piece, _, rest = parts.rest.partition(".")
    total, _, serial = rest.partition(".")
    link = f"{ROOT}/8006/{number}{piece}{total}"
    return None if number is None else link + (f"/21/{serial.translate(_LINK_ESCAPES)}" if serial != "*" else "")


def _cpi(parts: _Parts) -> str | None:
    link = f"{ROOT}/8010/{parts.prefix}{parts.reference}"
    return link if parts.rest == "*" else f"{link}/8011/{parts.rest}"


_ITEM = _key("01", 13, lead=True, qualifier="21")
_CLASS = _key("01", 13, lead=True)
_SCHEMES: dict[str, Callable[[_Parts], str | None]] = {
    "id:sgtin": _ITEM,
    "id:sscc": _key("00", 17, lead=True),
    "id:sgln": _key("414", 12, qualifier="254"),
    "id:grai": _key("8003", 12, joined=True, zero="0"),
    "id:giai": _free("8004"),
    "id:gsrn": _key("8018", 17),
    "id:gsrnp": _key("8017", 17),
    "id:gdti": _key("253", 12, joined=True),
    "id:sgcn": _key("255", 12, joined=True),
    "id:ginc": _free("401"),
    "id:gsin": _key("402", 16),
    "id:itip": _itip,
    "id:upui": _key("01", 13, lead=True, qualifier="235"),
    "id:pgln": _key("417", 12),
    "id:cpi": _cpi,
    "class:lgtin": _key("01", 13, lead=True, qualifier="10"),
    "idpat:sgtin": _CLASS,
    "idpat:upui": _CLASS,
    "idpat:itip": _itip,
    "idpat:grai": _key("8003", 12, zero="0"),
    "idpat:gdti": _key("253", 12),
    "idpat:sgcn": _key("255", 12),
    "idpat:cpi": _cpi,
}


def _from_urn(uri: str) -> str | None:
    _, _, kind, scheme, value = (*uri.split(":", 4), "", "")[:5]
    build = _SCHEMES.get(f"{kind}:{scheme}")
    prefix, dot, rest = value.partition(".")
    if build is None or not dot:
        return None
    reference, _, rest = rest.partition(".")
    return build(_Parts(prefix, reference, rest))
