"""Event ids that anybody can compute from the event alone: a hash of its canonical text (CBV 2.0, 8.9).

The pre-hash string joins the event's fields in one order, with times in UTC to the millisecond, vocabulary as web
URIs, keys as canonical Digital Links and every list sorted. ``recordTime``, ``eventID``, ``errorDeclaration`` and
certification take no part: an event and the declaration that it was wrong have the same id.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from retail.epcis.identifiers import canonical
from retail.epcis.timestamps import time_ms, time_text
from retail.epcis.vocabulary import BIZ_STEP, DISPOSITION, PARTY_TYPE, TRANSACTION_TYPE

_GS1_VOC = "https://gs1.org/voc/"
_PREFIXES = {"gs1": _GS1_VOC, "epcis": "https://ref.gs1.org/epcis/", "cbv": "https://ref.gs1.org/cbv/"}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z", re.ASCII)
_NOT_HASHED = frozenset({
    "@context", "type", "recordTime", "eventID", "errorDeclaration", "certificationInfo", "rdfs:comment", "comment",
})  # fmt: skip

Namespaces = Mapping[str, str]
Writer = Callable[[str, Any, Namespaces], str]


def event_id(event: Mapping[str, Any], namespaces: Namespaces = {}) -> str:  # noqa: B006  # never written to
    """``ni:///sha-256;<hex>?ver=CBV2.0``; ``namespaces`` are the prefixes that the document's context declares."""
    digest = hashlib.sha256(pre_hash(event, namespaces).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], namespaces: Namespaces = {}) -> str:  # noqa: B006
    """The text that is hashed. Raises ValueError for a time that isn't one."""
    names = {**_PREFIXES, **namespaces} if namespaces else _PREFIXES
    parts = ["eventType=" + str(event.get("type", ""))]
    parts += [write(name, event[name], names) for name, write in _ORDER if event.get(name) not in (None, [], {}, "")]
    own = {name: value for name, value in event.items() if name not in _KNOWN}
    return "".join(parts) + _extensions(own, names)


def _text(value: Any, names: Namespaces) -> str:
    """A value by rules 5 to 7, 15, 17 and 18: trimmed, numbers without padding, URIs in one form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(str(value))
    text = str(value).strip()
    if text.startswith("https://id.gs1.org/"):
        return canonical(text)
    if _NUMBER.match(text):
        return _number(text)
    prefix, colon, rest = text.partition(":")
    if colon and prefix in names and not rest.startswith("//"):
        text = names[prefix] + rest
    return canonical(text)


def _number(text: str) -> str:
    plain = format(Decimal(text), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def _plain(name: str, value: Any, names: Namespaces) -> str:
    return f"{name}={_text(value, names)}"


def _time(name: str, value: Any, _names: Namespaces) -> str:
    return f"{name}={time_text(time_ms(str(value)))}"


def _word(web_uri: Callable[[str], str]) -> Writer:
    return lambda name, value, names: f"{name}={web_uri(_text(value, names))}"


def _list(child: str, write: Writer) -> Writer:
    """A list's name once, then its children in lexical order."""
    return lambda name, value, names: name + "".join(sorted(write(child, one, names) for one in value))


def _repeated(write: Writer) -> Writer:
    """One value or several under the same name."""

    def written(name: str, value: Any, names: Namespaces) -> str:
        return "".join(sorted(write(name, one, names) for one in (value if isinstance(value, list) else [value])))

    return written


def _fields(name: str, order: tuple[tuple[str, Writer], ...], *, named: bool = True) -> Writer:
    """Fields in the given order, then extensions."""
    known = {field for field, _ in order}

    def written(_: str, value: Any, names: Namespaces) -> str:
        parts = [write(field, value[field], names) for field, write in order if value.get(field) not in (None, "")]
        own = {field: one for field, one in value.items() if field not in known}
        return (name if named else "") + "".join(parts) + _extensions(own, names)

    return written


def _extensions(own: Mapping[str, Any], names: Namespaces) -> str:
    return "".join(sorted(_extension(_key(name, names), value, names) for name, value in own.items()))


def _extension(key: str, value: Any, names: Namespaces) -> str:
    if isinstance(value, list):
        return "".join(sorted(_extension(key, one, names) for one in value))
    if isinstance(value, Mapping):
        return key + _extensions(value, names)
    text = _text(value, names)
    return f"{key}={text}" if text else key


def _key(name: str, names: Namespaces) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{names[prefix]}}}{local}" if colon and prefix in names else name


_STEP, _DISPOSITION = _word(BIZ_STEP.web_uri), _word(DISPOSITION.web_uri)
_VOC = _word(lambda value: value if ":" in value else _GS1_VOC + value)
_COMPONENT = _word(lambda value: value if ":" in value else f"https://ref.gs1.org/cbv/Comp-{value}")
_EPCS = _list("epc", _plain)
_QUANTITIES = _list(
    "quantityElement", _fields("quantityElement", (("epcClass", _plain), ("quantity", _plain), ("uom", _plain)))
)


def _typed(name: str, web_uri: Callable[[str], str]) -> Writer:
    """A reference and its type after it (rule 13)."""
    return _list(name, _fields("", ((name, _plain), ("type", _word(web_uri))), named=False))


_DEVICE = (
    ("deviceID", _plain), ("deviceMetadata", _plain), ("rawData", _plain), ("dataProcessingMethod", _plain),
)  # fmt: skip
_METADATA = _fields(
    "sensorMetadata",
    (("time", _time), ("startTime", _time), ("endTime", _time), *_DEVICE, ("bizRules", _plain)),
)
_REPORT = _fields(
    "sensorReport",
    (
        ("type", _VOC), ("exception", _VOC), *_DEVICE, ("time", _time), ("microorganism", _plain),
        ("chemicalSubstance", _plain), ("value", _plain), ("component", _COMPONENT), ("stringValue", _plain),
        ("booleanValue", _plain), ("hexBinaryValue", _plain), ("uriValue", _plain), ("minValue", _plain),
        ("maxValue", _plain), ("meanValue", _plain), ("sDev", _plain), ("percRank", _plain), ("percValue", _plain),
        ("uom", _plain), ("coordinateReferenceSystem", _plain),
    ),
)  # fmt: skip
_SENSORS = _list(
    "sensorElement", _fields("sensorElement", (("sensorMetadata", _METADATA), ("sensorReport", _repeated(_REPORT))))
)
_PLACE = (("id", _plain),)

_ORDER: tuple[tuple[str, Writer], ...] = (
    ("eventTime", _time),
    ("eventTimeZoneOffset", _plain),
    ("epcList", _EPCS),
    ("parentID", _plain),
    ("inputEPCList", _EPCS),
    ("childEPCs", _EPCS),
    ("quantityList", _QUANTITIES),
    ("childQuantityList", _QUANTITIES),
    ("inputQuantityList", _QUANTITIES),
    ("outputEPCList", _EPCS),
    ("outputQuantityList", _QUANTITIES),
    ("action", _plain),
    ("transformationID", _plain),
    ("bizStep", _STEP),
    ("disposition", _DISPOSITION),
    (
        "persistentDisposition",
        _fields("persistentDisposition", (("set", _repeated(_DISPOSITION)), ("unset", _repeated(_DISPOSITION)))),
    ),
    ("readPoint", _fields("readPoint", _PLACE)),
    ("bizLocation", _fields("bizLocation", _PLACE)),
    ("bizTransactionList", _typed("bizTransaction", TRANSACTION_TYPE.web_uri)),
    ("sourceList", _typed("source", PARTY_TYPE.web_uri)),
    ("destinationList", _typed("destination", PARTY_TYPE.web_uri)),
    ("sensorElementList", _SENSORS),
    ("ilmd", _fields("ilmd", ())),
)
"""the canonical order of CBV 2.0, table 8-1"""
_KNOWN = _NOT_HASHED | {name for name, _ in _ORDER}
