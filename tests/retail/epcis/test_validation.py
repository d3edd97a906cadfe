"""What others send: good events of every type pass, and whatever the published schema refuses is refused here too."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.epcis import EpcisInvalid, check_document, check_event, document, time_ms, time_text
from tests.retail.epcis.test_hashing import PUBLISHED
from tests.support.epcis import schema_errors, shipping_event

GOOD = [event for event, _ in PUBLISHED] + [shipping_event(1)]
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"example": "https://ns.example.com/"}]


@pytest.mark.parametrize("event", GOOD, ids=[event["type"] for event in GOOD])
def test_good_events_pass(event: dict[str, Any]) -> None:
    check_event(event)
    assert check_document(document([event], 0)) == [event]
    assert schema_errors({**document([event], 0), "@context": CONTEXT}) == []


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("eventTime", "2026-11-22T10:00:00", "eventTime"),
        ("eventTime", "2026-02-30T10:00:00Z", "eventTime"),
        ("eventTimeZoneOffset", "CET", "eventTimeZoneOffset"),
        ("action", "LOOK", "action"),
        ("action", None, "action"),
        ("bizStep", "teleporting", "bizStep"),
        ("bizStep", "urn:epcglobal:cbv:bizstep:shipping", "bizStep"),
        ("disposition", 7, "disposition"),
        ("epcList", ["not a uri"], "epcList[0]"),
        ("epcList", ["urn:a:b", "urn:a:b"], "epcList"),
        ("epcList", "urn:a:b", "epcList"),
        ("quantityList", [{"quantity": 1}], "quantityList[0].epcClass"),
        ("quantityList", [{"epcClass": "urn:a:b", "quantity": "1"}], "quantityList[0].quantity"),
        ("quantityList", [{"epcClass": "urn:a:b", "colour": "red"}], "quantityList[0].colour"),
        ("readPoint", "urn:a:b", "readPoint"),
        ("bizLocation", {}, "bizLocation.id"),
        ("bizTransactionList", [{"type": "po"}], "bizTransactionList[0].bizTransaction"),
        ("sourceList", [{"source": "urn:a:b"}], "sourceList[0].type"),
        ("persistentDisposition", {}, "persistentDisposition"),
        ("ilmd", {"example:a": 1}, "ilmd"),
        ("errorDeclaration", {"reason": "did_not_occur"}, "errorDeclaration.declarationTime"),
        ("colour", "red", "colour"),
        ("example:name", "a\0b", "example:name"),
        ("type", "Event", "type"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(field: str, value: Any, path: str) -> None:
    event = {**shipping_event(1), field: value}
    with pytest.raises(EpcisInvalid) as refused:
        check_event(event, "epcisBody.eventList[3]")
    assert refused.value.path == f"epcisBody.eventList[3].{path}"


@pytest.mark.parametrize("field", ["@context", "type", "schemaVersion", "creationDate", "epcisBody"])
def test_a_document_without_its_envelope_is_refused(field: str) -> None:
    whole = document([], 0)
    del whole[field]
    with pytest.raises(EpcisInvalid, match=field):
        check_document(whole)


def test_endless_nesting_is_refused() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"example:a": deep}
    with pytest.raises(EpcisInvalid, match="deep"):
        check_event({**shipping_event(1), "example:a": deep})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"),
        ("2026-11-22T10:00:00.1235+01:00", "2026-11-22T09:00:00.124Z"),
        ("2026-11-22t10:00:00.9996z", "2026-11-22T10:00:01.000Z"),
    ],
)
def test_times(text: str, written: str) -> None:
    assert time_text(time_ms(text)) == written


PATHS = st.integers(0, 10_000)
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1.5,
        "",
        "x",
        "ADD",
        "shipping",
        "urn:a:b",
        "2026-11-22T10:00:00Z",
        [],
        {},
        ["x"],
        [{}],
        {"id": "x"},
    ]
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from places(child, (*at, name))


def damaged(event: dict[str, Any], where: int, odd: Any, remove: bool) -> dict[str, Any]:
    """The event with one value anywhere in it replaced or gone."""
    made = copy.deepcopy(event)
    *path, last = [place for place in places(event) if place][where % (sum(1 for _ in places(event)) - 1)]
    parent: Any = made
    for name in path:
        parent = parent[name]
    if remove:
        del parent[last]
    else:
        parent[last] = copy.deepcopy(odd)
    return made


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(GOOD), PATHS, ODD, st.booleans())
def test_whatever_the_schema_refuses_is_refused_here(event: dict[str, Any], where: int, odd: Any, remove: bool) -> None:
    made = damaged(event, where, odd, remove)
    wrong = schema_errors({**document([made], 0), "@context": CONTEXT}, needed=True)
    try:
        check_event(made)
    except EpcisInvalid:
        return
    assert wrong == []


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_anything_is_answered(value: Any) -> None:
    for check in (check_event, check_document):
        with pytest.raises(EpcisInvalid):
            check(value)
