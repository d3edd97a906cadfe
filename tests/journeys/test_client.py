"""Journey of the client: found, served, noted, and forgotten when asked."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from installer.demo.goods import gtin
from installer.demo.people import client_rows
from retail.facts import ClientNoted
from store_app.presenters.names import ScreenName
from tests.support import journals
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import SMALL, Shop

AtTill = Callable[..., Hands]
Json = dict[str, Any]
TEA = gtin(32)
NOTE = "Prefers wool, comes on Saturdays"


def somebody(shop: Shop) -> Json:
    """A client with wishes, purchases and a consent to mail, whose name nobody else has."""
    rows = list(client_rows(shop.premises.seed, SMALL.clients, shop.premises.goods))
    names = [row["name"] for row in rows]
    return next(
        row
        for row in rows
        if row["wishes"] and row["purchases"] and row["consents"]["email"] and names.count(row["name"]) == 1
    )


def begin(hands: Hands) -> Hands:
    """Camille has signed in and stands before an empty basket."""
    hands.sign_in("Camille D.", "1111")
    if hands.screen is ScreenName.SHIFT:
        hands.open_shift()
        hands.press("Till")
    hands.on(ScreenName.TILL)
    hands.until(lambda: hands.stocked, what="waiting for articles, prices, stock and clients")
    return hands


def look_up(hands: Hands, client: Json) -> None:
    """Find a client by name and open the card."""
    hands.press("Clients")
    hands.on(ScreenName.CUSTOMERS)
    hands.fill("Name, phone, mail or card", client["name"].split()[-1])
    hands.tap(client["name"])
    hands.reads("Attach to the sale")


def at_ledger(shop: Shop, client: Json) -> Json:
    """The client as head office knows it."""
    answer = shop.ask_ledger(f"/v1/clients/{client['id']}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def personal(database: str, *words: str) -> list[str]:
    """Tables of a database in which one of these words still stands, in any column."""
    found = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in conn.execute(f'SELECT * FROM "{table}"'):
                text = " ".join(str(value) for value in row)
                found += [f"{table}: {text[:300]}" for word in words if word in text]
    return found


def test_a_client_is_found_by_name_with_purchases_wishes_and_consent(shop: Shop, at_till: AtTill) -> None:
    client = somebody(shop)
    hands = begin(at_till(1, locale="en"))
    look_up(hands, client)
    hands.reads(client["phone"], client["email"], str(client["points"]))
    goods = shop.premises.goods
    names = {row["gtin"]: row["label"]["en"] for row in goods.articles()}
    hands.press("Purchases")
    hands.reads(*(names[one["gtin"]] for one in client["purchases"]), client["purchases"][0]["number"])
    hands.press("Wish list")
    hands.reads(*(names[one] for one in client["wishes"]))
    hands.press("Consent")
    hands.reads("News and offers by mail", "Given", "Not given")

    hands.press("Attach to the sale")
    hands.on(ScreenName.TILL)
    hands.reads(client["name"])
    hands.scan(TEA[1:], "]E0")
    hands.reads("Black tea 100 g")
    hands.press("Cash")
    hands.press("Exact")
    hands.on(ScreenName.DONE)
    number = journals.sales(journals.at_till(shop))[-1].number
    wait_until(lambda: at_ledger(shop, client)["purchases"][0]["number"] == number, 15, "the purchase at the ledger")
    hands.press("Next customer")
    hands.until(lambda: client["name"] not in hands.shown, what="the next sale has no client")
    look_up(hands, client)
    hands.press("Purchases")
    hands.reads(number)


def test_a_note_that_was_written_offline_arrives_in_the_ledger(shop: Shop, at_till: AtTill) -> None:
    client = somebody(shop)
    hands = begin(at_till(1, locale="en"))
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")
    shop.agent.kill()
    shop.ledger.stop()

    look_up(hands, client)
    hands.press("Notes")
    hands.fill("What helps the next person who serves her", NOTE)
    hands.press("Add note")
    hands.reads("Note kept", NOTE, "not sent yet", "to send")

    shop.ledger.start()
    shop.agent.start()
    wait_until(
        lambda: [one["text"] for one in at_ledger(shop, client)["notes"]] == [NOTE], 30, "the note at the ledger"
    )
    hands.until(lambda: "not sent yet" not in hands.shown, 30_000, "waiting for the note to come back")
    hands.reads(NOTE, "Camille D.")
    noted = [one.fact for one in journals.at_ledger(shop, "LYO1-T1") if isinstance(one.fact, ClientNoted)]
    assert [one.client for one in noted] == [client["id"]]
    assert NOTE not in str(noted), "the text stands beside the fact, not in it"


def test_an_erased_client_is_gone_everywhere_and_every_chain_is_valid(shop: Shop, at_till: AtTill) -> None:
    client = somebody(shop)
    hands = begin(at_till(1, locale="en"))
    look_up(hands, client)
    hands.reads(client["name"], client["phone"])

    shop.erase(client["id"])
    hands.until(lambda: client["name"] not in hands.shown, what="waiting for the client to go from the screen")
    hands.fill("Name, phone, mail or card", client["name"].split()[-1])
    hands.reads("Nobody found")
    assert shop.ask_ledger(f"/v1/clients/{client['id']}").status_code == 404
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def test_the_books_are_whole_and_name_nobody(shop: Shop) -> None:
    assert shop.close_books() == []
    client = somebody(shop)
    folder = shop.premises.folder
    reference = max((folder / "till-1" / "reference").glob("ref-*.db"))
    for database in (
        folder / "till-1" / "till.db",
        reference,
        folder / "agent" / "edge.db",
        folder / "ledger" / "ledger.db",
    ):
        assert personal(str(database), client["name"], client["phone"], client["email"], NOTE) == [], database
