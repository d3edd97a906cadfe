"""Orders over the real API: taken once, given to the store that has the goods, followed on four axes."""

from typing import Any

import httpx
import pytest

from retail.facts import (
    OrderAccepted,
    OrderLineShort,
    OrderPicked,
    OrderReady,
    OrderRejected,
    OrderRestocked,
    OrderStaged,
    OrderUnitBound,
    OrderVerified,
)
from retail.orders import read_code
from sync.identity.keys import verify
from sync.ledger.refunds import SimulatedProvider
from sync.ledger.wiring import Ledger
from tests.support.ledgers import (
    G1,
    G2,
    OPERATIONS,
    call,
    handed_over,
    on_both_databases,
    order_body,
    orders_feed,
    post_order,
    received,
    refund_requested,
    settle,
)
from tests.support.waiting import wait_until


def take(ledger: Ledger, body: dict[str, object], key: str = "k1") -> dict[str, Any]:
    answer = post_order(ledger, body, key)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def order(ledger: Ledger, name: str) -> dict[str, Any]:
    answer = call(ledger, "GET", f"/v1/orders/{name}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@on_both_databases
def test_an_order_goes_to_the_store_that_has_the_goods(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 1)))
    shops["PAR1-A"].write(received("m1", (G1, 3), (G2, 2)))
    shops["LYO1-A"].send(ledger)
    shops["PAR1-A"].send(ledger)
    taken = take(ledger, order_body("W1", (G1, 2), (G2, 1)))
    assert taken["store"] == "PAR1"
    assert taken["axes"] == {"work": "assigned", "stock": "reserved", "money": "paid", "carrier": "none"}
    row = orders_feed(ledger, "PAR1")[taken["id"]]
    assert [(line["id"], line["gtin"], line["qty"]) for line in row["lines"]] == [("1", G1, 2), ("2", G2, 1)]  # type: ignore[attr-defined]
    assert orders_feed(ledger, "LYO1") == {}
    code = read_code(str(row["code"]), lambda data, sig: verify(ledger.identity.public, data, sig))
    assert code.order == taken["id"]
    levels = call(ledger, "GET", f"/v1/availability?gtin={G1}&gtin={G2}").json()["stores"]
    assert {(one["store"], one["gtin"]): one["atp"] for one in levels} == {
        ("LYO1", G1): 1,
        ("PAR1", G1): 1,
        ("PAR1", G2): 1,
    }


@on_both_databases
def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 5)))
    shops["LYO1-A"].send(ledger)
    first = post_order(ledger, order_body("W1", (G1, 1)))
    again = post_order(ledger, order_body("W1", (G1, 1)))
    assert (again.status_code, again.json()) == (201, first.json())
    other = post_order(ledger, order_body("W1", (G1, 2)))
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-mismatch"
    twice = post_order(ledger, order_body("W1", (G1, 1)), key="k2")
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/conflict")
    assert len(orders_feed(ledger, "LYO1")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"lines": [{"id": "1", "gtin": "12", "qty": 1, "unit_minor": 1, "rate": "20"}]},
        {"lines": [{"id": "1", "gtin": G1, "qty": 0, "unit_minor": 1, "rate": "20"}]},
        {"method": "drone"},
        {"promised_at": "tomorrow"},
        {"surprise": 1},
    ],
)
def test_a_wrong_order_is_refused_by_name(ledger: Ledger, wrong: dict[str, object]) -> None:
    answer = post_order(ledger, {**order_body("W1", (G1, 1)), **wrong})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_who_may_order(ledger: Ledger, shops: Any) -> None:
    body = order_body("W1", (G1, 1))
    url = f"{ledger.url}/v1/orders"
    assert httpx.post(url, json=body, headers={"Idempotency-Key": "k"}).status_code == 403
    wrong = {"Idempotency-Key": "k", "Authorization": "Bearer nobody-knows-this-token"}
    assert httpx.post(url, json=body, headers=wrong).status_code == 403
    assert call(ledger, "POST", "/v1/orders", OPERATIONS, json=body).status_code == 422  # no Idempotency-Key
    assert shops["LYO1-T1"].get(ledger.url, "/v1/orders/none").status_code == 404


@on_both_databases
def test_the_work_of_a_store_moves_the_axes_and_goods_leave_at_handover_only(ledger: Ledger, shops: Any) -> None:
    agent, till = shops["LYO1-A"], shops["LYO1-T1"]
    agent.write(received("m1", (G1, 5)))
    agent.send(ledger)
    name = take(ledger, order_body("W1", (G1, 2)))["id"]
    seen = []
    for fact in (
        OrderAccepted(order=name, by="s1"),
        OrderUnitBound(order=name, line="1", gtin=G1, unit=f"{G1}.7", means="tag", by="s1"),
        OrderPicked(order=name),
        OrderVerified(order=name, units=(f"{G1}.7",), by="s1"),
        OrderStaged(order=name, bin="B1", by="s1"),
        OrderReady(order=name, hold_until=1),
    ):
        agent.write(fact)
        agent.send(ledger)
        axes = order(ledger, name)["axes"]
        seen.append((axes["work"], axes["stock"]))
    assert seen == [
        ("accepted", "reserved"), ("accepted", "bound"), ("picked", "bound"), ("verified", "bound"),
        ("staged", "bound"), ("ready", "bound"),
    ]  # fmt: skip
    till.write(handed_over(name, ("1", G1, 2)))
    till.send(ledger)
    done = order(ledger, "W1")
    assert (done["axes"]["work"], done["axes"]["stock"], done["axes"]["money"]) == ("handed_over", "left", "paid")
    assert done["lines"][0]["parts"] == [{"store": "LYO1", "qty": 2, "short": 0, "handed_over": 2}]
    (level,) = call(ledger, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
    assert (level["sellable"], level["committed"], level["pending"], level["atp"]) == (5, 0, 2, 3)


def test_a_short_line_goes_to_another_store_while_its_siblings_go_on(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 2), (G2, 2)))
    shops["LYO1-A"].send(ledger)
    name = take(ledger, order_body("W1", (G1, 1), (G2, 1), method="ship"))["id"]
    shops["PAR1-A"].write(received("m1", (G2, 4)))
    shops["PAR1-A"].send(ledger)
    shops["LYO1-A"].write(
        OrderAccepted(order=name, by="s1"), OrderLineShort(order=name, line="2", qty=1, reason="not_found", by="s1")
    )
    shops["LYO1-A"].send(ledger)
    found = order(ledger, name)
    assert found["lines"][0]["parts"] == [{"store": "LYO1", "qty": 1, "short": 0, "handed_over": 0}]
    assert found["lines"][1]["parts"] == [
        {"store": "LYO1", "qty": 0, "short": 1, "handed_over": 0},
        {"store": "PAR1", "qty": 1, "short": 0, "handed_over": 0},
    ]
    assert [line["id"] for line in orders_feed(ledger, "PAR1")[name]["lines"]] == ["2"]  # type: ignore[attr-defined]


@on_both_databases
def test_a_rejected_order_is_offered_elsewhere_and_waits_if_nobody_has_it(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 2)))
    shops["LYO1-A"].send(ledger)
    name = take(ledger, order_body("W1", (G1, 2)))["id"]
    shops["LYO1-A"].write(OrderRejected(order=name, reason="no_stock", by="s1"))
    shops["LYO1-A"].send(ledger)
    waiting = order(ledger, name)
    assert (waiting["store"], waiting["axes"]["work"], waiting["lines"][0]["unrouted"]) == (None, "unrouted", 2)
    shops["PAR1-A"].write(received("m1", (G1, 2)))
    shops["PAR1-A"].send(ledger)
    assert order(ledger, name)["store"] == "PAR1"
    assert order(ledger, name)["lines"][0]["unrouted"] == 0


def test_a_cancelled_order_is_asked_back_and_closed_when_it_is_restocked(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 2)))
    shops["LYO1-A"].send(ledger)
    name = take(ledger, order_body("W1", (G1, 2)))["id"]
    assert call(ledger, "POST", f"/v1/orders/{name}/cancel").json()["axes"]["work"] == "assigned"
    assert orders_feed(ledger, "LYO1")[name]["state"] == "cancel_requested"
    shops["LYO1-A"].write(OrderRestocked(order=name, by="s1"))
    shops["LYO1-A"].send(ledger)
    assert order(ledger, name)["axes"] == {
        "work": "cancelled", "stock": "released", "money": "paid", "carrier": "none",
    }  # fmt: skip
    assert orders_feed(ledger, "LYO1")[name]["state"] == "cancelled"
    (level,) = call(ledger, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
    assert level["atp"] == 2


def test_goods_that_left_cannot_be_asked_back(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 2)))
    shops["LYO1-A"].send(ledger)
    name = take(ledger, order_body("W1", (G1, 2)))["id"]
    shops["LYO1-T1"].write(handed_over(name, ("1", G1, 2)))
    shops["LYO1-T1"].send(ledger)
    answer = call(ledger, "POST", f"/v1/orders/{name}/cancel")
    assert (answer.status_code, answer.json()["reason"]) == (409, "handed_over")


@on_both_databases
def test_a_refund_is_settled_once_and_never_beyond_what_was_paid(
    ledger: Ledger, shops: Any, provider: SimulatedProvider
) -> None:
    till = shops["LYO1-T1"]
    name = take(ledger, order_body("W1", (G1, 2)))["id"]
    till.write(refund_requested("r1", name, 1000, "ret-1"))
    till.write(refund_requested("r2", name, 1000, "ret-1"))  # the same return claimed again
    till.write(refund_requested("r3", name, 1500, "ret-2"))  # more than is left
    till.send(ledger)
    wait_until(lambda: order(ledger, name)["axes"]["money"] == "partly_refunded")
    states = {one["refund"]: one["state"] for one in order(ledger, name)["refunds"]}
    assert states == {"r1": "settled", "r2": "conflict", "r3": "conflict"}
    assert [payout.minor for payout in provider.paid.values()] == [1000]


def test_a_provider_that_is_down_is_asked_again(ledger: Ledger, shops: Any, provider: SimulatedProvider) -> None:
    provider.down = True
    name = take(ledger, order_body("W1", (G1, 2)))["id"]
    shops["LYO1-T1"].write(refund_requested("r1", name, 2000))
    shops["LYO1-T1"].send(ledger)
    assert order(ledger, name)["axes"]["money"] == "refund_requested"
    provider.down = False
    ledger.projector.nudge()
    settle(ledger)
    assert order(ledger, name)["axes"]["money"] == "refunded"


def test_the_api_describes_itself(ledger: Ledger) -> None:
    document = httpx.get(f"{ledger.url}/openapi.json").json()
    assert {"/v1/orders", "/v1/availability", "/v1/publish/{feed}", "/v1/devices/{device}/events"} <= set(
        document["paths"]
    )
    assert document["components"]["schemas"]["OrderIn"]["required"]
