"""Every version of every fact that was ever shipped is still read: the golden corpus, and the upcasters."""

import json
from pathlib import Path

import msgspec
import pytest

from retail.facts import CATALOGUE, StaffSignedIn
from sync.journal import upcast
from sync.journal.encoding import Undigestible, Unknown, decode, encode

CORPUS: list[dict[str, object]] = json.loads(Path(__file__).with_name("golden").joinpath("facts.json").read_text())


@pytest.mark.parametrize("entry", CORPUS, ids=[f"{entry['kind']}-v{entry['v']}" for entry in CORPUS])
def test_a_shipped_body_is_read_as_todays_fact(entry: dict[str, object]) -> None:
    kind, v, body = str(entry["kind"]), entry["v"], str(entry["body"])
    assert isinstance(v, int)
    fact = decode(kind, v, body)
    assert isinstance(fact, CATALOGUE[kind])
    assert msgspec.json.decode(encode(fact)) == entry["today"]


def test_every_fact_of_this_release_stands_in_the_corpus() -> None:
    """Whoever adds a fact or raises its version adds a body: ``python tests/sync/journal/make_golden.py``."""
    shipped = {(entry["kind"], entry["v"]) for entry in CORPUS}
    assert {(kind, fact.V) for kind, fact in CATALOGUE.items()} <= shipped


def test_upcasters_lift_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upcast, "_REGISTRY", {})
    monkeypatch.setattr(StaffSignedIn, "V", 3)

    @upcast.upcaster("staff.signed_in", 1)
    def named(body: upcast.Body) -> upcast.Body:
        return {"person": body["who"]}

    @upcast.upcaster("staff.signed_in", 2)
    def renamed(body: upcast.Body) -> upcast.Body:
        return {"staff": body["person"]}

    assert decode("staff.signed_in", 1, '{"who":"s1"}') == StaffSignedIn(staff="s1")
    assert decode("staff.signed_in", 2, '{"person":"s1"}') == StaffSignedIn(staff="s1")
    with pytest.raises(Undigestible):
        decode("staff.signed_in", 1, '{"nobody":"s1"}')
    with pytest.raises(ValueError, match="already"):
        upcast.upcaster("staff.signed_in", 2)(renamed)


def test_what_is_not_known_is_parked_and_what_is_broken_is_said() -> None:
    assert decode("weather.changed", 1, "{}") == Unknown("weather.changed", 1, "{}")
    assert isinstance(decode("staff.signed_in", 99, "{}"), Unknown)
    assert isinstance(decode("staff.signed_in", 0, "{}"), Unknown)
    for body in ("", "{", "[]", "{}", '{"staff":4}', '{"staff":"\udc00"}'):
        with pytest.raises(Undigestible):
            decode("staff.signed_in", 1, body)
