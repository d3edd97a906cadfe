"""Bad input at agent and ledger: a clear message to the right person, nothing lost, and the programs go on."""

import json
from collections.abc import Callable

import pytest

from installer.demo.floorplan import settings_rows
from installer.demo.goods import gtin
from sync.feeds.publish import put
from sync.storage.engine import open_engine
from tests.support import journals
from tests.support.back_office import BackOffice, evidence, flip_a_bit
from tests.support.counter import at_work, sell
from tests.support.exits import Exit
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import Shop
from tests.support.web_orders import barcode, name

AtTill = Callable[..., Hands]
TEA, BOOK = gtin(32), gtin(33)


@pytest.fixture
def office(shop: Shop) -> BackOffice:
    """Somebody before the agent's health page."""
    return BackOffice(shop)


def test_json_that_is_none_is_counted_at_its_reader_and_the_next_message_counts(shop: Shop, office: BackOffice) -> None:
    reader = shop.readers.mqtt["plafond-homme"]
    before = office.reader("plafond-homme")["garbled"]
    for nonsense in (b'{"epc": "broken', b"\xff\xfe\x00", b"[]", b'{"eventType": 7}'):
        reader.send_garbage(nonsense)
    office.await_read(shop.zones["homme"][5], "homme")
    row = office.reader("plafond-homme")
    assert row["garbled"] > before
    assert row["state"] == "reading"
    assert f'<td class="n">{row["garbled"]}</td>' in office.page
    assert office.health["failed_messages"] == 0


def test_half_an_llrp_frame_is_got_over_and_the_gate_still_sees_a_thief(
    shop: Shop, office: BackOffice, at_till: AtTill
) -> None:
    camille = at_work(at_till(1, locale="en"), "Camille D.", "1111")
    door = Exit(shop, camille)
    before = office.reader("portique")
    shop.readers.gate.send_half_frame()
    shop.readers.gate.send_garbage(b"\x00\xff" * 40)
    thief = shop.zones["homme"][6]
    camille.until(lambda: got_over(office, before), what="waiting for the reader's trouble on the health page")
    camille.until(lambda: office.reader("portique")["state"] in ("connected", "reading"), what="waiting for the gate")
    door.steal(thief)
    camille.reads("Alarm at the exit", f"{name(shop, thief[:14])} left unsold.")


def got_over(office: BackOffice, before: dict[str, object]) -> bool:
    """Whether the health page counts the trouble: nonsense that was skipped, or a link that was made anew."""
    row = office.reader("portique")
    return (row["garbled"], row["losses"]) != (before["garbled"], before["losses"])


def test_a_broker_that_dies_is_started_again_and_the_readers_come_back(shop: Shop, office: BackOffice) -> None:
    office.await_read(shop.zones["maison"][3], "maison")
    office.kill_broker()
    wait_until(lambda: "plafond-maison" in office.notices("reader"), 10, "the health page to miss the reader")
    assert office.reader("plafond-maison")["reason"]
    office.await_read(shop.zones["maison"][4], "maison")
    wait_until(lambda: not office.notices("reader"), 20, "all readers to be back")
    assert shop.unit(shop.zones["maison"][3])["zone"] == "maison"


def test_an_event_that_nobody_knows_is_parked_and_those_behind_it_count(
    shop: Shop, office: BackOffice, at_till: AtTill
) -> None:
    camille = at_work(at_till(1, locale="en"), "Camille D.", "1111")
    before = shop.stock(TEA)["sellable"]
    with camille.app.services.book.unit() as unit:
        _device, seq = unit.record_text("parcel.teleported", 1, '{"to":"moon"}')
    camille.scan(barcode(TEA), "]E0")
    sell(camille, name(shop, TEA))
    camille.until(lambda: shop.stock(TEA)["sellable"] == before - 1, what="waiting for the sale behind it to count")
    camille.until(lambda: camille.app.shell.desk.pending == 0, what="waiting for all to be sent")
    assert f"LYO1-T1 {seq} parcel.teleported" in office.notices("quarantine")
    assert "parcel.teleported" in office.page
    parked = shop.ask_ledger("/v1/quarantine").json()
    assert "parcel.teleported" in str(parked), "head office sees it too"
    assert [one.seq for one in journals.at_ledger(shop, "LYO1-T1")][seq - 1] == seq, "and it is kept"


def test_a_row_that_breaks_a_rule_is_refused_to_head_office_and_kept_aside_by_the_agent(
    shop: Shop, office: BackOffice
) -> None:
    nameless = {"id": "x", "role": "pirate"}
    told = office.publish("staff", {"key": "x", "store": shop.store, "body": nameless})
    assert (told["published"], [one["key"] for one in told["refused"]]) == (0, ["x"])
    assert "role" in told["refused"][0]["text"] or "name" in told["refused"][0]["text"]

    rows = settings_rows("", [])
    cellar = {"zones": [{"id": "cave", "name": {"fr": "Cave", "en": "Cellar"}, "location": "cellar", "walk": 1}]}
    store = {**rows["store"], "gate": {"window_min": 20, "till_silence_s": 5}}
    engine = open_engine(shop.premises.ledger_database)
    try:
        with engine.begin() as conn:  # a head office that doesn't check
            put(conn, "settings", "plan", cellar, scope=shop.store)
    finally:
        engine.dispose()
    office.publish("settings", {"key": "store", "store": shop.store, "body": {**store, "name": "Lyon Terreaux"}})
    wait_until(lambda: "settings plan" in office.notices("feed_row"), 15, "the health page to tell")
    assert "location" in office.notices("feed_row")["settings plan"]
    assert "Received row breaks a rule" in office.page
    opened = shop.command("count.open", "femme", {"zone": "femme"})
    shop.command("count.cancel", opened["count"])
    assert shop.try_command("count.open", "cave", {"zone": "cave"}).status_code == 409, "the last good plan stays"

    office.publish("settings", {"key": "plan", "store": shop.store, "body": rows["plan"]})
    wait_until(lambda: not office.notices("feed_row"), 15, "the mended row to be taken")


def test_a_batch_with_a_flipped_bit_is_refused_with_evidence_and_the_till_sells_on(
    shop: Shop, office: BackOffice, at_till: AtTill
) -> None:
    hugo = at_work(at_till(2, locale="en"), "Hugo P.", "4444")
    database = shop.premises.till_folder(2) / "till.db"
    hugo.until(lambda: hugo.app.shell.desk.pending == 0, what="waiting for all to be sent")
    before = shop.stock(BOOK)["sellable"]
    shop.agent.stop()
    hugo.scan(barcode(BOOK), "]E0")
    sell(hugo, name(shop, BOOK))
    sold = next(one.seq for one in reversed(journals.at_till(shop, 2)) if journals.sales([one]))
    flip_a_bit(database, "LYO1-T2", sold)
    shop.agent.start()

    hugo.reads("This till's log is refused", timeout_ms=40_000)
    (kept,) = evidence(database)
    assert json.loads(kept["problem"])["status"] == 422
    assert "chain-broken" in kept["problem"]
    assert '"qty":3' in str(kept["batch"]), "the batch is kept as it was sent"
    wait_until(lambda: "LYO1-T2" in office.notices("exception"), 10, "the health page to name the till")
    assert shop.stock(BOOK)["sellable"] == before, "nothing of the batch was taken"

    hugo.scan(barcode(TEA), "]E0")
    sell(hugo, name(shop, TEA))
    hugo.reads("blocked")
    assert len(journals.sales(journals.at_till(shop, 2))) == 2, "selling goes on"
    camille = at_work(at_till(1, locale="en"), "Camille D.", "1111")
    camille.scan(barcode(BOOK), "]E0")
    sell(camille, name(shop, BOOK))
    camille.until(lambda: shop.stock(BOOK)["sellable"] == before - 1, what="waiting for the other till's sale")


def test_only_the_flipped_bit_is_wrong_in_the_books_afterwards(shop: Shop) -> None:
    found = shop.close_books()
    assert found, "the bit is still flipped"
    assert {"LYO1-T2" in violation.where or "till-2" in violation.where for violation in found} == {True}, found
