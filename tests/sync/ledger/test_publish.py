"""Publishing: rows that keep the rules are in, the others are refused by name."""

import base64
from pathlib import Path
from typing import Any

import msgspec

from sync.feeds.publish import state
from sync.ledger.wiring import Ledger
from tests.support.ledgers import (
    G1,
    G2,
    WEB,
    call,
    ledger_settings,
    on_both_databases,
    order_body,
    post_order,
    running_ledger,
)


def publish(ledger: Ledger, feed: str, *rows: dict[str, object]) -> dict[str, Any]:
    answer = call(ledger, "POST", f"/v1/publish/{feed}", json={"rows": list(rows)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def article(gtin: str, **fields: object) -> dict[str, object]:
    body = {"gtin": gtin, "sku": "CH-1", "style": "CH", "label": {"fr": "Chemise"}, "category": "shirts",
            "kind": "article", "tax": "N", "tagged": True, "stocked": True, "barcodes": [gtin]}  # fmt: skip
    return {"key": gtin, "body": {**body, **fields}}


def rows(ledger: Ledger, shops: Any, feed: str) -> dict[str, Any]:
    answer = shops["LYO1-A"].get(ledger.url, f"/v1/feeds/{feed}/deltas?since=0")
    assert answer.status_code == 200, answer.text
    lines = [msgspec.json.decode(line) for line in answer.text.splitlines()][:-1]
    return {key: body for _, key, _, body in lines}


@on_both_databases
def test_a_row_that_breaks_a_rule_is_refused_by_name_and_the_others_go_on(ledger: Ledger, shops: Any) -> None:
    done = publish(ledger, "catalogue", article(G1), article(G2, label="not a table"), article("123"))
    assert done["published"] == 1
    assert [(one["key"], one["reason"]) for one in done["refused"]] == [(G2, "bad_row"), ("123", "bad_row")]
    assert "label" in done["refused"][0]["text"]
    assert set(rows(ledger, shops, "catalogue")) == {G1}


def test_the_key_must_be_the_rows_own(ledger: Ledger) -> None:
    done = publish(ledger, "taxes", {"key": "N", "body": {"code": "R", "rate": "5.5", "label": {"fr": "Réduit"}}})
    assert done["published"] == 0
    assert "must be the row's key" in done["refused"][0]["text"]


def test_rows_of_a_store_reach_that_store_only(ledger: Ledger, shops: Any) -> None:
    person = {"id": "s1", "name": "Inès", "role": "cashier", "pin": "x", "badge": None, "active": True}
    done = publish(
        ledger, "staff", {"key": "s1", "body": person, "store": "LYO1"}, {"key": "s2", "body": {**person, "id": "s2"}}
    )
    assert done["published"] == 1
    assert "store" in done["refused"][0]["text"]
    assert set(rows(ledger, shops, "staff")) == {"s1"}
    shops["PAR1-A"]
    answer = shops["PAR1-A"].get(ledger.url, "/v1/feeds/staff/deltas?since=0")
    assert "s1" not in answer.text


def test_the_store_learns_the_ledgers_key_and_its_devices(ledger: Ledger, shops: Any) -> None:
    publish(ledger, "settings", {"key": "store", "body": {"store": "LYO1", "currency": "EUR"}, "store": "LYO1"})
    shops["LYO1-T1"]
    found = rows(ledger, shops, "settings")
    assert base64.b64decode(found["store"]["ledger_key"]) == ledger.identity.public
    assert {one["device"]: one["kind"] for one in found["devices"]["devices"]} == {
        "LYO1-A": "agent",
        "LYO1-T1": "till",
    }


def test_a_deletion_is_a_tombstone(ledger: Ledger, shops: Any) -> None:
    publish(ledger, "catalogue", article(G1))
    publish(ledger, "catalogue", {"key": G1, "body": None})
    assert rows(ledger, shops, "catalogue") == {G1: None}


def test_the_ledgers_own_feeds_and_other_peoples_are_not_published(ledger: Ledger) -> None:
    for feed in ("orders", "network-stock", "stock", "nonsense"):
        answer = call(ledger, "POST", f"/v1/publish/{feed}", json={"rows": []})
        assert answer.status_code == 404
    assert call(ledger, "POST", "/v1/publish/catalogue", WEB, json={"rows": []}).status_code == 403
    assert post_order(ledger, order_body("W1", (G1, 1))).status_code == 201


def test_a_ledger_from_a_backup_under_a_new_id_begins_its_feeds_anew(tmp_path: Path) -> None:
    settings = ledger_settings(tmp_path / "ledger")
    epochs = []
    for device in ("HQ-L", "HQ-L", "HQ-L2"):
        if device == "HQ-L2":
            for name in ("device.key", "device.json", "head-0.anchor", "head-1.anchor"):
                (settings.data / name).unlink(missing_ok=True)
        with running_ledger(settings.model_copy(update={"device": device})) as ledger:
            if not epochs:
                assert publish(ledger, "catalogue", article(G1))["published"] == 1
            with ledger.book.read() as conn:
                found = state(conn, "catalogue")
        assert found is not None
        epochs.append((found.version, found.epoch))
    assert epochs[0] == epochs[1]
    assert epochs[2][0] == epochs[0][0]
    assert epochs[2][1] != epochs[0][1]
