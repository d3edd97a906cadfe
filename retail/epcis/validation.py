"""What others send, held against the EPCIS 2.0 JSON schema: the first thing that breaks it is named by its path.

Where the schema leaves formats to the validator, this is strict: times have zones, URIs have schemes. Standard words
stand bare, as the JSON binding wants them (EPCIS 2.0, 10); their URN spellings are refused there by the schema too.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from retail.epcis.timestamps import time_ms
from retail.epcis.vocabulary import (
    ACTIONS,
    BIZ_STEP,
    COMPONENTS,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENTS,
    PARTY_TYPE,
    SENSOR_ALERTS,
    TRANSACTION_TYPE,
)
from retail.errors import Refused

Check = Callable[[Any, str], None]
MAX_DEPTH = 32
"""how deep extensions may be nested"""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+\Z", re.ASCII)
_OFFSET = re.compile(r"[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)\Z", re.ASCII)
_UOM = re.compile(r"[A-Z0-9]{2,3}\Z", re.ASCII)
_HEX = re.compile(r"[A-Fa-f0-9]+\Z", re.ASCII)
_VERSION = re.compile(r"\d+(\.\d+)*\Z", re.ASCII)
_CBV = re.compile(r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/")
_GS1_VOC = re.compile(r"https?://(www\.)?gs1\.org/voc/")


class EpcisInvalid(Refused):
    """A document or event that breaks EPCIS 2.0; ``path`` says where."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__("invalid_epcis", f"{path or 'document'}: {detail}", path=path)
        self.path = path
        self.detail = detail


def check_document(document: Any) -> list[Any]:
    """The events of an ``EPCISDocument``, unchecked themselves. Raises :class:`EpcisInvalid` for its envelope."""
    _mapping(document, "")
    if document.get("type") != "EPCISDocument":
        raise EpcisInvalid("type", f"an EPCISDocument is expected, not {document.get('type')!r}")
    _properties(document, "", _DOCUMENT, required=("@context", "type", "schemaVersion", "creationDate", "epcisBody"))
    if not str(document["schemaVersion"]).startswith("2"):
        raise EpcisInvalid("schemaVersion", f"2.0 is read here, not {document['schemaVersion']}")
    events: list[Any] = document["epcisBody"]["eventList"]
    return events


def check_event(event: Any, path: str = "") -> None:
    """Check one event. Raises :class:`EpcisInvalid`."""
    _mapping(event, path)
    kind = event.get("type")
    if not isinstance(kind, str) or (kind not in _EVENTS and not _URI.match(kind)):
        raise EpcisInvalid(_at(path, "type"), f"not an event type: {kind!r}")
    required = ("eventTime", "eventTimeZoneOffset")
    own, needed = _EVENTS.get(kind, ({}, ()))
    _properties(event, path, {**_COMMON, **own}, required=(*required, *needed), open=kind not in _EVENTS)
    _nothing_odd(event, path)
    _objects_named(event, kind, path)


def _objects_named(event: Mapping[str, Any], kind: str, path: str) -> None:
    """Every event says what it is about."""
    if kind == "ObjectEvent":
        sensed = event.get("sensorElementList") and "readPoint" in event
        if "epcList" not in event and not event.get("quantityList") and not sensed:
            raise EpcisInvalid(path, "an ObjectEvent needs epcList, quantityList, or sensorElementList and readPoint")
        if "ilmd" in event and event["action"] != "ADD":
            raise EpcisInvalid(_at(path, "ilmd"), "only an event that adds objects may carry ilmd")
    elif kind == "TransactionEvent":
        if "epcList" not in event and not event.get("quantityList") and event["action"] != "DELETE":
            raise EpcisInvalid(path, "a TransactionEvent needs epcList or quantityList")
        if not event["bizTransactionList"]:
            raise EpcisInvalid(_at(path, "bizTransactionList"), "is empty")
    elif kind in ("AggregationEvent", "AssociationEvent"):
        if not event.get("childEPCs") and not event.get("childQuantityList") and event["action"] != "DELETE":
            raise EpcisInvalid(path, f"an {kind} needs childEPCs or childQuantityList")
    elif kind == "TransformationEvent":
        came = event.get("inputEPCList") or event.get("inputQuantityList")
        went = event.get("outputEPCList") or event.get("outputQuantityList")
        if not ((came and went) or ("transformationID" in event and (came or went))):
            raise EpcisInvalid(path, "a TransformationEvent needs inputs and outputs, or one with transformationID")


def _nothing_odd(value: Any, path: str, depth: int = 0) -> None:
    """What no field may hold: NUL (PostgreSQL can't keep it), half characters, endless nesting."""
    if depth > MAX_DEPTH:
        raise EpcisInvalid(path, f"is nested more than {MAX_DEPTH} deep")
    if isinstance(value, str) and ("\0" in value or not _encodable(value)):
        raise EpcisInvalid(path, "holds characters that no text has")
    children: Iterable[tuple[object, Any]] = ()
    if isinstance(value, Mapping):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for name, child in children:
        _nothing_odd(str(name), path, depth)
        _nothing_odd(child, _at(path, str(name)), depth + 1)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _mapping(value: Any, path: str) -> None:
    if not isinstance(value, Mapping):
        raise EpcisInvalid(path, "an object is expected")


def _properties(
    value: Mapping[str, Any], path: str, known: Mapping[str, Check], *, required: Iterable[str] = (), open: bool = False
) -> None:
    """Known fields by their checks; others are extensions and have a prefix."""
    for name in required:
        if name not in value:
            raise EpcisInvalid(_at(path, name), "is missing")
    for name, child in value.items():
        if name in known:
            known[name](child, _at(path, name))
        elif not open and not _URI.match(name):
            raise EpcisInvalid(_at(path, name), "isn't a field of EPCIS 2.0, and an extension has a prefix")


def _object(
    known: Mapping[str, Check], required: Iterable[str] = (), *, closed: bool = False, open: bool = False
) -> Check:
    def check(value: Any, path: str) -> None:
        _mapping(value, path)
        strange = next((name for name in value if name not in known), None) if closed else None
        if strange is not None:
            raise EpcisInvalid(_at(path, str(strange)), "isn't a field here")
        _properties(value, path, known, required=required, open=open)

    return check


def _list(item: Check, *, least: int = 0, unique: bool = False) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise EpcisInvalid(path, "a list is expected")
        if len(value) < least:
            raise EpcisInvalid(path, "is empty")
        for n, child in enumerate(value):
            item(child, f"{path}[{n}]")
        if unique and len(set(map(str, value))) < len(value):
            raise EpcisInvalid(path, "names something twice")

    return check


def _matching(pattern: re.Pattern[str], what: str) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not pattern.match(value):
            raise EpcisInvalid(path, f"not {what}: {value!r:.80}")

    return check


def _word(words: frozenset[str], barred: re.Pattern[str] = _CBV) -> Check:
    """A bare standard word, or a URI of somebody else's vocabulary."""

    def check(value: Any, path: str) -> None:
        known = isinstance(value, str) and (value in words or bool(_URI.match(value) and not barred.match(value)))
        if not known:
            raise EpcisInvalid(path, f"neither a word of CBV 2.0 nor a URI of another vocabulary: {value!r:.80}")

    return check


def _instance(kind: type, what: str) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise EpcisInvalid(path, f"{what} is expected")

    return check


def _number(value: Any, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e300:
        raise EpcisInvalid(path, "a number is expected")


def _time(value: Any, path: str) -> None:
    try:
        time_ms(value if isinstance(value, str) else "")
    except ValueError:
        raise EpcisInvalid(path, f"not a time with a zone (RFC 3339): {value!r:.80}") from None


def _anything(value: Any, path: str) -> None:
    """Checked elsewhere, or free."""


def _context(value: Any, path: str) -> None:
    for n, one in enumerate(value if isinstance(value, list) else [value]):
        if not (isinstance(one, Mapping) or (isinstance(one, str) and _URI.match(one))):
            raise EpcisInvalid(f"{path}[{n}]", "a context is a URI or an object")


_uri = _matching(_URI, "a URI")
_string = _instance(str, "a text")
_step, _disposition = _word(BIZ_STEP.words), _word(DISPOSITION.words)
_action = _word(ACTIONS, re.compile(""))
_epcs = _list(_uri, unique=True)
_quantities = _list(
    _object({"epcClass": _uri, "quantity": _number, "uom": _matching(_UOM, "a unit")}, ("epcClass",), closed=True)
)
_place = _object({"id": _uri}, ("id",), open=True)
_dispositions = _list(_disposition, least=1, unique=True)


def _persistent(value: Any, path: str) -> None:
    _object({"set": _dispositions, "unset": _dispositions}, closed=True)(value, path)
    if not value:
        raise EpcisInvalid(path, "needs set or unset")


def _party(name: str) -> Check:
    return _list(_object({"type": _word(PARTY_TYPE.words), name: _uri}, ("type", name), closed=True))


_DEVICE: dict[str, Check] = dict.fromkeys(
    ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), _uri
)
_metadata = _object({**_DEVICE, **dict.fromkeys(("time", "startTime", "endTime"), _time)})
_report = _object(
    {
        **_DEVICE, "type": _word(MEASUREMENTS, _GS1_VOC), "exception": _word(SENSOR_ALERTS, _GS1_VOC),
        "component": _word(COMPONENTS), "time": _time,
        **dict.fromkeys(("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue"), _uri),
        **dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), _number),
        "stringValue": _string, "uom": _string, "booleanValue": _instance(bool, "true or false"),
        "hexBinaryValue": _matching(_HEX, "hexadecimal"),
    },
    ("type",),
)  # fmt: skip
_sensors = _list(_object({"sensorMetadata": _metadata, "sensorReport": _list(_report, least=1)}, ("sensorReport",)))

_COMMON: dict[str, Check] = {
    "@context": _context, "type": _string, "eventTime": _time, "recordTime": _time,
    "eventTimeZoneOffset": _matching(_OFFSET, "an offset like +01:00"), "eventID": _uri,
    "certificationInfo": lambda value, path: (_list(_uri) if isinstance(value, list) else _uri)(value, path),
    "errorDeclaration": _object(
        {"declarationTime": _time, "reason": _word(ERROR_REASON.words), "correctiveEventIDs": _list(_uri)},
        ("declarationTime",),
    ),
}  # fmt: skip
_WHERE: dict[str, Check] = {
    "bizStep": _step, "disposition": _disposition, "readPoint": _place, "bizLocation": _place,
    "bizTransactionList": _list(
        _object({"type": _word(TRANSACTION_TYPE.words), "bizTransaction": _uri}, ("bizTransaction",), closed=True)
    ),
    "sourceList": _party("source"), "destinationList": _party("destination"), "sensorElementList": _sensors,
}  # fmt: skip
_MADE: dict[str, Check] = {"persistentDisposition": _persistent, "ilmd": _object({})}
_CHILDREN: dict[str, Check] = {
    "parentID": _uri, "childEPCs": _list(_uri), "childQuantityList": _quantities, "action": _action,
}  # fmt: skip
_EVENTS: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "ObjectEvent": (
        {**_WHERE, **_MADE, "epcList": _epcs, "quantityList": _quantities, "action": _action},
        ("action",),
    ),
    "AggregationEvent": ({**_WHERE, **_CHILDREN}, ("action",)),
    "AssociationEvent": ({**_WHERE, **_CHILDREN}, ("action", "parentID")),
    "TransactionEvent": (
        {**_WHERE, "parentID": _uri, "epcList": _list(_uri), "quantityList": _quantities, "action": _action},
        ("bizTransactionList", "action"),
    ),
    "TransformationEvent": (
        {
            **_WHERE, **_MADE, **dict.fromkeys(("inputEPCList", "outputEPCList"), _epcs), "transformationID": _uri,
            **dict.fromkeys(("inputQuantityList", "outputQuantityList"), _quantities),
        },
        (),
    ),
}  # fmt: skip
_DOCUMENT: dict[str, Check] = {
    "@context": _context, "type": _string, "schemaVersion": _matching(_VERSION, "a version"), "creationDate": _time,
    "id": _uri, "instanceIdentifier": _string, "sender": _string, "receiver": _string,
    "epcisHeader": _object({"epcisMasterData": _anything}),
    "epcisBody": _object({"eventList": _list(_anything)}, ("eventList",), open=True),
}  # fmt: skip
