"""Orders that wait, many at once, and of several channels: first come, first served, and each channel its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from retail.facts import Fact, OrderRejected, OrderRestocked
from sync.ledger.settings import LedgerSettings, Token
from sync.ledger.wiring import Ledger
from tests.support.ledgers import (
    G1,
    WEB,
    call,
    on_both_databases,
    order_body,
    post_order,
    received,
    refund_requested,
)

MARKET = "market-place-token-for-tests"


def take(ledger: Ledger, number: str, token: str = WEB, **fields: object) -> dict[str, Any]:
    headers = {"Idempotency-Key": f"{token}{number}"}
    answer = call(ledger, "POST", "/v1/orders", token, json=order_body(number, (G1, 1), **fields), headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def store_of(ledger: Ledger, order: str) -> str | None:
    found: str | None = call(ledger, "GET", f"/v1/orders/{order}").json()["store"]
    return found


def level(ledger: Ledger, store: str) -> tuple[int, int]:
    """(promised, to promise) of the article at a store."""
    (found,) = call(ledger, "GET", f"/v1/availability?gtin={G1}&store={store}").json()["stores"]
    return found["committed"], found["atp"]


@on_both_databases
def test_thirty_orders_at_once_for_nine_pieces_get_nine(ledger: Ledger, shops: Any) -> None:
    shops["LYO1-A"].write(received("m1", (G1, 4)))
    shops["PAR1-A"].write(received("m1", (G1, 5)))
    shops["LYO1-A"].send(ledger)
    shops["PAR1-A"].send(ledger)
    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(lambda n: post_order(ledger, order_body(f"W{n}", (G1, 1)), f"k{n}").json(), range(30)))
    assert Counter(one["store"] for one in taken) == {"LYO1": 4, "PAR1": 5, None: 21}
    assert level(ledger, "LYO1") == (4, 0)
    assert level(ledger, "PAR1") == (5, 0)


@on_both_databases
def test_what_comes_in_goes_to_whoever_has_waited_longest(ledger: Ledger, shops: Any) -> None:
    waiting = [take(ledger, f"W{n}")["id"] for n in range(6)]
    for n, order in enumerate(waiting):
        shops["LYO1-A"].write(received(f"m{n}", (G1, 1)))
        shops["LYO1-A"].send(ledger)
        assert store_of(ledger, order) == "LYO1"
        assert [store_of(ledger, later) for later in waiting[n + 1 :]] == [None] * (5 - n)


@pytest.mark.parametrize(
    "gives_back",
    [
        lambda order: OrderRejected(order=order, reason="busy", by="s1"),
        lambda order: OrderRestocked(order=order, by="s1"),
    ],
)
def test_what_a_store_gives_back_goes_to_whoever_waits(
    ledger: Ledger, shops: Any, gives_back: Callable[[str], Fact]
) -> None:
    agent = shops["LYO1-A"]
    agent.write(received("m1", (G1, 1)))
    agent.send(ledger)
    first, second = take(ledger, "W1")["id"], take(ledger, "W2")["id"]
    assert (store_of(ledger, first), store_of(ledger, second)) == ("LYO1", None)
    agent.write(gives_back(first))
    agent.send(ledger)
    assert store_of(ledger, second) == "LYO1"
    assert level(ledger, "LYO1") == (1, 0)


@pytest.fixture
def settings(settings: LedgerSettings) -> LedgerSettings:
    """A second channel beside the web shop."""
    market = Token.model_validate({"name": "market", "token": MARKET})
    return settings.model_copy(update={"channels": (*settings.channels, market)})


def test_a_channel_sees_and_cancels_the_orders_that_it_brought(ledger: Ledger) -> None:
    web, market = take(ledger, "W1")["id"], take(ledger, "W1", MARKET, channel="market")["id"]
    for token, own, others in ((WEB, web, market), (MARKET, market, web)):
        assert call(ledger, "GET", "/v1/orders/W1", token).json()["id"] == own
        assert call(ledger, "GET", f"/v1/orders/{others}", token).status_code == 404
        assert call(ledger, "POST", f"/v1/orders/{others}/cancel", token).status_code == 404
    assert call(ledger, "POST", f"/v1/orders/{web}/cancel", WEB).json()["axes"]["work"] == "cancelled"
    assert call(ledger, "GET", f"/v1/orders/{market}").json()["axes"]["work"] == "unrouted"


def test_an_order_whose_number_is_anothers_id_does_not_stand_before_it(ledger: Ledger) -> None:
    first = take(ledger, "W1")["id"]
    take(ledger, first)
    assert call(ledger, "GET", f"/v1/orders/{first}").json()["number"] == "W1"


def test_a_refund_that_is_told_twice_is_one(ledger: Ledger, shops: Any) -> None:
    order = take(ledger, "W1")["id"]
    till = shops["LYO1-T1"]
    till.write(refund_requested("r1", order, 400), refund_requested("r1", order, 400))
    till.send(ledger)
    assert [one["state"] for one in call(ledger, "GET", f"/v1/orders/{order}").json()["refunds"]] == ["settled"]
    assert call(ledger, "GET", "/v1/quarantine").json() == []
