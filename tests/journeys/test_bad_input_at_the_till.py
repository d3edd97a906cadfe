"""Bad input at the till: a clear message to the person there, nothing lost, nothing half-done, and selling goes on."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import Qt

from drivers.rfid.readings import SeenTag
from drivers.terminals.twin import Behaviour
from installer.demo.goods import gtin
from installer.demo.premises import OPERATIONS_TOKEN
from retail.epc import encode_sgtin96
from retail.epc.unit import Unit
from store_app.headless import HeadlessTill
from store_app.presenters.intents import NextSale, PadKey, Pay, Scanned, SelectPerson, TakeTender
from store_app.presenters.names import ScreenName
from store_app.services import TillServices
from store_app.settings import DevicesSection, load_settings
from sync.feeds.publish import put
from sync.storage.engine import open_engine
from tests.support import journals
from tests.support.hands import Hands
from tests.support.shop import Shop, Size
from tests.support.small_disk import fill, small_disk

AtTill = Callable[..., Hands]
BAG, TEA, BOOK, MAGAZINE = gtin(0), gtin(32), gtin(33), gtin(34)
DRESS = "09521000000117.3"
STRANGER = encode_sgtin96(Unit("04012345000016", "77"), 7)
REFUSED_PARTITION = bytes.fromhex("303e0242201d8842a00001f4")  # SGTIN-96 with partition 7, which doesn't exist
UNKNOWN = gtin(399_999)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop with four tills: some of them come to grief."""
    opened = Shop(tmp_path_factory.mktemp("shop"), size=Size(articles=400, units=300, clients=20, tills=4))
    try:
        yield opened.open()
    finally:
        opened.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB."""
    with small_disk(tmp_path / "disk", 24) as place:
        yield place


def begin(hands: Hands, name: str = "Camille D.", pin: str = "1111") -> Hands:
    """Somebody has signed in and stands before an empty basket."""
    hands.sign_in(name, pin)
    if hands.screen is ScreenName.SHIFT:
        hands.open_shift()
        hands.press("Till")
    hands.on(ScreenName.TILL)
    hands.until(lambda: hands.stocked, what="waiting for articles, prices and stock")
    return hands


def sell(hands: Hands, gtin14: str, name: str) -> None:
    """One article, exact cash; the next customer's basket is open then."""
    hands.scan(gtin14[1:], "]E0")
    hands.reads(name)
    hands.press("Cash")
    hands.press("Exact")
    hands.on(ScreenName.DONE)
    hands.press("Next customer")


def own_sales(shop: Shop, number: int = 1) -> int:
    """How many sales a till has on its disk."""
    return len(journals.sales(journals.at_till(shop, number)))


def test_codes_and_tags_that_mean_nothing_are_told_and_left_out(shop: Shop, at_till: AtTill) -> None:
    hands = begin(at_till(1, locale="en"))
    hands.scan(TEA[1:], "]E0")
    hands.reads("Black tea 100 g", "1 line")

    hands.scan(UNKNOWN[1:], "]E0")
    hands.reads(f"Not usable: {UNKNOWN[1:]}", "This article isn't in the catalogue. Ask your manager")
    hands.scan("9521000000323", "]E0")
    hands.reads("The barcode was misread: its check digit is wrong. Scan again.")
    hands.devices.scanner.send_garbage(b"\xff\xfe\x80\x81\r\n")
    hands.reads("The barcode can't be read. Scan again, or type the number.")

    hands.devices.pad.present([SeenTag(STRANGER, 1, -3500), SeenTag(REFUSED_PARTITION, 1, -3600)])
    hands.reads("A tag on the pad isn't ours", "It is left out. Everything else on the pad counts.")
    hands.until(lambda: len(hands.app.shell.desk.pad.strangers) == 2, what="both tags to be left out")
    hands.lay(DRESS)
    hands.reads("Wrap dress", "2 lines")
    hands.lay()
    hands.press("Cash")
    hands.press("Exact")
    hands.on(ScreenName.DONE)
    assert own_sales(shop) == 1
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def test_a_printer_without_paper_holds_nobody_up(shop: Shop, at_till: AtTill) -> None:
    hands = begin(at_till(1, locale="en"))
    printer = hands.devices.printer
    tickets, sold = len(printer.tickets), own_sales(shop)
    printer.take_paper()
    hands.reads("The printer is out of paper")
    sell(hands, TEA, "Black tea 100 g")
    sell(hands, BOOK, "Cookbook")
    assert own_sales(shop) == sold + 2
    assert len(printer.tickets) == tickets
    printer.give_paper()
    texts = [ticket.text for ticket in printer.wait_tickets(tickets + 2)[tickets:]]
    assert [("Thé noir" in texts[0]), ("Livre de recettes" in texts[1])] == [True, True]
    hands.reads("The printer prints again")
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def test_a_silent_terminal_leaves_a_payment_in_doubt_until_its_slip_is_read(shop: Shop, at_till: AtTill) -> None:
    hands = begin(at_till(1, locale="en"))
    terminal = hands.devices.terminal
    charges = [ask.do for ask in terminal.asked].count("charge")
    terminal.next(Behaviour.DEAF)
    hands.scan(BOOK[1:], "]E0")
    hands.reads("Cookbook")
    hands.key(Qt.Key.Key_F12)
    hands.on(ScreenName.CARD)
    hands.until(lambda: [ask.do for ask in terminal.asked].count("charge") == charges + 1)
    hands.press("Stop")
    hands.reads("Payment in doubt", "never charge again before it is settled")
    hands.press("Slip says approved")
    hands.reads("Type the number on the slip")
    hands.fill("Number on the slip", "SIM000417")
    hands.press("Slip says approved")
    hands.reads("Somebody else must allow this", "32,90 €")
    hands.type("3333")
    hands.on(ScreenName.DONE)
    terminal.hear()
    assert [ask.do for ask in terminal.asked].count("charge") == charges + 1
    sold = journals.sales(journals.at_till(shop))[-1]
    assert [(one.kind, one.minor, one.ref) for one in sold.tenders] == [("card", 3290, "SIM000417")]
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def test_five_wrong_pins_lock_a_person_out_and_a_restart_forgives_nothing(shop: Shop, at_till: AtTill) -> None:
    hands = at_till(1, locale="en")
    hands.choose("Hugo P.")
    for left in (4, 3, 2, 1):
        hands.type("9999")
        hands.reads(f"Wrong PIN, {left} tr")
    hands.type("9999")
    hands.reads("Locked until")
    hands.close()

    again = at_till(1, locale="en")
    again.choose("Hugo P.")
    again.type("4444")
    again.reads("Locked until")
    assert again.screen is ScreenName.SIGN_IN
    begin(again)


def test_rows_that_break_a_rule_are_refused_by_head_office_and_harmless_at_the_till(
    shop: Shop, at_till: AtTill
) -> None:
    hands = begin(at_till(1, locale="en"))
    bad = {"gtin": MAGAZINE, "currency": "EUR", "prices": [{"minor": -1, "from": 0, "until": None}]}
    answer = httpx.post(
        f"{shop.premises.ledger_url}/v1/publish/prices",
        json={"rows": [{"key": MAGAZINE, "body": bad}]},
        headers={"Authorization": f"Bearer {OPERATIONS_TOKEN}"},
        timeout=10,
    )
    refused = answer.json()["refused"]
    assert [(one["key"], one["reason"]) for one in refused] == [(MAGAZINE, "bad_row")], "operations are told"

    engine = open_engine(shop.premises.ledger_database)
    try:
        with engine.begin() as conn:  # a head office that doesn't check
            version = put(conn, "prices", MAGAZINE, bad)
            put(conn, "promotions", "nonsense", {"id": "nonsense", "kind": "sorcery"})
    finally:
        engine.dispose()
    hands.until(lambda: hands.app.services.reference.cursor("prices") >= version, 30_000, "waiting for the row")
    hands.scan(MAGAZINE[1:], "]E0")
    hands.reads("This article has no price. Ask your manager.")
    sold = own_sales(shop)
    sell(hands, TEA, "Black tea 100 g")
    assert own_sales(shop) == sold + 1
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def test_a_full_disk_lets_the_open_sale_finish_and_refuses_the_next_one_whole(
    shop: Shop, at_till: AtTill, disk: Path
) -> None:
    folder = disk / "till-3"
    shutil.copytree(shop.premises.till_folder(3), folder)
    hands = begin(at_till(3, locale="en", folder=folder))
    sell(hands, TEA, "Black tea 100 g")
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")
    hands.scan(TEA[1:], "]E0")
    hands.reads("Black tea 100 g")
    fill(disk)
    hands.press("Cash")
    hands.press("Exact")
    hands.on(ScreenName.DONE)
    hands.reads("The disk is full", "the till gave up its reserve")

    hands.press("Next customer")
    fill(disk)
    hands.scan(BOOK[1:], "]E0")
    hands.reads("Cookbook")
    hands.reads("Nothing of this step was kept; the basket and all sales before it are.")
    hands.press("Cash")
    hands.press("Exact")
    hands.until(lambda: hands.offers("Finish the sale"), what="waiting for the refused sale")
    assert hands.screen is ScreenName.TENDER
    kept = journals.sales(journals.in_file(folder / "till.db", "LYO1-T3"))
    assert [one.lines[0].gtin for one in kept] == [TEA, TEA]

    (disk / "filler").unlink()
    hands.press("Finish the sale")
    hands.on(ScreenName.DONE)
    kept = journals.sales(journals.in_file(folder / "till.db", "LYO1-T3"))
    assert [(one.number, one.lines[0].gtin) for one in kept][-1] == ("LYO1-T3-000003", BOOK)
    hands.until(lambda: hands.app.shell.desk.pending == 0, 30_000, "waiting for everything to be sent")


def test_two_devices_with_one_id_are_noticed_and_both_go_on_selling(
    shop: Shop, at_till: AtTill, tmp_path: Path
) -> None:
    hands = begin(at_till(2, locale="en"))
    sell(hands, TEA, "Black tea 100 g")
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")
    hands.close()
    shutil.copytree(shop.premises.till_folder(2), tmp_path / "copy")
    hands = begin(at_till(2, locale="en"))
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")

    settings = load_settings(shop.premises.till_toml(2))
    other = settings.model_copy(
        update={
            "till": settings.till.model_copy(update={"folder": tmp_path / "copy", "locale": "en"}),
            "devices": DevicesSection(),
        }
    )
    copy = HeadlessTill(TillServices(other)).start()
    try:
        copy.ask(SelectPerson("camille"), *map(PadKey, "1111"))
        copy.ask(Scanned(TEA[1:], "]E0", "scanner"), Pay("cash"), TakeTender("cash"), NextSale())
        copy.wait(lambda: copy.desk.pending == 0, 20)
    finally:
        copy.stop()

    sell(hands, BOOK, "Cookbook")
    hands.reads("This till's log is refused", "Another device writes under this till's name.", "blocked")
    sold = own_sales(shop, 2)
    sell(hands, TEA, "Black tea 100 g")
    assert own_sales(shop, 2) == sold + 1
    health = httpx.get(f"{shop.premises.agent_url}/v1/health", timeout=10).json()
    assert "LYO1-T2" in str(health["notices"])


def test_the_other_books_are_whole(shop: Shop) -> None:
    assert shop.close_books(tills=[1]) == []
