"""Event ids by hash, held against what GS1's reference generator (epcis-event-hash-generator 1.9.3) gives."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.epcis import event_id, pre_hash

EXAMPLE = {"example": "https://ns.example.com/epcis/"}
SENT: dict[str, Any] = {
    "type": "ObjectEvent", "eventTime": "2026-03-04T11:00:30.000+01:00", "eventTimeZoneOffset": "+01:00",
    "recordTime": "2026-03-04T11:00:30.999+01:00",
    "epcList": ["urn:epc:id:sscc:4012345.0000000333", "urn:epc:id:sscc:4012345.0000000111"],
    "action": "OBSERVE", "bizStep": "departing", "disposition": "in_transit",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.987"},
    "bizTransactionList": [
        {"bizTransaction": "urn:epcglobal:cbv:bt:4012345678901:7", "type": "po"},
        {"bizTransaction": "urn:epcglobal:cbv:bt:4012345678901:12", "type": "desadv"},
    ],
    "sourceList": [
        {"source": "urn:epc:id:sgln:4012345.00225.0", "type": "location"},
        {"source": "urn:epc:id:pgln:4012345.00225", "type": "possessing_party"},
    ],
    "example:myField1": {"example:mySubField1": "2", "example:mySubField2": "5"}, "example:myField2": "0",
    "example:myField3": {"example:mySubField3": ["3", "1"]},
}  # fmt: skip
MADE: dict[str, Any] = {
    "type": "ObjectEvent", "eventTime": "2026-11-22T10:00:00.1239Z", "eventTimeZoneOffset": "+01:00",
    "epcList": ["https://id.gs1.org/01/03000000000014/21/7", "urn:epc:id:sgtin:4012345.011111.987(5)"],
    "quantityList": [
        {"epcClass": "https://example.com/shop/gtin/4012345000016?x=1", "quantity": 3.50, "uom": "KGM"},
        {"epcClass": "urn:epc:class:lgtin:4012345.011111.L1", "quantity": 12},
    ],
    "action": "ADD", "bizStep": "receiving", "disposition": "in_progress",
    "readPoint": {"id": "https://id.gs1.org/414/4012345000016/254/dock"},
    "bizLocation": {"id": "https://id.gs1.org/414/4012345000016"},
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    "ilmd": {"example:bestBefore": "2027-01-01", "example:lot": "A1"},
    "errorDeclaration": {"declarationTime": "2026-11-22T11:00:00Z", "reason": "did_not_occur"},
    "eventID": "urn:uuid:1",
}  # fmt: skip
_AT = {"eventTime": "2026-11-22T10:00:00Z", "eventTimeZoneOffset": "+00:00"}
PACKED: dict[str, Any] = {
    "type": "AggregationEvent", **_AT, "parentID": "urn:epc:id:sscc:4012345.0000000333",
    "childEPCs": ["urn:epc:id:sgtin:4012345.011111.2", "urn:epc:id:sgtin:4012345.011111.1"],
    "childQuantityList": [{"epcClass": "urn:epc:idpat:sgtin:4012345.011111.*", "quantity": 5}],
    "action": "ADD", "bizStep": "packing", "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0"},
}  # fmt: skip
COOKED: dict[str, Any] = {
    "type": "TransformationEvent", **_AT, "inputEPCList": ["urn:epc:id:grai:4012345.00011.12"],
    "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.L1", "quantity": 10.0, "uom": "KGM"}],
    "outputEPCList": ["urn:epc:id:giai:4012345.A12"],
    "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011112.L1", "quantity": 0.3400}],
    "transformationID": "urn:epc:id:gdti:0614141.12345.400", "bizStep": "commissioning",
}  # fmt: skip
SENSED: dict[str, Any] = {
    "type": "ObjectEvent", **_AT, "epcList": ["urn:epc:id:sgtin:4012345.011111.2"], "action": "OBSERVE",
    "bizStep": "sensor_reporting", "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0"},
    "sensorElementList": [
        {
            "sensorMetadata": {
                "time": "2026-11-22T09:00:00+01:00", "deviceID": "urn:epc:id:giai:4000001.111",
                "bizRules": "https://example.org/253/4012345000054987",
            },
            "sensorReport": [
                {"type": "Temperature", "value": 26.0, "uom": "CEL", "sDev": 0.1},
                {
                    "type": "RelativeHumidity", "value": 12.1, "uom": "A93",
                    "deviceID": "urn:epc:id:giai:4000001.112",
                },
            ],
        }
    ],
}  # fmt: skip
BOUGHT: dict[str, Any] = {
    "type": "TransactionEvent", **_AT,
    "bizTransactionList": [
        {"bizTransaction": "urn:x-comptoir:bt:LYO1:LYO1-A.7", "type": "urn:x-comptoir:btt:record"}
    ],
    "epcList": ["urn:epc:id:sgtin:4012345.011111.2"], "action": "ADD",
    "destinationList": [{"destination": "urn:epc:id:pgln:4012345.00225", "type": "owning_party"}],
}  # fmt: skip
FITTED: dict[str, Any] = {
    "type": "AssociationEvent", **_AT, "parentID": "urn:epc:id:grai:4012345.55555.987",
    "childEPCs": ["urn:epc:id:giai:4000001.12345"], "action": "ADD", "bizStep": "assembling",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0", "example:side": "left"},
}  # fmt: skip
PUBLISHED = [
    (SENT, "b84e1736b4adaf48b12ecb8924c41385a4807cdec93d80209d986f2dd010ca5e"),
    (MADE, "221bb4db5bc71825ee3372bb06fca21c2201e76936d00515e139442068eb98dc"),
    (PACKED, "526bdc74c7128492d10880bafa3dca0d6c234d0772c93709712a251ec1a81a0e"),
    (COOKED, "c646ccf99d19754050d888925cc5ff25576708703fb265cc900beb46ddd4950b"),
    (SENSED, "366911d423955c720ed5d8f8fae80a44d054e8aae1c9d2010fd8acb4d785d074"),
    (BOUGHT, "c005d9e644cd1c7947154b0175f3968e7dbc5f4f32d8b5a0e4f9eed289dbc729"),
    (FITTED, "11ee62d5ba4a1439cc160641726365534cf97e650fadbe2d11e4d21f081c1edb"),
]


@pytest.mark.parametrize(("event", "digest"), PUBLISHED, ids=[event["type"] for event, _ in PUBLISHED])
def test_the_reference_generator_gives_the_same_id(event: dict[str, Any], digest: str) -> None:
    assert event_id(event, EXAMPLE) == f"ni:///sha-256;{digest}?ver=CBV2.0"


def test_the_canonical_text() -> None:
    assert pre_hash(PACKED) == (
        "eventType=AggregationEventeventTime=2026-11-22T10:00:00.000ZeventTimeZoneOffset=+00:00"
        "parentID=https://id.gs1.org/00/040123450000003338"
        "childEPCsepc=https://id.gs1.org/01/04012345111118/21/1epc=https://id.gs1.org/01/04012345111118/21/2"
        "childQuantityListquantityElementepcClass=https://id.gs1.org/01/04012345111118quantity=5"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-packing"
        "readPointid=https://id.gs1.org/414/4012345000115"
    )


SAME: list[Callable[[dict[str, Any]], dict[str, Any]]] = [
    lambda e: {**e, "recordTime": "2026-01-01T00:00:00Z", "eventID": "urn:uuid:2"},
    lambda e: {**e, "errorDeclaration": {"declarationTime": "2026-01-01T00:00:00Z"}},
    lambda e: dict(reversed(e.items())),
    lambda e: {**e, "eventTime": "2026-03-04T10:00:30Z"},
    lambda e: {**e, "bizStep": "https://ref.gs1.org/cbv/BizStep-departing", "disposition": "cbv:Disp-in_transit"},
    lambda e: {**e, "bizStep": "urn:epcglobal:cbv:bizstep:departing"},
    lambda e: {**e, "epcList": ["https://x.example/00/040123450000001112?a=b", e["epcList"][0]]},
    lambda e: {**e, "readPoint": {"id": "https://id.gs1.org/414/4012345000115/254/987"}},
    lambda e: {**e, "example:myField2": 0.0},
]


@pytest.mark.parametrize("change", SAME)
def test_another_spelling_is_the_same_event(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert pre_hash(change(SENT), EXAMPLE) == pre_hash(SENT, EXAMPLE)


@given(st.permutations(["urn:epc:id:sgtin:4012345.011111.2", "urn:epc:id:sgtin:4012345.011111.10", "urn:x:y"]))
def test_the_order_of_a_list_says_nothing(epcs: list[str]) -> None:
    event = {**PACKED, "childEPCs": epcs}
    assert event_id(event) == event_id({**event, "childEPCs": sorted(epcs)})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("eventTime", "2026-11-22T10:00:00.001Z"), ("action", "OBSERVE"), ("bizStep", "stocking"),
        ("parentID", "urn:epc:id:sscc:4012345.0000000334"), ("disposition", "reserved"), ("example:x", "1"),
    ],
)  # fmt: skip
def test_anything_else_is_another_event(field: str, value: str) -> None:
    assert event_id({**PACKED, field: value}) != event_id(PACKED)
