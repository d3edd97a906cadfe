"""EPCIS in tests: the published JSON schema as judge, and a warehouse's events."""

from functools import cache
from typing import Any

import pytest

from tests.support.shared_data import json_data


@cache
def _validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="the JSON schema's judge isn't installed")
    schema = json_data("epcis/EPCIS-JSON-Schema.json")
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def schema_errors(document: Any, *, needed: bool = False) -> list[str]:
    """What breaks the schema of GS1, by path; nothing when ``jsonschema`` isn't here, unless it is ``needed``."""
    try:
        validator = _validator()
    except pytest.skip.Exception:
        if needed:
            raise
        return []
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message:.200}" for error in validator.iter_errors(document)
    ]


def shipping_event(number: int) -> dict[str, Any]:
    """A warehouse sends logistic units to a store."""
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-11-20T06:{number:02d}:00.000+01:00",
        "eventTimeZoneOffset": "+01:00",
        "epcList": ["urn:epc:id:sscc:4012345.0000000333", f"urn:epc:id:sscc:4012345.{number:010d}"],
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.987"},
        "bizTransactionList": [{"bizTransaction": f"urn:epcglobal:cbv:bt:4012345000115:{number}", "type": "desadv"}],
    }
