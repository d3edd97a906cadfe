"""From the name of an EPC to the tag that carries it: tag URI, pure identity URI, GS1 Digital Link."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from retail.epc.characters import digits_only, of_set_82, urn_unescaped
from retail.epc.codec import encode
from retail.epc.families import NO_EXTENSION, QUALIFIERS, Ais
from retail.epc.formats import DATE_TYPES
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import DATED, SCHEME_OF, Scheme
from retail.epc.tag import Tag
from retail.epc.uris import PURE_IDENTITY, TAG_URI

_LINK = re.compile(r"https?://[^/?#]+(?P<path>/[^?#]*)(\?(?P<query>[^#]*))?(#.*)?", re.IGNORECASE)
_BY_URN_NAME: Mapping[str, Scheme] = {name.lower(): scheme for name, scheme in SCHEME_OF.items() if not scheme.plus}


def from_tag_uri(text: str) -> Tag:
    """Encode an EPC tag URI, ``urn:epc:tag:sgtin-96:1.0614141.812345.6789``."""
    if not text.startswith(TAG_URI):
        raise EpcRefused(EpcReason.BAD_URI, f"not an EPC tag URI: {text[:64]!r}")
    name, _, rest = text.removeprefix(TAG_URI).partition(":")
    scheme = _BY_URN_NAME.get(name)
    if scheme is None:
        raise EpcRefused(EpcReason.BAD_URI, f"no scheme of an EPC tag URI: {name[:64]!r}")
    if not scheme.filter_bits:
        return encode(scheme, 0, _values(scheme, rest))
    filter_text, _, rest = rest.partition(".")
    if not digits_only(filter_text) or len(filter_text) > 2 or filter_text != str(int(filter_text)):
        raise EpcRefused(EpcReason.BAD_URI, f"a filter value is a small number: {filter_text[:64]!r}")
    return encode(scheme, int(filter_text), _values(scheme, rest))


def from_pure_identity(text: str, scheme: str, filter: int = 0) -> Tag:
    """Encode a pure identity URI, ``urn:epc:id:sgtin:0614141.812345.6789``, in a scheme of its kind."""
    chosen = _named(scheme)
    start = f"{PURE_IDENTITY}{chosen.family.urn}:"
    if chosen.plus or not text.startswith(start):
        raise EpcRefused(EpcReason.BAD_URI, f"{scheme} isn't written from {text[:64]!r}")
    return encode(chosen, filter, _values(chosen, text.removeprefix(start)))


def from_digital_link(text: str, scheme: str, *, prefix_length: int = 0, filter: int = 0) -> Tag:
    """Encode a GS1 Digital Link of any domain.

    The schemes of TDS 1 need the length of the company prefix, and have no room for more than key and serial: the
    rest of the link is left out. A "+" scheme carries all application identifiers of the link as further data.
    """
    chosen, found = _named(scheme), _identifiers(text)
    if not chosen.plus:
        return encode(chosen, filter, chosen.family.values(found, prefix_length))
    values = tuple(_value(chosen, ai, found) for ai in chosen.ais)
    return encode(chosen, filter, values, tuple(found.items()))


def link_identifiers(text: str) -> Ais:
    """The application identifiers of a GS1 Digital Link with their values, the key first."""
    return tuple(_identifiers(text).items())


def _named(scheme: str) -> Scheme:
    if scheme not in SCHEME_OF:
        raise EpcRefused(EpcReason.BAD_URI, f"no scheme of TDS 2.2: {scheme[:64]!r}")
    return SCHEME_OF[scheme]


def _values(scheme: Scheme, text: str) -> tuple[str, ...]:
    """The parts between the dots; the last one may have dots of its own."""
    parts = text.split(".", len(scheme.layouts[0]) - 1)
    return tuple(urn_unescaped(part) for part in parts)


def _value(scheme: Scheme, ai: str, found: dict[str, str]) -> str:
    """Take the value of one of a "+" scheme's own identifiers out of those found."""
    if ai == DATED:
        dates = [kind for kind, _ in DATE_TYPES if kind in found]
        if not dates:
            raise EpcRefused(EpcReason.BAD_DATE, f"{scheme.name} needs a date")
        return f"{dates[0]}={found.pop(dates[0])}"
    if ai == scheme.family.serial and scheme.family.serial_optional:
        return found.pop(ai, NO_EXTENSION)
    if ai not in found:
        raise EpcRefused(EpcReason.BAD_URI, f"{scheme.name} needs ({ai})")
    return found.pop(ai)


def _identifiers(text: str) -> dict[str, str]:
    match = _LINK.fullmatch(text)
    if match is None:
        raise EpcRefused(EpcReason.BAD_URI, f"not a link: {text[:64]!r}")
    found = _path(match["path"].strip("/").split("/"))
    for pair in (match["query"] or "").replace(";", "&").split("&"):
        ai, _, value = pair.partition("=")
        if digits_only(ai):
            _put(found, ai, value)
    return found


def _path(segments: list[str]) -> dict[str, str]:
    """The key, found as the last one that is followed by its own qualifiers alone, and those."""
    for start in range(len(segments) - 2, -1, -1):
        key, rest = segments[start], segments[start:]
        names = rest[2::2]
        if key in QUALIFIERS and len(rest) % 2 == 0 and set(names) <= set(QUALIFIERS[key]):
            found: dict[str, str] = {}
            for ai, value in zip(rest[::2], rest[1::2], strict=True):
                _put(found, ai, value)
            if key == "01" and len(found[key]) in (8, 12, 13):
                found[key] = found[key].zfill(14)
            return found
    raise EpcRefused(EpcReason.BAD_URI, "the link has no GS1 key in its path")


def _put(found: dict[str, str], ai: str, value: str) -> None:
    if ai in found:
        raise EpcRefused(EpcReason.BAD_URI, f"the link has ({ai[:8]}) twice")
    text = unquote(value)
    if not text:
        raise EpcRefused(EpcReason.EMPTY, f"({ai[:8]}) is empty")
    found[ai] = text if ai in ("8010", "8030") or ai.startswith("43") else of_set_82(text)
